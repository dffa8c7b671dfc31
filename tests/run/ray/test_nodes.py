"""What a node may differ in: each is one line that names the node, and what to do."""

from pathlib import Path

import pytest

from evalkit.errors import ClusterUnavailable
from evalkit.run.ray.generation import differing
from evalkit.run.ray.nodes import answers, check_versions, visit

OWN = {"versions": {"python": "3.11.7", "evalkit": "1.0", "torch": "2.8"}, "code": "aa"}


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"lacks": "No module named 'evalkit'"}, "Node far cannot run evalkit (No module named 'evalkit')"),
        ({"versions": {**OWN["versions"], "python": "3.12.1"}, "code": "aa"}, "python 3.12.1 there, 3.11.7 here"),
        ({"versions": {"python": "3.11.7", "evalkit": "1.0"}, "code": "aa"}, "torch missing there, 2.8 here"),
        ({"versions": OWN["versions"], "code": "bb"}, "another evalkit of the same version"),
    ],
)
def test_a_node_with_other_versions_is_named(found: dict[str, object], said: str) -> None:
    with pytest.raises(ClusterUnavailable) as error:
        check_versions(OWN, {"host": "far", **found})
    assert str(error.value).startswith("Node far")
    assert said in str(error.value)


def test_a_node_with_the_same_versions_is_taken() -> None:
    check_versions(OWN, {"host": "far", **OWN})


def test_a_folder_that_is_not_shared_or_not_writable_is_told_and_left_as_it_was(tmp_path: Path) -> None:
    assert "is not the driver's" in str(visit(tmp_path, ".mark.tmp"))
    (tmp_path / ".mark.tmp").touch()
    assert visit(tmp_path, ".mark.tmp") is None
    assert [path.name for path in tmp_path.iterdir()] == [".mark.tmp"]
    assert "cannot be written" in str(visit(Path("/proc"), "self"))


class Ray:
    """A cluster in which `dead` is listed no more; only its own answer can be got from the other node."""

    exceptions = pytest.importorskip("ray.exceptions")

    def __init__(self, listed: tuple[str, ...]) -> None:
        self.listed = listed

    def nodes(self) -> list[dict[str, object]]:
        return [{"NodeID": name, "Alive": name in self.listed} for name in ("here", "dead")]

    def get(self, reference: str, timeout: float) -> dict[str, str]:
        assert timeout > 0
        if reference == "dead":
            raise self.exceptions.TaskUnschedulableError("the node doesn't exist any more")
        return {"host": reference}


def test_a_node_that_leaves_while_it_is_asked_is_passed_over() -> None:
    asked = {"here": "here", "dead": "dead"}
    assert answers(Ray(("here",)), asked) == [{"host": "here"}]
    with pytest.raises(ClusterUnavailable, match=r"does not answer: .*doesn't exist any more"):
        answers(Ray(("here", "dead")), asked)


def test_a_model_is_compared_by_what_it_says_of_itself() -> None:
    first = {"sha256": "aa", "dtype": "bf16", "longest_prompt": 90}
    assert differing({"sha256": "aa", "dtype": "bf16"}, first) == []
    assert differing({"sha256": "bb", "dtype": "fp32"}, first) == ["dtype", "sha256"]
