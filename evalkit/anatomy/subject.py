"""What is looked at: a prompt, or a recorded sample of a run, with the model that reads it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from evalkit.errors import ConfigError, EvalkitError, ModelUnavailable
from evalkit.paths import AnyPath
from evalkit.results.manifest import read_manifest
from evalkit.results.sample_ids import find_sample
from evalkit.types import Prompt, Sample, Shaping

if TYPE_CHECKING:
    from evalkit.models.transformers import TransformersModel

SHAPING = ("top_k", "top_p", "min_p", "repetition_penalty")
Note = Callable[[str], None]


@dataclass(frozen=True)
class Recorded:
    """A sample of a run, with what the run's manifest says of how it was drawn. `number` counts from 0."""

    run: AnyPath
    manifest: Mapping[str, Any]
    number: int
    sample: Sample

    @property
    def seed(self) -> int:
        """The key of the run's random streams."""
        return int(self.manifest["seed"])

    @property
    def shaping(self) -> Shaping:
        """What the run changed of the distribution besides the temperature."""
        return Shaping(**{name: self.manifest["config"].get(name) for name in SHAPING})


@dataclass(frozen=True)
class Subject:
    """A rendered prompt, its token ids, and the ids that a recorded sample goes on with (none for a bare prompt).

    `remarks` say what a reader must know before believing the figures.
    """

    model: "TransformersModel"
    prompt: str
    prompt_ids: tuple[int, ...]
    drawn_ids: tuple[int, ...] = ()
    recorded: Recorded | None = None
    remarks: tuple[str, ...] = ()

    @property
    def ids(self) -> tuple[int, ...]:
        """Prompt and sample."""
        return self.prompt_ids + self.drawn_ids

    @property
    def temperature(self) -> float:
        """The recorded sample's; 1 for a prompt, where nothing is drawn."""
        return 1.0 if self.recorded is None else self.recorded.sample.key.cell.temperature

    @property
    def text(self) -> str:
        """Prompt and sample as text."""
        return self.prompt + ("" if self.recorded is None else self.recorded.sample.completion.text)


def load(name: str, dtype: str, strict: bool = False) -> "TransformersModel":
    """A model whose weights can be looked at. Raises ConfigError for one that only answers."""
    from evalkit.models import load_model

    model = load_model(name, dtype=dtype, strict=strict)
    from evalkit.models.transformers import TransformersModel

    if not isinstance(model, TransformersModel):
        raise ConfigError(f"Model {name!r} shows nothing of what it computes; give one that transformers runs.")
    return model


def prompt_subject(model: "TransformersModel", text: str, chat: bool = False) -> Subject:
    """A prompt as it is, or as the user's message in the model's chat template. Raises ConfigError."""
    prompt = model.render(Prompt("chat" if chat else "base", text, verbatim=True))
    return _checked(Subject(model, prompt, tuple(model.encode(prompt))))


def recorded_sample(run: AnyPath, wanted: str) -> Recorded:
    """The sample of a run that `wanted` names. Raises RunDirectoryError."""
    manifest = read_manifest(run)
    number, sample = find_sample(run, wanted)
    return Recorded(run, manifest, number, sample)


def sample_subject(recorded: Recorded, name: str | None, dtype: str | None, note: Note) -> Subject:
    """A recorded sample and its model: the manifest's, or the one called `name`. Raises ModelUnavailable."""
    label = recorded.sample.key.cell.model
    described = recorded.manifest.get("model", {}).get(label, {})
    path = name or run_model(recorded.manifest, label)
    note(f"Loading {path}.")
    try:
        model = load(path, dtype or described.get("dtype", "auto"), bool(described.get("strict")))
    except EvalkitError as error:
        if name is not None:
            raise
        reason = f"The run's model {label!r} is not at hand: {error} Or say where it is with --model."
        raise ModelUnavailable(reason) from error
    sample = recorded.sample
    prompt_ids = tuple(model.encode(sample.prompt))
    remarks = tuple(_differences(described, model, len(prompt_ids), sample))
    return _checked(Subject(model, sample.prompt, prompt_ids, sample.completion.tokens.ids, recorded, remarks))


def run_model(manifest: Mapping[str, Any], label: str) -> str:
    """What the run's configuration calls the model that its cells call `label`. Raises ModelUnavailable."""
    from evalkit.run.plan import model_label

    names = manifest.get("config", {}).get("model") or []
    found = next((name for name in names if model_label(name) == label), None)
    if found is None:
        raise ModelUnavailable(f"The manifest names no model for {label!r}: say which one it was with --model.")
    return str(found)


def _differences(described: Mapping[str, Any], model: "TransformersModel", tokens: int, sample: Sample) -> list[str]:
    """How the model at hand differs from the one that the manifest describes."""
    now = model.describe()
    found = [
        f"This model is not the run's: {what} differ{'s' if one else ''} from the manifest."
        for key, what, one in (("files", "its files", False), ("dtype", f"its dtype {model.dtype}", True))
        if key in described and described[key] != now[key]
    ]
    if changed := {name for name, each in described.get("versions", {}).items() if now["versions"].get(name) != each}:  # type: ignore[attr-defined]  # a mapping of texts in every model of transformers
        found.append(f"The run was drawn with other versions of {', '.join(sorted(changed))}.")
    if tokens != sample.completion.prompt_tokens:
        found.append(f"The prompt has {tokens} tokens here and had {sample.completion.prompt_tokens} in the run.")
    return found


def _checked(subject: Subject) -> Subject:
    window, tokens = subject.model.context_length, len(subject.ids)
    if not subject.prompt_ids:
        raise ConfigError("The prompt is empty; a model needs at least one token to go on from.")
    if window is not None and tokens > window:
        raise ConfigError(
            f"The prompt has {tokens} tokens, {tokens - window} more than the context of {window} of "
            f"{subject.model.name!r}. Shorten it, or choose another model."
        )
    return subject
