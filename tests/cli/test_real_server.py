"""`evalkit run` on a server that really runs: `transformers serve` with the starter model, on loopback."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager

import pytest

from evalkit.models.starter import starter_folder
from evalkit.results import load

pytestmark = [pytest.mark.slow, pytest.mark.model]

STARTER = "smollm2-135m-instruct"
NAME = "served"  # what the server calls the model: a folder beside which it is started
# One thread: threads that wait for each other on a busy machine take most of its time.
ENVIRONMENT = {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1"}
DEADLINE = 300  # seconds, only so that a server that hangs ends the test


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    """The address of the server, which ends with the tests of this file."""
    folder = tmp_path_factory.mktemp("server")
    (folder / NAME).symlink_to(starter_folder(STARTER))
    with served(folder, free_port()) as address:
        yield address


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def served(folder, port):
    line = [sys.executable, "-m", "transformers.cli.transformers", "serve", NAME, "--host", "127.0.0.1"]
    log = folder / "log"
    with log.open("wb") as output:
        line += ["--port", str(port), "--device", "cpu"]
        server = subprocess.Popen(
            line, cwd=folder, env={**os.environ, **ENVIRONMENT}, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            wait_for(server, f"http://127.0.0.1:{port}/health", log)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            server.terminate()
            server.wait()


def wait_for(server, health, log):
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end and server.poll() is None:
        try:
            with urllib.request.urlopen(health, timeout=DEADLINE):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the server did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture
def run(tmp_path, fakes, tiny_suite, url):
    """Runs a command to its end; what it left and what it said of the run."""
    fixed = ["--sandbox", "evalkit_fakes:RuleSandbox", "--limit", "1", "--temperature", "0", "--max-new-tokens", "16"]

    def ran(*options):
        line = ["run", str(tiny_suite), "--model", f"openai:{NAME}", "--base-url", url, *fixed, "--out", "run"]
        main = [sys.executable, "-c", "from evalkit.cli import main\nmain()\n"]
        environment = {**os.environ, **ENVIRONMENT}
        done = subprocess.run([*main, *line, *options], capture_output=True, text=True, cwd=tmp_path, env=environment)
        assert done.returncode == 0, done.stderr
        return load(tmp_path / "run").samples, done.stderr, tmp_path / "run"

    return ran


def test_chat_and_base_prompts_are_answered_and_the_lack_of_log_probabilities_is_marked(run):
    samples, said, folder = run("--prompt", "chat", "--prompt", "plain", "--samples", "2")
    assert sorted(samples["prompt_style"]) == ["chat", "chat", "plain", "plain"]
    assert samples.groupby("prompt_style")["completion"].nunique().eq(1).all()  # temperature 0
    assert samples["completion"].str.strip("` \n").ne("").all()  # its stops do not end an answer at the first token
    assert "no plausibility will be reported" in said and "in the end of the prompt too" in said
    assert samples["mean_logprob"].isna().all() and samples["completion_tokens"].gt(1).all()
    mark = f"4 samples of openai:{NAME} have no log-probabilities (the server answers without log-probabilities)"
    assert mark in (folder / "report.md").read_text() and mark in (folder / "report.html").read_text()
    abilities = json.loads((folder / "manifest.json").read_text())["model"][f"openai:{NAME}"]["abilities"]
    assert all("seed" in each["takes"] and "logprobs" not in each["takes"] for each in abilities.values())


def test_with_its_tokenizer_a_server_answers_at_temperature_0_as_evalkits_own_loop_does(run):
    local = ["--model", STARTER, "--dtype", "fp32"]
    samples, _, _ = run("--tokenizer", STARTER, *local, "--prompt", "chat", "--prompt", "plain", "--samples", "1")
    texts = samples.pivot(index="prompt_style", columns="model", values="completion")
    assert texts[f"openai:{NAME}"].to_dict() == texts[STARTER].to_dict() and texts[STARTER].ne("").all()
