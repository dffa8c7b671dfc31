def _update(target: dict, source: dict) -> dict:
    for key, value in source.items():
        if isinstance(value, dict) and isinstance(target.get(key), dict):
            _update(target[key], value)
        else:
            target[key] = value
    return target


def merge_configs(base_config: dict, override_config: dict) -> dict:
    return _update(base_config.copy(), override_config)
