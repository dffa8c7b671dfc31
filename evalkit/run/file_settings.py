"""What `evalkit judge` is asked to do."""

from pydantic import BaseModel, Field

from evalkit.run.timing import DEFAULT_TIMING


class Settings(BaseModel, extra="forbid", frozen=True):
    """What `evalkit judge` is asked to do; kept as `config` in the manifest."""

    samples_from: str = Field(description="file or folder of samples")
    suite: str = Field(description="suite name or path")
    model: str = Field(description="what the samples' model is called in reports")
    tasks: tuple[str, ...] = Field((), description="ids or patterns of the tasks to judge; all when empty")
    tags: tuple[str, ...] = Field((), description="tags of which these tasks must have one")
    limit: int | None = Field(None, ge=1, description="at most so many tasks")
    shuffle: int | None = Field(None, description="seed of another order of the tasks, before the limit")
    sandbox: str = "auto"
    runtime: str | None = None
    workers: int = Field(1, ge=1)
    allow_unisolated: bool = False
    repeat_verdicts: int = Field(1, ge=1, description="how often each sample is judged")
    reuse_verdicts: bool = Field(True, description="whether identical programs are executed once")
    cpu_floor: float = Field(DEFAULT_TIMING.floor, gt=0, description="seconds of processor time per test, at least")
    cpu_factor: float = Field(DEFAULT_TIMING.factor, ge=0, description="times the reference's own processor time")
