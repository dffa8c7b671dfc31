"""The records that flow between stages, and the two seams: `Model` and `Sandbox`.

Everything here is frozen, built from built-in types, and imports nothing else of evalkit.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal, Protocol

Mode = Literal["base", "chat"]
RequirementKind = Literal["stated", "implied"]
JudgingKind = Literal["separate", "shared", "program"]
SolutionPlace = Literal["continuation", "block", "last-block"]
Position = Literal["start", "middle", "end"]
Retrieval = Literal["on", "off"]
Familiarity = Literal["well-known", "rare", "unseen"]


class Status(StrEnum):
    """What became of one test. Only `unscored` is our own failure; it never counts against a model."""

    PASSED = "passed"
    FAILED = "failed"  # the test's own assertion said no
    ERROR = "error"  # the solution raised something the test did not expect, or ended early
    TIMEOUT = "timeout"
    OUT_OF_MEMORY = "out_of_memory"
    OUTPUT_LIMIT = "output_limit"
    CRASHED = "crashed"  # killed by a signal of its own making (segmentation fault, abort)
    NO_SOLUTION = "no_solution"  # nothing that could be executed was found in the completion
    UNSCORED = "unscored"


class StopReason(StrEnum):
    """Why generation of one sample ended."""

    EOS = "eos"
    STOP_STRING = "stop_string"
    DEFINITION = "definition"  # the first complete top-level definition was finished
    MAX_NEW_TOKENS = "max_new_tokens"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing the code must do. `stated` in the prompt, or `implied`: expected without being told."""

    id: str
    text: str
    kind: RequirementKind


@dataclass(frozen=True, slots=True)
class Test:
    """One test function of a task. An `example` is shown in the prompt; the others are hidden."""

    __test__ = False  # the name is the domain's; pytest must not collect it

    name: str
    requirement: str
    example: bool


@dataclass(frozen=True, slots=True)
class KnownWrong:
    """A plausible solution that is wrong: it passes every example and breaks exactly `breaks`."""

    name: str
    source: str
    breaks: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Document:
    """A text that retrieval may find, such as a page of a library's documentation."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Library:
    """The library that a task is to be done with: how well known it is, and what the sandbox must offer for it.

    `packages` are modules that solutions may import beside the standard library; they are loaded before the solution.
    """

    name: str
    familiarity: Familiarity
    packages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """A unit of work with its tests. All sources are complete Python modules.

    `prompt` ends where the model is to go on: after the docstring of the last function or class. `context` is a text
    that the prompt relies on and that stands somewhere before it; `documents` are shown only where retrieval finds
    them.
    """

    id: str
    entry_point: str
    prompt: str
    tests_source: str
    requirements: tuple[Requirement, ...]
    tests: tuple[Test, ...]
    reference: str
    known_wrong: tuple[KnownWrong, ...]
    title: str = ""
    tags: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()  # names of the interface that identifier styles must leave alone
    context: str = ""
    documents: tuple[Document, ...] = ()
    # shared: tests run inside the solution's process, which can forge their verdicts; program: it is run, not imported
    judging: JudgingKind = "separate"
    library: Library | None = None

    @property
    def packages(self) -> tuple[str, ...]:
        """What the sandbox must offer beside the standard library."""
        return self.library.packages if self.library else ()


@dataclass(frozen=True, slots=True)
class Suite:
    """A named, ordered set of tasks."""

    name: str
    title: str
    tasks: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is asked of the model, before a chat template is applied.

    `solution` is where the program is expected: it continues the task's source, or is a code block of the answer, or a
    code block that reasoning precedes (last-block). None: a continuation in base mode, a block in chat mode.
    `max_new_tokens` is the limit of a published set-up that the prompt reproduces; it wins over the run's.
    """

    mode: Mode
    text: str  # base: the text to continue; chat: the user's message
    prefill: str = ""  # chat: the beginning of the answer, given to the model
    system: str | None = None
    stop: tuple[str, ...] = ()
    solution: SolutionPlace | None = None
    max_new_tokens: int | None = None
    verbatim: bool = False  # base: the text's end is encoded as it is, even where it splits what a tokenizer joins


@dataclass(frozen=True, slots=True, order=True)
class Context:
    """What stands before the question: filler of so many tokens, the task's own context at `position` in it.

    `retrieval` repeats, right before the question, what a search of all that (and of the task's documents) finds.
    """

    position: Position = "end"
    filler_tokens: int = 0
    retrieval: Retrieval = "off"


@dataclass(frozen=True, slots=True, order=True)
class Cell:
    """One combination of the experiment's factors."""

    model: str
    temperature: float
    identifiers: str
    prompt: str
    context: Context = Context()

    @property
    def key(self) -> str:
        """Stable text form; part of the random stream's key, so its format must never change.

        >>> Cell("m", 0.8, "camelCase", "plain").key
        'model=m|temperature=0.8|identifiers=camelCase|prompt=plain'
        >>> Cell("m", 0.8, "camelCase", "plain", Context("start", 500)).key
        'model=m|temperature=0.8|identifiers=camelCase|prompt=plain|position=start|filler_tokens=500|retrieval=off'
        """
        key = (
            f"model={self.model}|temperature={float(self.temperature)!r}"
            f"|identifiers={self.identifiers}|prompt={self.prompt}"
        )
        context = self.context
        if context == Context():  # cells without a context keep the streams they had before there were contexts
            return key
        return f"{key}|position={context.position}|filler_tokens={context.filler_tokens}|retrieval={context.retrieval}"


@dataclass(frozen=True, slots=True, order=True)
class SampleKey:
    """Names one sample of a run."""

    task_id: str
    cell: Cell
    index: int


