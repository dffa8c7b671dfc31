from typing import Any


class LayeredSettings:
    def __init__(self) -> None:
        self._layers: dict[str, dict[str, Any]] = {}

    def set_layer(self, layer_name: str, layer_settings: dict[str, Any]) -> None:
        self._layers.setdefault(layer_name, {}).update(layer_settings)

    def drop_layer(self, layer_name: str) -> None:
        del self._layers[layer_name]

    def merged_settings(self) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        for layer in self._layers.values():
            merged = self._merge(merged, layer)
        return merged

    def _merge(self, base: dict[str, Any], override: dict[str, Any]) -> dict[str, Any]:
        merged = base.copy()
        for key, value in override.items():
            if value is None:
                merged.pop(key, None)
            elif isinstance(value, dict):
                merged[key] = self._merge(merged.get(key, {}), value)
            else:
                merged[key] = value
        return merged
