from typing import Any


class LayeredSettings:
    def __init__(self) -> None:
        self._layers: dict[str, dict[str, Any]] = {}

    def set_layer(self, layer_name: str, layer_settings: dict[str, Any]) -> None:
        self._layers[layer_name] = layer_settings

    def drop_layer(self, layer_name: str) -> None:
        self._layers.pop(layer_name)

    def merged_settings(self) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for layer in self._layers.values():
            _update(result, layer)
        return result


def _update(target: dict[str, Any], source: dict[str, Any]) -> None:
    for key, value in source.items():
        if value is None:
            target.pop(key, None)
        elif isinstance(value, dict) and isinstance(target.get(key), dict):
            _update(target[key], value)
        else:
            target[key] = value
