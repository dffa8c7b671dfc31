class LayeredSettings:
    """Settings in named layers, such as defaults, a file and the command line.

    `set_layer(layer_name, layer_settings)` puts a layer on top; a name that is there already gets new settings and
    keeps its place. `drop_layer(layer_name)` removes a layer. `merged_settings()` returns what holds: dictionaries
    are merged key by key at every depth, any other value replaces the one of the layers below, and None
    removes the key.

    >>> settings = LayeredSettings()
    >>> settings.set_layer("defaults", {"port": 80, "log": {"level": "info", "file": "app.log"}})
    >>> settings.set_layer("file", {"log": {"level": "debug", "color": True}, "port": None})
    >>> settings.merged_settings()
    {'log': {'level': 'debug', 'file': 'app.log', 'color': True}}
    >>> settings.drop_layer("defaults")
    >>> settings.merged_settings()["log"]["level"]
    'debug'
    """

    def __init__(self) -> None:
        """No layers yet."""
