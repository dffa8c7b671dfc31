"""`evalkit run` on models behind a server: a key that is kept nowhere, failures that resume mends, the cost."""

import json
import os
import subprocess
import sys

import pytest
from evalkit_server import KEY, FakeServer, failure, serving

from evalkit.results import load

MAIN = "from evalkit.cli import main\nmain()\n"


@pytest.fixture
def server():
    with serving(FakeServer(key=KEY)) as fake:
        yield fake


@pytest.fixture
def evalkit(tmp_path, fakes):
    """Runs the command to its end; `key` is what the environment holds."""

    def run(*arguments, key=KEY):
        environment = {**os.environ, "OPENAI_API_KEY": key, "HTTP_PROXY": "http://127.0.0.1:9"}
        line = [sys.executable, "-c", MAIN, *map(str, arguments)]
        return subprocess.run(line, capture_output=True, text=True, cwd=tmp_path, env=environment)

    return run


@pytest.fixture
def drawing(tiny_suite):
    """The words of a command."""
    options = ["--sandbox", "evalkit_fakes:RuleSandbox", "--limit", "1", "--out", "run"]

    def words(server, *more):
        return ["run", tiny_suite, "--model", "openai:tiny", "--base-url", server.url, *options, *more]

    return words


def test_a_run_that_a_server_broke_off_is_resumed_and_nothing_counts_against_the_model(
    server, evalkit, drawing, tmp_path
):
    server.rule = lambda body: failure(500, f"oops, {KEY}") if len(server.asked) > 4 else None
    prices = ["--price-input", "1", "--price-output", "2"]
    broken = evalkit(*drawing(server, "--samples", "8", "--retries", "0", "--concurrency", "1", *prices))
    assert broken.returncode == 3, broken.stderr
    assert "500: oops, ***" in broken.stderr and "evalkit run --resume run" in broken.stderr
    before = load(tmp_path / "run")
    assert len(before.samples) == 4 and "failed" not in set(before.verdicts["status"])
    server.rule = lambda body: None
    resumed = evalkit("run", "--resume", "run")
    assert resumed.returncode == 0, resumed.stderr
    after = load(tmp_path / "run")
    assert list(after.samples["index"]) == list(range(8)) and after.samples["mean_logprob"].eq(-0.25).all()
    assert "openai:tiny was asked" in resumed.stdout and "Cost: 0.0" in resumed.stdout
    lines = (tmp_path / "run/sessions.jsonl").read_text().splitlines()
    sessions = [json.loads(line)["usage"]["openai:tiny"] for line in lines]
    assert [session["requests"] >= 4 for session in sessions] == [True, True]
    written = b"".join(path.read_bytes() for path in (tmp_path / "run").iterdir() if path.is_file())
    assert KEY.encode() not in written and KEY not in broken.stderr + broken.stdout + resumed.stderr + resumed.stdout


def test_a_server_without_log_probabilities_is_marked_so_in_the_report(server, evalkit, drawing, tmp_path):
    server.logprobs = False
    done = evalkit(*drawing(server, "--samples", "2"))
    assert done.returncode == 0, done.stderr
    samples = load(tmp_path / "run").samples
    assert samples["mean_logprob"].isna().all() and samples["completion_tokens"].eq(5).all()
    assert "2 samples of openai:tiny have no log-probabilities" in (tmp_path / "run/report.md").read_text()


def test_a_wrong_key_ends_with_one_line_before_there_is_a_run(server, evalkit, drawing, tmp_path):
    done = evalkit(*drawing(server), key="sk-another-one")
    assert done.returncode == 2 and not (tmp_path / "run").exists()
    assert done.stderr.splitlines()[-1].startswith(f"Error: The server at {server.url} refuses the key in OPENAI_API_")
    assert "sk-another-one" not in done.stderr + done.stdout


def test_a_server_option_that_no_model_has_is_refused(server, evalkit, drawing):
    done = evalkit("run", "starter", "--model", "scripted", "--base-url", server.url)
    assert done.returncode == 2 and "Error: --base-url is for none of the models of this run: scripted." in done.stderr
    done = evalkit(*drawing(server, "--model-option", "colour=red"))
    assert done.returncode == 2 and "option 'colour' is for none" in done.stderr
    done = evalkit(*drawing(server, "--api-key-env", KEY))
    assert done.returncode == 2 and KEY not in done.stderr
