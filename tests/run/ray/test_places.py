"""How many workers a cluster gets, and where Ray is asked to place them: by what its nodes say they have."""

from typing import Any

import pytest

from evalkit.errors import ClusterUnavailable, ConfigError
from evalkit.experiment import Experiment
from evalkit.run.plan import Plan, plan
from evalkit.run.ray.fleet import generator_places, judge_places
from evalkit.run.ray.options import ClusterOptions
from evalkit.suites import load_suite


def node(name: str, **resources: float) -> dict[str, Any]:
    return {"NodeID": name * 56, "Resources": resources}  # Ray's ids have 56 hexadecimal digits


def planned(model: str = "scripted", **model_options: Any) -> Plan:
    experiment = Experiment(suite="starter", model=(model,), samples=100, model_options=model_options)
    return plan(experiment, load_suite("starter"))


CPUS = [node("a", CPU=2), node("b", CPU=3)]
GPUS = [node("a", CPU=8), node("b", CPU=8, GPU=2), node("c", CPU=8, GPU=1)]


@pytest.mark.parametrize(
    ("nodes", "options", "workers", "gpus"),
    [
        (CPUS, {}, 5, 0),
        (CPUS, {"cpus": 2}, 2, 0),
        (GPUS, {}, 3, 1),
        (GPUS, {"gpus": 0.25}, 12, 0.25),
        (GPUS, {"gpus": 2}, 1, 2),
        (GPUS, {"generators": 7}, 7, 1),
    ],
)
def test_one_generation_worker_per_gpu_or_cpu(nodes: Any, options: Any, workers: int, gpus: float) -> None:
    places, _ = generator_places(nodes, ClusterOptions(**options), planned())
    assert [place["num_gpus"] for place in places] == [gpus] * workers


def test_a_model_that_is_cut_over_gpus_gets_them_on_one_node() -> None:
    places, now = generator_places(GPUS, ClusterOptions(), planned("vllm:org/big", tensor_parallel=2))
    assert ([place["num_gpus"] for place in places], now) == ([2], 1)


def test_a_cluster_that_is_too_small_is_refused_unless_a_number_was_asked_for() -> None:
    with pytest.raises(ClusterUnavailable, match="No node of the cluster has the 4 GPUs"):
        generator_places(GPUS, ClusterOptions(gpus=4), planned())
    assert len(generator_places(GPUS, ClusterOptions(gpus=4, generators=2), planned())[0]) == 2


def test_vllm_may_take_no_more_than_its_share() -> None:
    with pytest.raises(ConfigError, match=r"Add --model-option memory=0\.225"):
        generator_places(GPUS, ClusterOptions(gpus=0.25), planned("vllm:org/small"))
    assert generator_places(GPUS, ClusterOptions(gpus=0.25), planned("vllm:org/small", memory=0.2))[0]
    with pytest.raises(ConfigError, match="tensor_parallel=2 needs --engine-option gpus=2"):
        generator_places(GPUS, ClusterOptions(gpus=1), planned("vllm:org/big", tensor_parallel=2))


def test_judging_workers_stay_on_nodes_that_say_they_have_a_sandbox() -> None:
    places, now = judge_places([*GPUS, node("d", CPU=4, sandbox=3)], ClusterOptions())
    assert now == 3
    assert [place["resources"] for place in places] == [{"sandbox": 1}] * 3


def test_else_there_is_one_for_each_cpu_of_each_node_in_turn() -> None:
    places, _ = judge_places(CPUS, ClusterOptions())
    assert [place["scheduling_strategy"].node_id[0] for place in places] == ["a", "b", "a", "b", "b"]
