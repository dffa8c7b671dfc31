"""The sections of one subject, each computed when it is asked for."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from evalkit.anatomy.distribution import Distribution, distribution
from evalkit.anatomy.fork import Forks, find_forks
from evalkit.anatomy.loop import Loop, Replay
from evalkit.anatomy.options import Options
from evalkit.anatomy.reading import Reading, read
from evalkit.anatomy.spellings import DEFAULT_NAME, names_in
from evalkit.anatomy.subject import Subject
from evalkit.anatomy.tokens import Tokens, tokens
from evalkit.errors import ConfigError

if TYPE_CHECKING:
    from evalkit.anatomy.attention import Attention
    from evalkit.anatomy.embeddings import Embeddings
    from evalkit.anatomy.words import Words

NEEDS_READING = {"tokens", "distribution", "loop"}
OF_SAMPLES = {
    "loop": "a prompt has no recorded draw; give RUN and --sample ID.",
    "fork": "a prompt has no other samples beside it; give RUN and --sample ID.",
    "words": "a prompt has no reference to look at; give RUN and --sample ID.",
}
LAST_TEXT = 24  # characters of the text before a position that are shown


@dataclass
class Found:
    """What was computed. A section that was not asked for is None; `left_out` says why one could not be made."""

    subject: Subject
    position: int
    left_out: dict[str, str] = field(default_factory=dict)
    tokens: Tokens | None = None
    embeddings: "Embeddings | None" = None
    attention: "Attention | None" = None
    distribution: Distribution | None = None
    loop: Loop | None = None
    fork: Forks | None = None
    words: "Words | None" = None


def compute(subject: Subject, sections: Sequence[str], options: Options) -> Found:
    """The sections asked for. Where one section alone was asked for and cannot be made, ConfigError says why; among
    several it is left out with that reason. Raises ConfigError for a position that the text has not."""
    found = Found(subject, chosen_position(subject, options.position))
    if NEEDS_READING & set(sections):
        _read(found, sections, options)
    makers: dict[str, Callable[[], Any]] = {
        "embeddings": lambda: _embeddings(subject, options),
        "attention": lambda: _attention(found, options),
        "fork": lambda: _fork(subject),
        "words": lambda: _words(subject),
    }
    for name in sections:
        try:
            if subject.recorded is None and name in OF_SAMPLES:
                raise ConfigError(OF_SAMPLES[name])
            if name in makers:
                setattr(found, name, makers[name]())
        except ConfigError as error:
            if len(sections) == 1:
                raise
            found.left_out[name] = str(error)
    return found


def chosen_position(subject: Subject, wanted: int | None) -> int:
    """The position that is looked at: `wanted`, else the last token of a prompt or the one before a sample's least
    certain token. Raises ConfigError."""
    count = len(subject.ids)
    if wanted is not None:
        if not -count <= wanted < count:
            raise ConfigError(f"There is no position {wanted}: the text has {count} tokens, numbered from 0.")
        return wanted % count
    if subject.recorded is None:
        return count - 1
    entropies = subject.recorded.sample.completion.tokens.entropies
    least = max(range(len(entropies)), key=entropies.__getitem__, default=0)
    return len(subject.prompt_ids) + least - 1


def text_of(subject: Subject, token: int) -> str:
    """A token's text by itself."""
    return subject.model.decode([token])


def _read(found: Found, sections: Sequence[str], options: Options) -> None:
    """The three sections that one pass over the text is enough for."""
    subject = found.subject
    replay = Replay(subject.recorded, subject.prompt_ids) if subject.recorded and "loop" in sections else None
    visit = {} if replay is None else {"visit": replay.visit}
    reading = read(subject.model, subject.ids, keep=(found.position,), **visit)
    if "tokens" in sections:
        names = options.names or names_in(subject.prompt) or (DEFAULT_NAME,)
        found.tokens = tokens(subject.model, subject.prompt, names, reading)
    if "distribution" in sections:
        found.distribution = _distribution(found, options, reading)
    if replay is not None:
        found.loop = replay.result(subject.model.eos, subject.model.dtype)


def _distribution(found: Found, options: Options, reading: Reading) -> Distribution:
    subject, position = found.subject, found.position
    after = subject.model.decode(subject.ids[: position + 1])[-LAST_TEXT:]
    names = partial(text_of, subject)
    return distribution(reading.kept[position], names, options.temperatures, options.top, position, after)


def _embeddings(subject: Subject, options: Options) -> "Embeddings":
    from evalkit.anatomy.embeddings import WORDS, embeddings

    return embeddings(subject.model, options.words or (*WORDS, *names_in(subject.prompt)))


def _attention(found: Found, options: Options) -> "Attention":
    from evalkit.anatomy.attention import attention

    return attention(found.subject, options, found.position)


def _fork(subject: Subject) -> Forks:
    assert subject.recorded is not None  # `compute` refused it otherwise
    return find_forks(subject.recorded.run, subject.recorded.sample.key)


def _words(subject: Subject) -> "Words":
    from evalkit.anatomy.words import words

    return words(subject)
