"""Section 6: where a failing sample left a passing one; for one sample, and the commonest over a run."""

from dataclasses import dataclass

from evalkit.paths import AnyPath
from evalkit.statistics.forks import CommonFork, Fork, common_forks, forks, forks_of
from evalkit.types import SampleKey

MOST_ROWS = 20


@dataclass(frozen=True)
class Forks:
    """`of_sample` are the forks of the sample that is looked at; `commonest` those of the run.

    `pairs` are all forks found, `word_first` how many of them part at a token with a letter in it: the others part at
    white space or punctuation.
    """

    of_sample: tuple[Fork, ...]
    commonest: tuple[CommonFork, ...]
    pairs: int
    word_first: int


def find_forks(run: AnyPath, key: SampleKey | None = None) -> Forks:
    """The forks of a run, and of one of its samples. Raises RunDirectoryError."""
    from evalkit.results import load

    results = load(run)
    found = forks(results)
    mine = forks_of(results, key) if key is not None else []
    words = sum(any(map(str.isalpha, each.taken.text + each.other.text)) for each in found)
    return Forks(tuple(mine), tuple(common_forks(found)[:MOST_ROWS]), len(found), words)
