from typing import Any


class LayeredSettings:
    def __init__(self) -> None:
        self._layers: dict[str, dict[str, Any]] = {}

    def set_layer(self, layer_name: str, layer_settings: dict[str, Any]) -> None:
        self._layers[layer_name] = layer_settings

    def drop_layer(self, layer_name: str) -> None:
        del self._layers[layer_name]

    def merged_settings(self) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for layer in self._layers.values():
            result = combine(result, layer)
        return result


def combine(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Any]:
    result = dict(old)
    for key, value in new.items():
        previous = old.get(key)
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            result[key] = combine(previous if isinstance(previous, dict) else {}, value)
        elif isinstance(value, list) and isinstance(previous, list):
            result[key] = previous + value
        elif isinstance(previous, dict):
            result[key] = value
        else:
            result[key] = value or previous
    return result
