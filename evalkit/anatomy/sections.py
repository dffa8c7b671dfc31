"""The sections of one subject, each computed when it is asked for, from one pass of the model."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from evalkit.anatomy.distribution import Distribution, distribution
from evalkit.anatomy.loop import Loop, Replay
from evalkit.anatomy.options import Options
from evalkit.anatomy.reading import Reading, read
from evalkit.anatomy.spellings import DEFAULT_NAME, names_in
from evalkit.anatomy.subject import Subject
from evalkit.anatomy.tokens import Tokens, tokens
from evalkit.errors import ConfigError

if TYPE_CHECKING:
    from rich.console import RenderableType

NEEDS_READING = {"tokens", "distribution", "loop"}
LAST_TEXT = 24  # characters of the text before a position that are shown


@dataclass(frozen=True)
class Found:
    """What was computed. A section that was not asked for is None; `left_out` says why one could not be made."""

    subject: Subject
    options: Options
    position: int
    left_out: dict[str, str]
    tokens: Tokens | None = None
    distribution: Distribution | None = None
    loop: Loop | None = None


def compute(subject: Subject, sections: Sequence[str], options: Options) -> Found:
    """The sections asked for. Raises ConfigError for a position that the text has not."""
    options.check()
    position = chosen_position(subject, options.position)
    replay = Replay(subject.recorded, subject.prompt_ids) if subject.recorded and "loop" in sections else None
    reading = Reading()
    if NEEDS_READING & set(sections):
        visit = {} if replay is None else {"visit": replay.visit}
        reading = read(subject.model, subject.ids, keep=(position,), **visit)
    names = options.names or names_in(subject.prompt) or (DEFAULT_NAME,)
    left_out = {} if subject.recorded else {"loop": "A prompt has no recorded sample: give RUN and --sample ID."}
    return Found(
        subject,
        options,
        position,
        {name: why for name, why in left_out.items() if name in sections},
        tokens=tokens(subject.model, subject.prompt, names, reading) if "tokens" in sections else None,
        distribution=_distribution(subject, options, position, reading) if "distribution" in sections else None,
        loop=None if replay is None else replay.result(subject.model.eos),
    )


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


def _distribution(subject: Subject, options: Options, position: int, reading: Reading) -> Distribution:
    after = subject.model.decode(subject.ids[: position + 1])[-LAST_TEXT:]
    names = partial(text_of, subject)
    return distribution(reading.kept[position], names, options.temperatures, options.top, position, after)


def rendered(found: Found) -> "Iterator[tuple[str, list[RenderableType]]]":
    """The name of each section that was computed, and what a terminal shows of it."""
    from evalkit.anatomy.terminal import distribution as of_distribution
    from evalkit.anatomy.terminal import loop as of_loop
    from evalkit.anatomy.terminal import tokens as of_tokens

    if found.tokens:
        yield "tokens", list(of_tokens.render(found.tokens))
    if found.distribution:
        yield "distribution", list(of_distribution.render(found.distribution))
    if found.loop:
        yield "loop", list(of_loop.render(found.loop, partial(text_of, found.subject)))
