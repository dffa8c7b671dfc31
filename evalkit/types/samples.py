"""What is drawn, from the prompt to the program found in it, and the seam that draws: `Model`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal, Protocol

Mode = Literal["base", "chat"]
SolutionPlace = Literal["continuation", "block", "last-block"]
Position = Literal["start", "middle", "end"]
Retrieval = Literal["on", "off"]


class StopReason(StrEnum):
    """Why generation of one sample ended."""

    EOS = "eos"
    STOP_STRING = "stop_string"
    DEFINITION = "definition"  # the first complete top-level definition was finished
    MAX_NEW_TOKENS = "max_new_tokens"


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
