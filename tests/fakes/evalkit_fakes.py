"""Stand-ins that tests put in the place of a sandbox, in this process and in others (found through PYTHONPATH)."""

import os
import time
from collections.abc import Iterator, Mapping, Sequence

from evalkit.errors import SandboxFailed
from evalkit.types import Completion, Job, Outcome, Prompt, Request, Status, StopReason, TokenTrace

CANARIES = 2  # jobs that each run begins with, whose verdicts it knows


class RuleSandbox:
    """Executes nothing: a solution with a line '# wrong' fails every test, any other passes.

    After the canaries: FAKE_SANDBOX_DELAY seconds per solution; FAKE_SANDBOX_BROKEN=1 breaks on every one.
    """

    name = "rule"
    isolates = True

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self.closed = False
        self.jobs = 0
        self.delay = float(os.environ.get("FAKE_SANDBOX_DELAY", "0"))
        self.broken = os.environ.get("FAKE_SANDBOX_BROKEN") == "1"

    def describe(self) -> Mapping[str, object]:
        """Nothing varies."""
        return {"engine": "none"}

    def judge(self, job: Job) -> tuple[Outcome, ...]:
        """Passed or failed by the rule."""
        self.jobs += 1
        if self.jobs > CANARIES:
            time.sleep(self.delay)
        if self.broken and self.jobs > CANARIES:
            raise SandboxFailed("the engine went away")
        status = Status.FAILED if "# wrong" in job.solution else Status.PASSED
        return tuple(Outcome(test, status) for test in job.plan)

    def close(self) -> None:
        """Remember it."""
        self.closed = True


class OpenSandbox(RuleSandbox):
    """Says that it isolates nothing."""

    name = "open"
    isolates = False


class CountingModel:
    """Answers from the request's key alone, the last request first; every third answer is wrong.

    `batches` holds the requests of each call of `generate`. After `stop_after` samples it acts like Ctrl-C.
    """

    name = "counting"
    context_length = 10_000

    def __init__(self, stop_after: int | None = None) -> None:
        self.batches: list[tuple[Request, ...]] = []
        self.stop_after = stop_after
        self.drawn = 0

    def describe(self) -> Mapping[str, object]:
        """Nothing varies."""
        return {"kind": "counting"}

    def render(self, prompt: Prompt) -> str:
        """The prompt's text as it is."""
        return prompt.text

    def count_tokens(self, text: str) -> int:
        """Words."""
        return len(text.split())

    def generate(self, requests: Sequence[Request]) -> Iterator[tuple[int, Completion]]:
        """In reverse order, as models are free to."""
        self.batches.append(tuple(requests))
        for position in reversed(range(len(requests))):
            if self.drawn == self.stop_after:
                raise KeyboardInterrupt
            self.drawn += 1
            yield position, self._answer(requests[position])

    def _answer(self, request: Request) -> Completion:
        wrong = "    # wrong\n" if request.key.index % 3 == 2 else ""
        length = len(request.key.cell.key) + request.key.index
        trace = TokenTrace((1,) * length, *((-0.5,) * length,) * 3, (1,) * length, (1,) * length)
        return Completion(f"{wrong}    return {length}\n", StopReason.EOS, self.count_tokens(request.prompt), trace)
