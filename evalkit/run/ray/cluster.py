"""The connection to a Ray cluster, or a cluster of the run's own on this machine."""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import evalkit
from evalkit.errors import ClusterUnavailable
from evalkit.run.ray.options import ClusterOptions

CONNECT_SECONDS = 5.0
PASSED_ON = (
    "PYTHONPATH",
    "EVALKIT_DATA",
    "EVALKIT_CACHE",
    "HF_HOME",
    "HF_HUB_OFFLINE",
    # Where an object store is, but no credentials: those would lie open in the cluster, so each node has its own.
    "AWS_ENDPOINT_URL",
    "AWS_REGION",
    "AWS_DEFAULT_REGION",
)
SHIPPED = ("evalkit", "tasks", "sandbox", "reports")


def import_ray() -> Any:
    """The package, silent and without its usage statistics. Raises ClusterUnavailable where it is not installed."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    # Its errors that are none, of workers that may be restarted; it answers with a line that nothing keeps back.
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")  # what Ray will do anyway; without it, it warns
    try:
        import ray
    except ImportError as error:
        raise ClusterUnavailable(f"--engine ray needs Ray: pip install 'evalkit[ray]' ({error}).") from error
    return ray


@contextmanager
def connected(options: ClusterOptions) -> Iterator[Any]:
    """Ray, connected to the cluster; afterwards everything of this run there has ended. Raises ClusterUnavailable."""
    ray = import_ray()
    _check_reachable(options)
    try:
        ray.init(**_settings(options))
    except Exception as error:  # Ray raises bare ones, such as of a node that takes long to start
        raise ClusterUnavailable(_reason(options, error)) from error
    try:
        yield ray
    finally:
        ray.shutdown()


def _settings(options: ClusterOptions) -> dict[str, Any]:
    common = {"log_to_driver": False, "logging_level": logging.CRITICAL, "runtime_env": runtime_env()}
    place = options.host_and_port
    if options.address is None:
        return {**common, "address": "local", "include_dashboard": False, "_node_ip_address": "127.0.0.1"}
    return {**common, "address": "auto" if place is None else f"{place[0]}:{place[1]}"}


def runtime_env() -> dict[str, Any]:
    """What workers get from the driver: some of its environment, and evalkit itself where it runs from a checkout.

    An installed evalkit must be installed on the nodes, too; `nodes` checks that it is the same.
    """
    environment: dict[str, Any] = {"env_vars": {name: os.environ[name] for name in PASSED_ON if name in os.environ}}
    package = Path(evalkit.__file__).parent
    if (package / "_data").is_dir():
        return environment
    kept = [f"!/{name}" for name in SHIPPED]
    return {**environment, "working_dir": str(package.parent), "excludes": ["/*", *kept, "__pycache__"]}


def _check_reachable(options: ClusterOptions) -> None:
    """Ray itself waits long for a cluster that is not there."""
    place = options.host_and_port
    if place is None:
        return
    try:
        socket.create_connection(place, CONNECT_SECONDS).close()
    except OSError as error:
        raise ClusterUnavailable(_reason(options, error)) from error


def _reason(options: ClusterOptions, error: Exception) -> str:
    said = " ".join(str(error).split()) or type(error).__name__
    if "ersion mismatch" in said:
        return f"The cluster at {options.address} runs other versions than this machine: {said[:300]}"
    if options.address is None:
        return f"No Ray cluster could be started on this machine: {said[:300]}"
    return (
        f"There is no Ray cluster at --address {options.address} ({said[:200]}). Start one with 'ray start --head', or "
        "leave --address out to use this machine alone."
    )
