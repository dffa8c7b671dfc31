from copy import deepcopy


def merge_configs(base_config: dict, override_config: dict) -> dict:
    merged = deepcopy(base_config)
    for key, value in override_config.items():
        current = merged.get(key)
        if isinstance(current, dict) and isinstance(value, dict):
            merged[key] = merge_configs(current, value)
        elif isinstance(current, list) and isinstance(value, list):
            merged[key] = current + value
        else:
            merged[key] = deepcopy(value)
    return merged
