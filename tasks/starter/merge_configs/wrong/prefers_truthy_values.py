def merge_configs(base_config: dict, override_config: dict) -> dict:
    merged = {}
    for key in {**base_config, **override_config}:
        base_value = base_config.get(key)
        override_value = override_config.get(key)
        if isinstance(override_value, dict):
            merged[key] = merge_configs(base_value or {}, override_value)
        else:
            merged[key] = override_value or base_value
    return merged
