"""What must be equal in two runs for their difference to mean what was changed on purpose."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evalkit.errors import NotComparable

if TYPE_CHECKING:
    import pandas as pd

KINDS = ("suite", "sampling", "sandbox", "extraction")
_SAMPLING = (
    "temperature",
    "max_new_tokens",
    "top_k",
    "top_p",
    "min_p",
    "repetition_penalty",
    "stop_after_definition",
)
_JUDGING = ("cpu_floor", "cpu_factor", "repeat_verdicts")  # options of the experiment that verdicts depend on
# The image is named by what is in it; its id and the engine's version are those of the machine.
_OF_THE_MACHINE = {"version", "image_id"}
_FACTS = {"files": "files", "dtype": "dtype", "engine": "engine", "prompts_sha256": "prompts sent to the model"}
_SHOWN = 60  # characters of a value in a message


@dataclass(frozen=True, slots=True)
class Difference:
    """A setting that is not the same on both sides; `kind` is one of KINDS."""

    kind: str
    setting: str
    first: Any
    second: Any

    def __str__(self) -> str:
        return f"{self.setting}: {_shown(self.first)} against {_shown(self.second)}"


def differences(first: Mapping[str, Any], second: Mapping[str, Any]) -> list[Difference]:
    """Everything that differs between two manifests and should not, in the order of KINDS."""
    return differing(dict(comparable_settings(first)), dict(comparable_settings(second)))


def differing(*sides: Mapping[tuple[str, str], Any]) -> list[Difference]:
    """The same for the settings of two sides, by (kind, setting)."""
    keys = dict.fromkeys([*sides[0], *sides[1]])
    found = [Difference(*key, *(side.get(key) for side in sides)) for key in keys]
    differing = [each for each in found if each.first != each.second]
    return sorted(differing, key=lambda each: KINDS.index(each.kind))


def comparable_settings(manifest: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Any]]:
    """(kind, setting) and its value for everything that must be equal; what a manifest does not say is left out."""
    suite, config, sandbox = (_part(manifest, key) for key in ("suite", "config", "sandbox"))
    yield from ((("suite", f"suite.{key}"), suite[key]) for key in ("name", "hash") if key in suite)
    yield from ((("sampling", key), config[key]) for key in _SAMPLING if key in config)
    yield from ((("sandbox", f"sandbox.{key}"), sandbox[key]) for key in sandbox if key not in _OF_THE_MACHINE)
    yield from ((("sandbox", key), config[key]) for key in _JUDGING if key in config)
    extraction = _part(manifest, "extraction")
    # Runs from before the hash was kept: the same version of evalkit is the same extraction.
    version = {} if extraction else _part(manifest, "versions")
    yield from ((("extraction", "extraction.hash"), extraction[key]) for key in ("hash",) if key in extraction)
    yield from ((("extraction", "evalkit version"), version[key]) for key in ("evalkit",) if key in version)


def refuse_unless_allowed(found: Iterable[Difference], allowed: Iterable[str], first: str, second: str) -> None:
    """Raises NotComparable with every difference whose kind is not allowed, and the flag that would allow it."""
    refused = [each for each in found if each.kind not in set(allowed)]
    if not refused:
        return
    kinds = list(dict.fromkeys(each.kind for each in refused))
    flags = " ".join(f"--allow {kind}" for kind in kinds)
    listed = "; ".join(map(str, refused))
    raise NotComparable(
        f"{first} and {second} differ in what should be equal: {listed}. Draw one of them again with the same "
        f"settings, or compare anyway with {flags}."
    )


def changed_facts(first: Mapping[str, Any], second: Mapping[str, Any]) -> Iterator[str]:
    """What is not the same under one model's name: its files, its number type, the prompts it was sent."""
    old, new = (_part(manifest, "model") for manifest in (first, second))
    for label in [label for label in old if label in new and isinstance(old[label], dict)]:
        for key, told in _FACTS.items():
            if _part(old, label).get(key) != _part(new, label).get(key):
                yield f"{told} of {label}"


def quarantine_difference(first: "pd.DataFrame", second: "pd.DataFrame") -> list[Difference]:
    """Tests that only one side leaves out as unreliable: passing then does not mean the same."""
    tests = [sorted(f"{row.task_id}: {row.test}" for row in each.itertuples()) for each in (first, second)]
    return [Difference("suite", "quarantined tests", *tests)] if tests[0] != tests[1] else []


def _part(manifest: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = manifest.get(key)
    return part if isinstance(part, dict) else {}


def _shown(value: Any) -> str:
    if value is None:
        return "none"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    is_hash = len(text) == 64 and not set(text) - set("0123456789abcdef")
    return f"{text[:12]}…" if is_hash else text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
