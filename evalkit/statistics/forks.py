"""Where a sample that breaks a requirement left one that keeps it: the first token in which they differ.

Both were drawn after the same prompt, and up to the fork after the same tokens, so what is recorded of their tokens
there is about one and the same distribution: the probability of the token that was drawn and of the road not taken.
The fork is where the two part, which need not be what decides: the first difference may be a name.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from evalkit.results import Results
from evalkit.results.shards import KEY_COLUMNS, SAMPLES, TOKENS, key_of, samples_from_tables
from evalkit.types import Sample, SampleKey, Status, TokenTrace

AROUND = 60  # characters of the text before a fork


@dataclass(frozen=True)
class Road:
    """One side of a fork: the token drawn there, its probability at T=1 and rank, and the line that came of it."""

    token: int
    text: str
    probability: float
    rank: int
    line: str


@dataclass(frozen=True)
class Fork:
    """Two samples that begin alike, of which one fails `requirement` and the other passes it.

    `shared` tokens are the same; `before` is the end of the text up to there. `taken` is the failing sample's road,
    `other` the passing one's.
    """

    failing: SampleKey
    passing: SampleKey
    requirement: str
    shared: int
    before: str
    taken: Road
    other: Road


@dataclass(frozen=True)
class CommonFork:
    """`forks` failing samples drew `taken` where a passing one drew `other`, and broke `requirement`. Probabilities are
    means at T=1, the rank is the median of the token that was not drawn."""

    task_id: str
    requirement: str
    taken: str
    other: str
    forks: int
    probability_taken: float
    probability_other: float
    rank_other: int


@dataclass(frozen=True)
class _Drawn:
    key: SampleKey
    text: str
    tokens: TokenTrace
    broken: frozenset[str]
    kept: frozenset[str]


def forks(results: Results, tasks: Sequence[str] = ()) -> list[Fork]:
    """For each sample and requirement it breaks, the fork from the sample that keeps the requirement and shares the
    longest beginning with it; none where no sample of the prompt keeps it. `tasks` chooses; empty is all.

    Samples of one prompt and model are compared whatever their temperature: that changes which token is drawn, not
    what the model thinks of it.
    """
    return [fork for group in _by_prompt(results, tasks) for fork in _of_prompt(group)]


def forks_of(results: Results, key: SampleKey) -> list[Fork]:
    """The forks that one sample is a side of, those it takes the failing road in first."""
    found = [each for each in forks(results, (key.task_id,)) if key in (each.failing, each.passing)]
    return sorted(found, key=lambda each: (each.failing != key, -each.shared))


def common_forks(found: Iterable[Fork]) -> list[CommonFork]:
    """One entry for each requirement and pair of tokens, the commonest first."""
    groups: dict[tuple[str, str, str, str], list[Fork]] = defaultdict(list)
    for each in found:
        groups[each.failing.task_id, each.requirement, each.taken.text, each.other.text].append(each)
    return sorted((_common(*names, group) for names, group in groups.items()), key=lambda each: -each.forks)


def _common(task_id: str, requirement: str, taken: str, other: str, group: Sequence[Fork]) -> CommonFork:
    ranks = sorted(each.other.rank for each in group)
    return CommonFork(
        task_id,
        requirement,
        taken,
        other,
        len(group),
        math.fsum(each.taken.probability for each in group) / len(group),
        math.fsum(each.other.probability for each in group) / len(group),
        ranks[len(ranks) // 2],
    )


def _by_prompt(results: Results, tasks: Sequence[str]) -> Iterator[list[_Drawn]]:
    broken, kept = _requirements(results)
    groups: dict[tuple[str, str, str], list[_Drawn]] = defaultdict(list)
    for prompt, each in _drawn(results, tasks):
        key = each.key
        found = _Drawn(key, each.completion.text, each.completion.tokens, broken[key], kept[key])
        groups[key.cell.model, key.task_id, prompt].append(found)
    yield from groups.values()


def _drawn(results: Results, tasks: Sequence[str]) -> Iterator[tuple[str, Sample]]:
    for samples, tokens in results.samples_with_tokens(SAMPLES.names, TOKENS.names):
        for sample in samples_from_tables(samples, tokens):
            if not tasks or sample.key.task_id in tasks:
                yield sample.prompt, sample


def _requirements(
    results: Results,
) -> tuple[dict[SampleKey, frozenset[str]], dict[SampleKey, frozenset[str]]]:
    """Which requirements each sample broke, and which it kept: all their tests passed. Unscored ones are neither."""
    statuses: dict[SampleKey, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    columns = [*KEY_COLUMNS, "requirement", "status"]
    for row in results.verdicts[columns].to_dict("records"):
        statuses[key_of(row)][row["requirement"]].add(row["status"])  # type: ignore[arg-type]  # the keys are column names
    passed, unknown = Status.PASSED.value, Status.UNSCORED.value
    broken: dict[SampleKey, frozenset[str]] = defaultdict(frozenset)
    kept: dict[SampleKey, frozenset[str]] = defaultdict(frozenset)
    for key, of_sample in statuses.items():
        known = {name: each for name, each in of_sample.items() if unknown not in each}
        kept[key] = frozenset(name for name, each in known.items() if each == {passed})
        broken[key] = frozenset(known) - kept[key]
    return broken, kept


def _of_prompt(group: Sequence[_Drawn]) -> Iterator[Fork]:
    for failing in group:
        for requirement in sorted(failing.broken):
            others = [each for each in group if requirement in each.kept]
            nearest = max(others, key=lambda each: _shared(failing.tokens.ids, each.tokens.ids), default=None)
            if nearest is not None and (found := _fork(failing, nearest, requirement)) is not None:
                yield found


def _fork(failing: _Drawn, passing: _Drawn, requirement: str) -> Fork | None:
    shared = _shared(failing.tokens.ids, passing.tokens.ids)
    if shared == min(len(failing.tokens.ids), len(passing.tokens.ids)):
        return None  # one ends where the other goes on: a limit of length, not a draw
    start = failing.tokens.ends[shared - 1] if shared else 0
    before = failing.text[max(0, start - AROUND) : start]
    roads = (_road(failing, shared, start), _road(passing, shared, start))
    return Fork(failing.key, passing.key, requirement, shared, before, *roads)


def _road(drawn: _Drawn, at: int, start: int) -> Road:
    tokens = drawn.tokens
    line = drawn.text[drawn.text.rfind("\n", 0, start) + 1 :].lstrip("\n").partition("\n")[0]
    return Road(
        tokens.ids[at],
        drawn.text[start : tokens.ends[at]],
        math.exp(tokens.logprobs[at]),
        tokens.ranks[at],
        line.strip(),
    )


def _shared(one: Sequence[int], other: Sequence[int]) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
