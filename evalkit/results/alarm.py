"""When completions without a solution are so many that the prompt or the extraction is to be looked at first."""

SHARE = 0.1  # of the completions of one model and prompt style
LEAST = 3  # a few may always miss
SHOWN = 3  # examples
_LENGTH = 70  # characters of an example


def is_alarming(missing: int, total: int) -> bool:
    """Whether `missing` of `total` completions without a solution are unusually many.

    >>> is_alarming(2, 2), is_alarming(3, 30), is_alarming(3, 29)
    (False, False, True)
    """
    return missing >= LEAST and missing > SHARE * total


def example(task_id: str, completion: str) -> str:
    r"""A completion without a solution in a few words.

    >>> example("s/add", "I cannot\nhelp you.")
    "s/add: 'I cannot help you.'"
    """
    text = " ".join(completion.split())
    shown = text if len(text) <= _LENGTH else f"{text[:_LENGTH]}..."
    return f"{task_id}: {shown!r}"
