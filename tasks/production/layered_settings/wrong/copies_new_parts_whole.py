import copy
from typing import Any


class LayeredSettings:
    def __init__(self) -> None:
        self._names: list[str] = []
        self._settings: dict[str, dict[str, Any]] = {}

    def set_layer(self, layer_name: str, layer_settings: dict[str, Any]) -> None:
        if layer_name not in self._names:
            self._names.append(layer_name)
        self._settings[layer_name] = copy.deepcopy(layer_settings)

    def drop_layer(self, layer_name: str) -> None:
        self._names.remove(layer_name)
        del self._settings[layer_name]

    def merged_settings(self) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for name in self._names:
            self._merge(result, self._settings[name])
        return result

    def _merge(self, base: dict[str, Any], override: dict[str, Any]) -> None:
        for key, value in override.items():
            if value is None:
                base.pop(key, None)
            elif isinstance(value, dict) and isinstance(base.get(key), dict):
                self._merge(base[key], value)
            else:
                base[key] = copy.deepcopy(value)
