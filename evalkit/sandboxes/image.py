"""The sandbox's Docker image: made from this machine's Python without any registry, or on top of a Python image."""

import contextlib
import hashlib
import io
import json
import os
import shutil
import socket
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from evalkit.errors import SandboxUnavailable
from evalkit.registry import data_folder
from evalkit.sandboxes.packages import JUDGE, PACKAGES_FOLDER, folders_of, packages_folder, packages_key
from evalkit.sandboxes.rootfs import RUNNER_FOLDER, SHARED_FOLDER, interpreter, rootfs, rootfs_key

if TYPE_CHECKING:
    from docker import DockerClient

REPOSITORY = "evalkit-sandbox"
_ASK = (
    "import json,os,sys,sysconfig;"
    "print(json.dumps([os.path.realpath(sys.executable),sysconfig.get_path('purelib'),sys.version_info[:2]]))"
)


def connect() -> "DockerClient":
    """A client of the running engine. Raises SandboxUnavailable when none answers."""
    import docker
    from docker.errors import DockerException

    try:
        _try_socket(os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock")
        client = docker.from_env(timeout=60)
        client.ping()
    except (DockerException, OSError) as error:
        raise SandboxUnavailable(
            f"No Docker engine answers ({reason_of(error)}). Start it (for example: systemctl start docker), "
            "or use --sandbox bubblewrap."
        ) from error
    return client


def _try_socket(host: str) -> None:
    """Connect to a local engine's socket and hang up: the client would say less clearly that none is there."""
    scheme, _, path = host.partition("://")
    if scheme not in ("unix", "http+unix"):
        return
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except OSError as error:
            raise OSError(f"{path}: {error.strerror or error}") from error


def image_name() -> str:
    """Name and tag of the image for this interpreter, these packages and this runner."""
    digest = hashlib.sha256(rootfs_key().encode())
    for path in sorted((data_folder("sandbox") / "runner").glob("*.py")):
        digest.update(path.read_bytes())
    return f"{REPOSITORY}:{digest.hexdigest()[:12]}"


def build_image(
    from_image: str | None = None, name: str | None = None, say: Callable[[str], None] = lambda line: None
) -> str:
    """Build the image and return its name. Raises SandboxUnavailable with the engine's reason when it cannot."""
    from docker.errors import DockerException

    client = connect()
    name = name or image_name()
    try:
        if from_image:
            say(f"Building {name} on {from_image}")
            _build_on(client, from_image, name)
        else:
            say(f"Building {name} from {interpreter()}")
            _import_host(client, name)
    except (DockerException, OSError) as error:
        raise SandboxUnavailable(f"Cannot build the sandbox image {name}: {reason_of(error)}.") from error
    return name


def packages_image(client: "DockerClient", base: str, say: Callable[[str], None]) -> str:
    """The image `base` with the packages that tasks may ask for, made if it is not there. Raises SandboxUnavailable."""
    from docker.errors import DockerException, ImageNotFound

    name = f"{REPOSITORY}:{base.partition(':')[2][:12]}-packages-{packages_key()}"
    try:
        client.images.get(name)
    except ImageNotFound:
        say(f"Building {name}, for tasks that need packages")
        try:
            _add_packages(client, base, name)
        except (DockerException, OSError) as error:
            raise SandboxUnavailable(f"Cannot build the sandbox image {name}: {reason_of(error)}.") from error
    return name


def _add_packages(client: "DockerClient", base: str, name: str) -> None:
    with tempfile.TemporaryFile() as context:
        with tarfile.open(fileobj=context, mode="w") as archive:
            dockerfile = f"FROM {base}\nCOPY packages {PACKAGES_FOLDER}\n".encode()
            entry = tarfile.TarInfo("Dockerfile")
            entry.size = len(dockerfile)
            archive.addfile(entry, io.BytesIO(dockerfile))
            archive.add(packages_folder(), arcname="packages", filter=_as_root)
        context.seek(0)
        client.images.build(fileobj=context, custom_context=True, tag=name, rm=True, network_mode="none")


def reason_of(error: Exception) -> str:
    """The engine's own words in one line, without the request around them."""
    text = str(getattr(error, "explanation", None) or error) or type(error).__name__
    return text.strip().splitlines()[0].rstrip(".")[:300]


def _import_host(client: "DockerClient", name: str) -> None:
    labels = _labels(interpreter(), SHARED_FOLDER)
    changes = [f"LABEL {key}={json.dumps(value)}" for key, value in labels.items()]
    with tempfile.TemporaryFile() as file:
        with tarfile.open(fileobj=file, mode="w") as archive:
            archive.add(rootfs(), arcname=".", filter=_as_root)
            for path in sorted((data_folder("sandbox") / "runner").glob("*.py")):
                archive.add(path, arcname=f".{RUNNER_FOLDER}/{path.name}", filter=_as_root)
        file.seek(0)
        # The client's own import helper reads the whole archive into memory; the endpoint takes a stream.
        api: Any = client.api
        answer = api._post(
            api._url("/images/create"),
            params={"fromSrc": "-", "repo": name, "changes": changes},  # Podman ignores a tag of its own
            data=file,
            headers={"Content-Type": "application/tar"},
            timeout=None,
        )
    api._raise_for_status(answer)


def _as_root(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    if entry.isfile():
        entry.mode |= 0o444
    elif entry.isdir():
        entry.mode |= 0o555
    return entry


def _labels(python: str, path: str) -> dict[str, str]:
    return {"evalkit.interpreter": python, "evalkit.path": path}


def _build_on(client: "DockerClient", base: str, name: str) -> None:
    """FROM `base`, with the runner and the judge's packages; solutions see the packages the base image has."""
    python, packages, (major, minor) = json.loads(
        client.containers.run(base, ["python3", "-I", "-c", _ASK], network_mode="none", remove=True)
    )
    if (major, minor) < (3, 11):
        raise SandboxUnavailable(f"The image {base} has Python {major}.{minor}; the sandbox needs 3.11 or newer.")
    with _build_context() as folder:
        client.images.build(
            path=folder,
            tag=name,
            buildargs={"BASE": base},
            labels=_labels(python, packages),
            rm=True,
            network_mode="none",
        )


@contextlib.contextmanager
def _build_context() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        source = data_folder("sandbox")
        shutil.copy(source / "Dockerfile", folder)
        shutil.copytree(source / "runner", Path(folder) / "runner", ignore=shutil.ignore_patterns("__pycache__"))
        for target, distributions in (("judge", JUDGE), ("shared", ("tzdata",))):
            (Path(folder) / target).mkdir()
            for name, path in (item for package in distributions for item in folders_of(package).items()):
                copy: Callable[..., Any] = shutil.copytree if path.is_dir() else shutil.copy
                copy(path, Path(folder) / target / name)
        yield folder
