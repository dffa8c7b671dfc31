"""How a run uses a cluster. Nothing of it changes a result, so nothing of it is part of the experiment."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, Field, ValidationError

from evalkit.errors import ConfigError

PORT = 6379  # of Ray's head node, unless it was started with another one


class ClusterOptions(BaseModel, extra="forbid", frozen=True):
    """What `--engine-option NAME=VALUE` sets, and the cluster's address."""

    address: Annotated[str, Field(min_length=1)] | None = Field(
        None, description="auto (the cluster that this machine is part of) or the head node's HOST or HOST:PORT"
    )
    generators: Annotated[int, Field(ge=1)] | None = Field(
        None, description="a whole number of generation workers; by default one per GPU, or one per CPU where no GPU is"
    )
    judges: Annotated[int, Field(ge=1)] | None = Field(
        None, description="a whole number of judging workers; by default one per `sandbox` resource, or one per CPU"
    )
    gpus: Annotated[float, Field(ge=0)] | None = Field(
        None, description="GPUs for one generation worker: 0.25 puts four on one GPU, 2 gives it two"
    )
    cpus: Annotated[float, Field(ge=0)] = Field(1.0, description="CPUs for one generation worker")
    ahead: Annotated[int, Field(ge=1)] | None = Field(
        None, description="a whole number of units that may be drawn and not judged; by default four per judging worker"
    )
    patience: Annotated[float, Field(gt=0)] = Field(
        60.0, description="seconds after which a unit that takes four times as long as others is given out once more"
    )

    @property
    def host_and_port(self) -> tuple[str, int] | None:
        """Where the head node listens; None for `auto` and for a cluster of the run's own. Raises ConfigError."""
        if self.address in (None, "auto"):
            return None
        host, _, port = str(self.address).partition(":")
        if not host or "/" in port or (port and not port.isdecimal()):
            raise ConfigError(
                f"--address must be auto, HOST or HOST:PORT, not {self.address!r}. The command runs on a node of the "
                "cluster; where yours is none of them, submit it with 'ray job submit'."
            )
        return host, int(port or PORT)


def cluster_options(address: str | None, given: Mapping[str, object]) -> ClusterOptions:
    """The options as they were given. Raises ConfigError, which names the one that is wrong and what is allowed."""
    try:
        options = ClusterOptions.model_validate({**given, "address": address})
    except ValidationError as error:
        details = error.errors(include_url=False)[0]
    else:
        _ = options.host_and_port
        return options
    name = str(details["loc"][0])
    if details["type"] == "extra_forbidden":
        allowed = ", ".join(key for key in ClusterOptions.model_fields if key != "address")
        raise ConfigError(f"--engine-option {name} is not known. Allowed: {allowed}.")
    raise ConfigError(f"--engine-option {name} must be {ClusterOptions.model_fields[name].description}.")
