def merge_configs(base_config: dict, override_config: dict) -> dict:
    result = {**base_config}
    for key, value in override_config.items():
        if isinstance(value, dict) and isinstance(result.get(key), dict):
            result[key] = {**result[key], **value}
        else:
            result[key] = value
    return result
