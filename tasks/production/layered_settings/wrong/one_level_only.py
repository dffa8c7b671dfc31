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
            for key, value in layer.items():
                if isinstance(value, dict) and isinstance(result.get(key), dict):
                    result[key] = {**result[key], **value}
                else:
                    result[key] = value
        return {key: value for key, value in result.items() if value is not None}
