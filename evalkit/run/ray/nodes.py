"""What is checked on every node before a run spends anything: the same evalkit, and a store that it can write."""

import os
import socket
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from evalkit.errors import ClusterUnavailable, RunDirectoryError
from evalkit.paths import AnyPath
from evalkit.registry import data_folder
from evalkit.results.files import TEMPORARY, explained
from evalkit.run.manifest import versions

LOOK_SECONDS = 300.0  # a node may have to unpack the checkout and import torch first


def check_nodes(ray: Any, path: AnyPath) -> None:
    """Raises ClusterUnavailable for a node with other versions, RunDirectoryError for one without the store."""
    own = identity()
    with explained(path, "Choose another --out."):
        path.mkdir(parents=True, exist_ok=True)
        mark = path / f".mark-{uuid4().hex}{TEMPORARY}"
        mark.touch()
    try:
        for found in _look(ray, path, mark.name):
            check_versions(own, found)
            _check_store(path, found)
    finally:
        mark.unlink(missing_ok=True)
        if not any(path.iterdir()):
            path.rmdir()  # a run that is refused leaves nothing; one that begins makes it again


def identity() -> dict[str, Any]:
    """Versions, and a hash of evalkit's own files, here."""
    digest = sha256()
    package = Path(__file__).parents[2]
    for folder in (package, data_folder("sandbox")):
        for file in sorted(folder.rglob("*.py")):
            digest.update(str(file.relative_to(folder)).encode() + b"\0" + file.read_bytes())
    return {"versions": versions(), "code": digest.hexdigest()}


def visit(folder: AnyPath, mark: str) -> str | None:
    """What is wrong with the store as this node sees it."""
    if not (folder / mark).exists():
        return "is not the driver's: give a folder that all nodes share"
    own = folder / f".node-{uuid4().hex}{TEMPORARY}"
    try:
        own.write_bytes(b"\0" * 4096)
    except OSError as error:
        return f"cannot be written ({error.strerror or error})"
    finally:
        own.unlink(missing_ok=True)
    return None


def alive(ray: Any) -> list[Mapping[str, Any]]:
    """The nodes that are up, the head node among them."""
    return [node for node in ray.nodes() if node["Alive"]]


def host() -> str:
    """How this node is called in messages."""
    return f"{socket.gethostname()} (pid {os.getpid()})"


def on_node(node_id: str) -> Any:
    """Ray's scheduling strategy for this node and no other."""
    from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

    return NodeAffinitySchedulingStrategy(node_id, soft=False)


def _look(ray: Any, path: AnyPath, mark: str) -> list[dict[str, Any]]:
    look = ray.remote(_looking())
    asked = {
        node["NodeID"]: look.options(num_cpus=0, scheduling_strategy=on_node(node["NodeID"])).remote(str(path), mark)
        for node in alive(ray)
    }
    return answers(ray, asked)


def answers(ray: Any, asked: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What the nodes say that were `asked` (by their ids); a node that has left the cluster meanwhile is passed over.

    Raises ClusterUnavailable for one that is there and does not answer.
    """
    deadline, found = time.monotonic() + LOOK_SECONDS, []
    for node, reference in asked.items():
        try:
            found.append(ray.get(reference, timeout=max(0.0, deadline - time.monotonic())))
        except ray.exceptions.RayError as error:
            if node in {each["NodeID"] for each in alive(ray)}:
                reason = " ".join(str(error).split())[:300]
                raise ClusterUnavailable(f"A node of the cluster does not answer: {reason}") from error
    return found


def _looking() -> Callable[[str, str], dict[str, Any]]:
    def look(path: str, mark: str) -> dict[str, Any]:
        # Sent by value, as functions in functions are: a node without this evalkit can still say so.
        import platform
        import socket

        found: dict[str, Any] = {"host": socket.gethostname(), "python": platform.python_version()}
        try:
            from evalkit.paths import as_path
            from evalkit.run.ray.nodes import identity, visit
        except ImportError as error:
            return {**found, "lacks": str(error)}
        return {**found, **identity(), "store": visit(as_path(path), mark)}

    return look


def check_versions(own: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Raises ClusterUnavailable where a node's `identity` is not the driver's."""
    where = f"Node {found['host']}"
    if "lacks" in found:
        raise ClusterUnavailable(f"{where} cannot run evalkit ({found['lacks']}). Install evalkit[ray] there.")
    here, there = own["versions"], found["versions"]
    other = sorted(name for name in {*here, *there} if here.get(name) != there.get(name))
    if other:
        told = ", ".join(
            f"{name} {there.get(name, 'missing')} there, {here.get(name, 'missing')} here" for name in other
        )
        raise ClusterUnavailable(f"{where} has other versions: {told}. Install the same on every node.")
    if own["code"] != found["code"]:
        raise ClusterUnavailable(f"{where} has another evalkit of the same version. Install the same on every node.")


def _check_store(path: AnyPath, found: Mapping[str, Any]) -> None:
    if found["store"]:
        raise RunDirectoryError(f"Node {found['host']}: {path} {found['store']}.")
