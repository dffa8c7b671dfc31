"""Scoring in threads, beside the model that goes on drawing."""

import contextlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import islice
from queue import Empty, SimpleQueue
from threading import BoundedSemaphore, Lock
from types import TracebackType
from typing import Self

from evalkit.errors import SandboxFailed
from evalkit.run.durations import LONG, Durations
from evalkit.run.identical import Identical, Program, Programs, Verdicts, of_sample, program_of
from evalkit.run.timing import Calibrations
from evalkit.run.trials import Trials, TurnTaking
from evalkit.scoring import job_of, score
from evalkit.types import Outcome, Sample, Sandbox, Status, Task, Verdict

BACKLOG_PER_WORKER = 64  # samples waiting for a worker before `submit` blocks: bounds the memory they take
TOGETHER = 4  # samples that go to a sandbox at once, at most: one that hangs holds up those behind it
FAILURES_IN_A_ROW = 5  # a sandbox that broke this often without one verdict between will not mend itself

Judged = tuple[Sample, Verdicts]


class Judging:
    """Scores samples in `sandbox.workers` threads. A sandbox that breaks leaves its samples `unscored`.

    With `reuse`, identical programs are executed once (see `identical`); what is handed in again, too.
    `submit`, `finished` and `drain` are for one thread; they raise SandboxFailed once the sandbox has failed
    FAILURES_IN_A_ROW times in a row, and whatever bug a thread met.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        calibrations: Calibrations | None = None,
        reuse: bool = False,
        *,
        identical: Programs | None = None,
        turns: TurnTaking | None = None,
        durations: Durations | None = None,
    ) -> None:
        """`identical` and `turns` are for processes that judge a run together; else each has its own.

        `durations`: of which tasks samples take long; what they take here is added.
        """
        self._sandbox = sandbox
        self._identical = identical or Identical()
        self._reuse = reuse
        self._durations = durations or Durations({})
        self._trials = Trials(sandbox, calibrations, turns, self._durations)
        self._pool = ThreadPoolExecutor(sandbox.workers, thread_name_prefix="judge")
        self._room = BoundedSemaphore(sandbox.workers * BACKLOG_PER_WORKER)
        self._waiting: deque[tuple[Sample, Task, Program | None]] = deque()
        self._done: SimpleQueue[Future[Judged]] = SimpleQueue()
        self._open = 0
        self._failures = 0
        self._scoring = 0  # threads at work, or about to be
        self._lock = Lock()

    def submit(self, sample: Sample, task: Task) -> None:
        """Hand in a sample with its renamed task; waits while the backlog is full."""
        self._room.acquire()
        self._open += 1
        program = program_of(sample, task) if self._reuse else None
        if program is None or not self._identical.ask(program, partial(self._share, sample, task)):
            self._start(sample, task, program)

    def finished(self) -> Iterator[Judged]:
        """The samples scored since the last call, without waiting."""
        while True:
            try:
                yield self._take(self._done.get_nowait())
            except Empty:
                return

    def drain(self) -> Iterator[Judged]:
        """Every sample that is still open, as it is scored."""
        while self._open:
            yield self._take(self._done.get())

    def close(self) -> None:
        """Start nothing more and wait for the threads; close the sandbox first to make that short."""
        with self._lock:
            self._waiting.clear()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            self._sandbox.close()  # what the threads wait for will never be used
        self.close()

    def _start(self, sample: Sample, task: Task, program: Program | None) -> None:
        """Have the sample executed; `program` is told to those who wait for it."""
        with self._lock:
            self._waiting.append((sample, task, program))
            starts = self._scoring < self._sandbox.workers
            self._scoring += starts
        if starts:  # a call for each sample would pile up: each takes several
            self._pool.submit(self._score_waiting)

    def _score_waiting(self) -> None:
        """In a thread: score samples until none waits."""
        while taken := self._take_waiting():
            self._score_some(taken)

    def _score_some(self, taken: Sequence[tuple[Sample, Task, Program | None]]) -> None:
        jobs = [(job, task) for sample, task, _ in taken if (job := job_of(sample, task))]
        try:
            outcomes = iter(self._trials.first_trials(jobs))
        except Exception:  # who is to blame shows when each is judged by itself
            outcomes = iter(())
        for sample, task, program in taken:
            first = next(outcomes, None) if sample.extraction.solution is not None else None
            self._finish(_settled(partial(self._score, sample, task, program, first)))

    def _take_waiting(self) -> list[tuple[Sample, Task, Program | None]]:
        """A few where many wait, so that the other threads have their part; one that takes long goes by itself.

        None when the thread is done: it is counted no more, so that the next sample starts another.
        """
        with self._lock:
            if not self._waiting:
                self._scoring -= 1
                return []
            count = min(TOGETHER, -(-len(self._waiting) // self._sandbox.workers))
            alone = any(self._durations.of(task.id) >= LONG for _, task, _ in islice(self._waiting, count))
            return [self._waiting.popleft() for _ in range(min(count, 1) if alone else count)]

    def _score(self, sample: Sample, task: Task, program: Program | None, first: tuple[Outcome, ...] | None) -> Judged:
        verdicts: Verdicts | None = None
        try:
            verdicts = self._verdicts(sample, task, first)
            return sample, verdicts
        finally:
            if program is not None:
                self._identical.tell(program, verdicts)

    def _verdicts(self, sample: Sample, task: Task, first: tuple[Outcome, ...] | None) -> Verdicts:
        try:
            verdicts = score(sample, task, self._trials.of(task, first))
        except SandboxFailed as error:
            verdicts = unscored(sample, task, str(error))
        self._count(verdicts)
        return verdicts

    def _share(self, sample: Sample, task: Task, verdicts: Verdicts | None) -> None:
        """What came of a program that is the sample's too. Where nothing did, the sample is executed itself."""
        if verdicts is None:
            with contextlib.suppress(RuntimeError):  # closed meanwhile: nobody waits for it
                self._start(sample, task, None)
            return
        self._finish(_settled(lambda: (sample, of_sample(verdicts, sample.key))))

    def _count(self, verdicts: Verdicts) -> None:
        statuses = {verdict.status for verdict in verdicts}
        with self._lock:
            if Status.UNSCORED in statuses:
                self._failures += 1
            elif statuses - {Status.NO_SOLUTION}:  # without a solution the sandbox was not asked
                self._failures = 0

    def _finish(self, future: "Future[Judged]") -> None:
        self._done.put(future)
        self._room.release()

    def _take(self, future: "Future[Judged]") -> Judged:
        self._open -= 1
        judged = future.result()
        if self._failures >= FAILURES_IN_A_ROW:
            reasons = (verdict.message for verdict in judged[1] if verdict.status is Status.UNSCORED)
            raise SandboxFailed(
                f"The sandbox failed {FAILURES_IN_A_ROW} times in a row: {next(reasons, 'no reason given')}"
            )
        return judged


def _settled(score_it: Callable[[], Judged]) -> "Future[Judged]":
    """What came of it: a sample with its verdicts, or a bug that is raised where it is taken."""
    future: Future[Judged] = Future()
    try:
        future.set_result(score_it())
    except BaseException as error:
        future.set_exception(error)
    return future


def unscored(sample: Sample, task: Task, reason: str) -> Verdicts:
    """One `unscored` verdict per test: our failure, never the model's."""
    return tuple(
        Verdict(sample.key, test.name, test.requirement, test.example, Status.UNSCORED, reason) for test in task.tests
    )
