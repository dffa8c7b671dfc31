def merge_configs(base_config: dict, override_config: dict) -> dict:
    """Merge two configurations into a new one; values of `override_config` win."""
    merged = dict(base_config)
    for key, value in override_config.items():
        below = merged.get(key)
        both_nested = isinstance(below, dict) and isinstance(value, dict)
        merged[key] = merge_configs(below, value) if both_nested else value
    return merged
