"""What a model did, step by step: text, token ids, vectors, attention, a distribution, a number, text again.

Every figure is computed from the model's own weights, for a prompt or for a sample of a finished run.
"""

from evalkit.errors import ConfigError

# name -> what it shows, in the order of the loop itself
SECTIONS = {
    "tokens": "Tokens",
    "embeddings": "Embeddings",
    "attention": "Attention",
    "distribution": "Distribution and temperature",
    "loop": "The loop",
    "fork": "The fork",
    "words": "Requirements and words",
}

__all__ = ["SECTIONS", "choose_sections"]


def choose_sections(wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The sections that were asked for, in their own order; all of them where none was. Raises ConfigError.

    >>> choose_sections(("loop", "tokens"))
    ('tokens', 'loop')
    """
    if unknown := [name for name in wanted if name not in SECTIONS]:
        raise ConfigError(f"There is no section {unknown[0]!r}. Sections: {', '.join(SECTIONS)}.")
    return tuple(name for name in SECTIONS if not wanted or name in wanted)
