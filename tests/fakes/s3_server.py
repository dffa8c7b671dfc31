"""An S3 server of the tests' own on loopback: `rclone serve s3`, which speaks the S3 protocol over a folder."""

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

RCLONE = shutil.which("rclone", path=str(Path(sys.executable).parent)) or shutil.which("rclone")
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}


@contextmanager
def s3_server(root: Path) -> Iterator[str]:
    """The address of a server with one bucket, called runs. Skips the test where there can be none."""
    pytest.importorskip("obstore", reason="the extra s3 is not installed")
    if RCLONE is None:
        pytest.skip("rclone is not installed, so there is no S3 server")
    (root / "runs").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    key = ",".join(CREDENTIALS.values())
    command = [RCLONE, "serve", "s3", "--addr", address, "--auth-key", key, "--config", "", str(root)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(address, process)
            yield f"http://{address}"
        finally:
            process.kill()


def _wait_for(address: str, process: "subprocess.Popen[bytes]") -> None:
    host, port = address.split(":")
    while process.poll() is None:
        try:
            socket.create_connection((host, int(port))).close()
            return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the S3 server did not start")