@dataclass(frozen=True, slots=True)
class Shaping:
    """What changes the distribution besides the temperature; None is off. Specified in `evalkit.sampling`."""

    top_k: int | None = None
    top_p: float | None = None
    min_p: float | None = None
    repetition_penalty: float | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """One sample to draw. `prompt` is the exact text to encode, chat template already applied."""

    key: SampleKey
    prompt: str
    seed: int
    max_new_tokens: int
    stop: tuple[str, ...] = ()
    shaping: Shaping = Shaping()
    stop_after_definition: bool = False  # for prompts that the completion continues as code
    top_logprobs: int = 0  # how many of the most likely tokens are recorded at each position

    @property
    def certain(self) -> "Request | None":
        """What decides the sample at temperature 0, where equal ones have the same; None where chance decides."""
        if self.key.cell.temperature != 0:
            return None
        return replace(self, key=_ANY_KEY, seed=0)


_ANY_KEY = SampleKey("", Cell("", 0.0, "", ""), 0)


@dataclass(frozen=True, slots=True)
class TokenTrace:
    """One entry per drawn token, end-of-sequence included (it is drawn too). All tuples have equal length.

    Log-probabilities and entropies are natural (nats). `logprobs` are at T=1 and the plausibility score;
    `drawn_logprobs` are under the distribution the token was drawn from. `ranks` count from 1 (most likely).
    `ends[i]` is the length in characters of the completion's decoded text after token i. `top_ids` and
    `top_logprobs` (T=1) are the most likely tokens at each position, the most likely first, where a request asked for
    them; else they are empty.
    """

    ids: tuple[int, ...] = ()
    logprobs: tuple[float, ...] = ()
    drawn_logprobs: tuple[float, ...] = ()
    entropies: tuple[float, ...] = ()
    ranks: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()
    top_ids: tuple[tuple[int, ...], ...] = ()
    top_logprobs: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Completion:
    """What the model drew for one request. `text` is exact: nothing at or after the stop is in it.

    `completion_tokens` is what a server counted where it tells nothing else of its tokens; None where it did not.
    """

    text: str
    stop_reason: StopReason
    prompt_tokens: int
    tokens: TokenTrace
    completion_tokens: int | None = None

    @property
    def token_count(self) -> int | None:
        """Tokens that were drawn; None where nobody counted them."""
        return len(self.tokens.ids) or self.completion_tokens


@dataclass(frozen=True, slots=True)
class Undrawn:
    """In the place of a completion: the model's server failed. The sample is drawn when the run is resumed."""

    reason: str


@dataclass(frozen=True, slots=True)
class Extraction:
    """The program found in a completion: `solution` is what is executed, None when there is none.

    `cuts` gives the reason for every part of the completion that was left out or added. `extracted` is the program as
    the model wrote it: without what was added from the prompt. `reasoning` is the span of the completion (characters,
    end excluded) in which the model reasoned before it answered.
    """

    solution: str | None
    cuts: tuple[str, ...] = ()
    extracted: str | None = None
    reasoning: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """One attempt: the prompt as sent, the raw completion, and what was extracted from it."""

    key: SampleKey
    prompt: str
    completion: Completion
    extraction: Extraction


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one test of one sample."""

    key: SampleKey
    test: str
    requirement: str
    example: bool
    status: Status
    message: str = ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one test may use. `cpu_seconds` decides; `wall_seconds` only ends what sleeps or is blocked."""

    cpu_seconds: float = 4.0
    wall_seconds: float = 20.0
    memory_bytes: int = 512 * 2**20
    processes: int = 64
    output_bytes: int = 2**20


@dataclass(frozen=True, slots=True)
class Job:
    """One solution to judge: run the test functions named in `plan`, in order, from `tests_source`."""

    solution: str
    entry_point: str
    tests_source: str
    plan: tuple[str, ...]
    limits: Limits = field(default_factory=Limits)
    judging: JudgingKind = "separate"
    packages: tuple[str, ...] = ()  # see Library


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the sandbox says of one planned test.

    `cpu_seconds` is what the solution used. It differs from run to run, so it makes no outcome different and is no
    part of a verdict; limits are calibrated with it. A sandbox that does not measure leaves it at 0.
    """

    test: str
    status: Status
    message: str = ""
    cpu_seconds: float = field(default=0.0, compare=False)


class Model(Protocol):
    """Draws samples. Implementations are found by name, dotted path or entry point."""

    @property
    def name(self) -> str:
        """The name used in cells and reports."""

    def describe(self) -> Mapping[str, object]:
        """Everything the manifest needs to repeat a run: hashes, dtype, effective sampling values."""

    def render(self, prompt: Prompt) -> str:
        """The exact text to encode: chat template and prefill applied."""

    def count_tokens(self, text: str) -> int:
        """Number of tokens of a rendered prompt."""

    def generate(self, requests: Sequence[Request]) -> Iterator[tuple[int, Completion | Undrawn]]:
        """Yield (position in `requests`, completion) as each one finishes, in any order.

        What is drawn depends on the request alone, never on the others or their order. What lies outside of evalkit,
        such as a server, may fail: `Undrawn` for one sample, ModelFailed when there is no use in going on.
        """


class Judge(Protocol):
    """Says what becomes of a solution."""

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        """One outcome per planned test, in order. Raises SandboxFailed when the sandbox itself broke."""


class Sandbox(Judge, Protocol):
    """Judges solutions. `judge` may be called from `workers` threads at a time."""

    name: str
    isolates: bool
    workers: int

    def describe(self) -> Mapping[str, object]:
        """Engine, version, image and limits, for the manifest and the report."""

    def close(self) -> None:
        """Remove every container and process of this sandbox."""
