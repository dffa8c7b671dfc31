def merge_configs(base_config: dict, override_config: dict) -> dict:
    """Merge two configurations; values of `override_config` win.

    Nested dictionaries are merged, lists are replaced.

    >>> merge_configs({"debug": False, "port": 80}, {"port": 8080})
    {'debug': False, 'port': 8080}
    >>> merge_configs({"db": {"host": "localhost", "pool": 5}}, {"db": {"pool": 20}})
    {'db': {'host': 'localhost', 'pool': 20}}
    """
