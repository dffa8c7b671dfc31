"""How many GPUs a generation worker is given, and whether its models fit into that share."""

from collections.abc import Mapping, Sequence
from typing import Any

from evalkit.errors import ConfigError
from evalkit.run.plan import Plan
from evalkit.run.ray.options import ClusterOptions

VLLM = "vllm:"
VLLM_MEMORY = 0.9  # share of each GPU's memory that vLLM takes unless it is told otherwise


def gpus_of_a_worker(nodes: Sequence[Mapping[str, Any]], options: ClusterOptions, plan: Plan) -> float:
    """As asked for, or as many as a model is cut over (tensor_parallel), or one; 0 where the cluster has none.

    Raises ConfigError where vLLM would take more than the share.
    """
    parallel = plan.experiment.model_options.get("tensor_parallel")
    cut_over = parallel if isinstance(parallel, int) else 1
    has_gpus = any(node["Resources"].get("GPU") for node in nodes)
    gpus = (float(cut_over) if has_gpus else 0.0) if options.gpus is None else options.gpus
    if gpus and any(name.startswith(VLLM) for name in plan.models.values()):
        _check_vllm(gpus, cut_over, plan.experiment.model_options.get("memory", VLLM_MEMORY))
    return gpus


def _check_vllm(gpus: float, cut_over: int, memory: object) -> None:
    if gpus < 1 and isinstance(memory, int | float) and memory > gpus:
        raise ConfigError(
            f"--engine-option gpus={gpus:g} puts several workers on one GPU, and vLLM takes {memory:g} of its memory "
            f"for each. Add --model-option memory={0.9 * gpus:.3g}."
        )
    if gpus < cut_over > 1:
        raise ConfigError(f"tensor_parallel={cut_over} needs --engine-option gpus={cut_over}, not {gpus:g}.")
