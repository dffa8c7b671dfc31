from typing import Any


class LayeredSettings:
    """Keeps the layers as they were set, in the order in which their names came first."""

    def __init__(self) -> None:
        self._layers: dict[str, dict[str, Any]] = {}

    def set_layer(self, layer_name: str, layer_settings: dict[str, Any]) -> None:
        """Put a layer on top, or give one new settings."""
        self._layers[layer_name] = layer_settings

    def drop_layer(self, layer_name: str) -> None:
        """Remove a layer. Raises KeyError when there is none of that name."""
        del self._layers[layer_name]

    def merged_settings(self) -> dict[str, Any]:
        """What holds, in dictionaries of its own."""
        merged: dict[str, Any] = {}
        for layer in self._layers.values():
            merged = _merged(merged, layer)
        return merged


def _merged(below: dict[str, Any], above: dict[str, Any]) -> dict[str, Any]:
    """A new dictionary, at every depth."""
    result = dict(below)
    for key, value in above.items():
        if isinstance(value, dict):
            old = result.get(key)
            result[key] = _merged(old if isinstance(old, dict) else {}, value)
        elif value is None:
            result.pop(key, None)
        else:
            result[key] = value
    return result
