"""Runs against each other: what is compared, what is refused, which tasks flipped and with which code."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from scipy.stats import binomtest

from evalkit.cli import main
from evalkit.comparison import compare_levels, compare_runs
from evalkit.comparison.writing import to_json, to_markdown, to_text
from evalkit.errors import NotComparable

MakeRun = Callable[..., Path]
CONFIG = {"samples": 1, "temperature": [0.8], "max_new_tokens": 512, "cpu_floor": 4.0}


def attempts(passing: str, **common: object) -> list[dict[str, Any]]:
    """One attempt for each letter: task a, b, c...; 'P' passes, 'F' does not, 'U' is unscored."""
    tests = {"P": "PPP", "F": "PPF", "U": "UUU"}
    return [{"task": chr(97 + at), "tests": tests[letter], **common} for at, letter in enumerate(passing)]


def cli(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["compare", *map(str, arguments)])


def test_runs_are_paired_by_task_and_the_first_is_the_reference(make_run: MakeRun) -> None:
    runs = [make_run(attempts("PPPPPPFFFF")), make_run(attempts("PPFFFFFFFP"))]
    [found] = compare_runs(runs).contrasts
    assert (found.first, found.second, found.finding) == ("run-0", "run-1", "undecided")
    assert (found.comparison.before, found.comparison.after) == (0.6, 0.3)
    assert found.comparison.difference == pytest.approx(-0.3)
    assert found.comparison.p == pytest.approx(binomtest(1, 5).pvalue) == found.p_adjusted
    assert found.comparison.low < -0.3 < found.comparison.high and found.comparison.detectable > 0.3
    assert (found.gained, found.lost) == (1, 4)
    assert [(flip.task_id, flip.gained) for flip in found.flips] == [(t, False) for t in "cdef"] + [("j", True)]


def test_a_flipped_task_shows_the_surest_sample_of_each_side(make_run: MakeRun) -> None:
    old = [
        {"task": "a", "tests": "PPP", "code": "old = 1\n", "logprob": -0.5},
        {"task": "a", "tests": "PPP", "code": "old = 2\n", "logprob": -0.1},
        {"task": "a", "tests": "PPF", "code": "old = 3\n", "logprob": -0.01},
    ]
    new = [
        {"task": "a", "tests": "PPF", "code": "new = 1\n", "logprob": -0.2, "message": "no guard"},
        {"task": "a", "tests": "FFP", "code": None, "logprob": -0.1, "message": "no code"},
        {"task": "a", "tests": "PPP", "code": "new = 3\n", "logprob": -0.01},
    ]
    [found] = compare_runs([make_run(old), make_run(new)]).contrasts
    [flip] = found.flips
    assert (flip.first.code, flip.first.passed, flip.first.broke, flip.first.index) == ("old = 2\n", True, (), 1)
    assert (flip.second.code, flip.second.executed) == ("no idea", False)
    assert (flip.second.broke, flip.second.message) == (("adds",), "no code")
    text = to_text(compare_runs([make_run(old), make_run(new)]), 5)
    assert "lost a: 67 % -> 33 % of its samples pass" in text
    assert "      | old = 2" in text and "      | no idea" in text
    assert "no code found in this answer" in text


def test_several_runs_are_adjusted_by_holm(make_run: MakeRun) -> None:
    runs = [make_run(attempts(each)) for each in ("FFFFFFFFFF", "PPPPPPPPPP", "PFFFFFFFFF")]
    report = compare_runs(runs)
    assert report.correction == "holm"
    first, second = report.contrasts
    assert first.p_adjusted == pytest.approx(2 * first.comparison.p) == pytest.approx(4 / 2**10)
    assert (first.finding, second.finding) == ("better", "undecided")


def test_levels_of_a_factor_are_compared_with_the_others_held_fixed(make_run: MakeRun) -> None:
    # At each temperature plain and terse pass alike; terse just has more samples of the easy temperature.
    easy, hard = {"temperature": 0.2}, {"temperature": 0.8}
    plain = [*attempts("PPPP", **easy), *attempts("FFFF", **hard)]
    terse = [*attempts("PPPP", prompt="terse", **easy) * 3, *attempts("FFFF", prompt="terse", **hard)]
    report = compare_levels([make_run(plain + terse)], "prompt", None)
    [found] = report.contrasts
    assert (report.reference, found.second, report.correction) == ("plain", "terse", "fdr_bh")
    assert (found.comparison.difference, found.comparison.before) == (0.0, 0.5)
    report = compare_levels([make_run(plain + terse)], "temperature", "0.8")
    assert (report.reference, report.contrasts[0].second, report.contrasts[0].comparison.difference) == (
        "0.8",
        "0.2",
        1,
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"suite": {"name": "small", "title": "", "hash": "1e"}}, "suite.hash: 0f against 1e"),
        ({"config": {**CONFIG, "temperature": [0.2]}}, "temperature: [0.8] against [0.2]"),
        ({"config": {**CONFIG, "top_p": 0.9}}, "top_p: none against 0.9"),
        ({"sandbox": {"name": "bubblewrap", "isolates": True}}, "sandbox.name: docker against bubblewrap"),
        ({"config": {**CONFIG, "cpu_floor": 1.0}}, "cpu_floor: 4.0 against 1.0"),
        ({"extraction": {"hash": "b" * 64}}, "extraction.hash: aaaaaaaaaaaa… against bbbbbbbbbbbb…"),
    ],
)
def test_what_should_be_equal_and_is_not_is_refused_unless_allowed(
    make_run: MakeRun, change: Mapping[str, object], told: str
) -> None:
    same = {"config": CONFIG, "extraction": {"hash": "a" * 64}}
    runs = [make_run(attempts("PF"), **same), make_run(attempts("PP"), **{**same, **change})]
    refused = cli(*runs)
    assert refused.exit_code == 2 and refused.stdout == ""
    [line] = refused.stderr.splitlines()
    assert told in line and "--allow" in line
    kind = line.split("--allow ")[1].rstrip(".")
    allowed = cli(*runs, "--allow", kind)
    assert allowed.exit_code == 0
    assert f"not equal, but allowed: {told}" in allowed.stdout


def test_every_difference_is_listed_and_each_kind_needs_its_flag(make_run: MakeRun) -> None:
    changed = {"suite": {"name": "small", "hash": "1e"}, "sandbox": {"name": "bubblewrap", "isolates": True}}
    runs = [make_run(attempts("PF")), make_run(attempts("PP"), **changed)]
    with pytest.raises(NotComparable, match=r"suite\.hash.*sandbox\.name.*--allow suite --allow sandbox\."):
        compare_runs(runs)
    with pytest.raises(NotComparable, match=r"with --allow sandbox\."):
        compare_runs(runs, ["suite"])


def test_another_machines_engine_and_number_of_samples_are_no_difference(make_run: MakeRun) -> None:
    docker = {"name": "docker", "isolates": True, "image": "evalkit-sandbox:1"}
    here, there = ({**docker, "version": version, "image_id": version} for version in ("20", "28"))
    runs = [
        make_run(attempts("PF"), sandbox=here, config={"samples": 1, "seed": 1}),
        make_run(attempts("PP") * 2, sandbox=there, config={"samples": 2, "seed": 2}),
    ]
    assert compare_runs(runs).contrasts[0].allowed == ()


def test_of_suites_that_differ_only_the_tasks_that_are_the_same_are_compared(make_run: MakeRun) -> None:
    tasks = {name: {"hash": "0f", "requirements": []} for name in "abd"} | {"c": {"hash": "new", "requirements": []}}
    changed = {"tasks": tasks, "suite": {"name": "small", "hash": "1e"}}
    runs = [make_run(attempts("PFP")), make_run(attempts("PPFP"), **changed)]
    [found] = compare_runs(runs, ["suite"]).contrasts
    assert (found.comparison.tasks, found.left_out, found.gained, found.lost) == (2, 2, 1, 0)


def test_what_was_changed_on_purpose_is_told_and_not_refused(make_run: MakeRun) -> None:
    model = {"tiny": {"prompts_sha256": "1", "dtype": "fp32"}}
    runs = [
        make_run(attempts("PF", prompt="chat"), model=model),
        make_run(attempts("PP", prompt="terse"), model={"tiny": {"prompts_sha256": "2", "dtype": "fp32"}}),
    ]
    [found] = compare_runs(runs).contrasts
    assert found.changed == ("prompt: chat -> terse", "prompts sent to the model of tiny")


def test_runs_without_a_level_in_common_are_refused(make_run: MakeRun) -> None:
    several = attempts("PF", identifiers="a") + attempts("PF", identifiers="b")
    with pytest.raises(NotComparable, match="have no identifiers in common: a, b against snake_case"):
        compare_runs([make_run(several), make_run(attempts("PF"))])


def test_a_flip_is_shown_by_samples_that_were_compared(make_run: MakeRun) -> None:
    compared, left_out = {"prompt": "plain", "logprob": -0.5}, {"prompt": "terse", "logprob": -0.1}
    old = [{"task": "a", "tests": "PPF", "code": f"{each['prompt']} = 1\n", **each} for each in (compared, left_out)]
    new = [{"task": "a", "tests": "PPP", "code": "new = 1\n", **compared}]
    [found] = compare_runs([make_run(old), make_run(new)]).contrasts
    assert found.left_out_cells == 1
    assert [flip.first.code for flip in found.flips] == ["plain = 1\n"]


def test_a_cell_that_only_one_run_has_is_left_out_and_told(make_run: MakeRun) -> None:
    both = attempts("PF", identifiers="a") + attempts("PP", identifiers="b")
    [found] = compare_runs([make_run(both), make_run(attempts("PF", identifiers="a"))]).contrasts
    assert (found.comparison.difference, found.left_out_cells) == (0, 1)


@pytest.mark.parametrize(
    ("first", "second", "told"),
    [("", "PF", "0 tasks in both"), ("UU", "PF", "0 tasks in both"), ("P", "F", "1 task in both: 0 better, 1 worse")],
)
def test_empty_unscored_and_single_samples_give_no_numbers_that_are_not_there(
    make_run: MakeRun, first: str, second: str, told: str
) -> None:
    runs = [make_run(attempts(first)), make_run(attempts(second))]
    result = cli(*runs, "--exit-code")
    assert told in result.stdout
    assert ("not scored, and in no number: 2 and 0" in result.stdout) == (first == "UU")
    assert "nan" not in result.stdout
    assert result.exit_code == (0 if first == "P" else 3)
    data = json.loads(cli(*runs, "--json").stdout)
    assert data["comparisons"][0]["low"] is None


def test_tasks_that_all_moved_alike_do_not_pretend_to_have_power(make_run: MakeRun) -> None:
    text = cli(make_run(attempts("FFFF")), make_run(attempts("FFFF"))).stdout
    assert "every task moved alike" in text and "would show a difference of" not in text


def test_exit_codes_are_those_of_the_flag(make_run: MakeRun) -> None:
    good, bad = make_run(attempts("P" * 8)), make_run(attempts("F" * 8))
    assert cli(good, bad).exit_code == 0
    assert cli(good, bad, "--exit-code").exit_code == 1
    assert cli(bad, good, "--exit-code").exit_code == 0


def test_json_holds_both_codes_whole(make_run: MakeRun) -> None:
    code = "x = '" + "y" * 9_000 + "\ud83d'\n"
    report = compare_runs([make_run(attempts("P", code=code)), make_run(attempts("F"))])
    [found] = json.loads(to_json(report))["comparisons"]
    assert found["flips"][0]["first"]["code"] == code
    assert (found["finding"], found["tasks"], found["p"], found["before"]) == ("undecided", 1, 1.0, 1.0)


def test_markdown_cannot_be_broken_by_what_a_model_wrote(make_run: MakeRun) -> None:
    code = "```\n</details><script>alert(1)</script>\u202e\n"
    markdown = to_markdown(compare_runs([make_run(attempts("PP", code=code)), make_run(attempts("PF"))]), 5)
    assert "````python\n```\n</details><script>" in markdown  # inside a longer fence
    assert "\u202e" not in markdown
    row = next(line for line in markdown.splitlines() if line.startswith("| run"))
    assert row.split(" | ")[3] == "100 % → 50 %"
    assert "<details><summary>lost b: 100 % -\\> 0 % of its samples pass</summary>" in markdown


def test_wrong_use_is_one_line(make_run: MakeRun, tmp_path: Path) -> None:
    run = make_run(attempts("PF"))
    assert "Give a second run, or --by" in cli(run).stderr
    assert "given twice" in cli(run, run).stderr
    assert "no two levels of prompt to compare: all have 'plain'" in cli(run, "--by", "prompt").stderr
    assert "No sample has the temperature '0.7'" in cli(run, "--by", "temperature", "--reference", "0.7").stderr
    assert "--reference names a level of --by" in cli(run, run, "--reference", "x").stderr
    assert "does not exist" in cli(run, tmp_path / "nothing").stderr
    assert "no two levels of model" in cli(make_run([]), "--by", "model").stderr


def test_wordings_are_also_compared_by_the_worst_one_of_each_task(make_run: MakeRun) -> None:
    snake, camel = (
        attempts(text, identifiers=style) for text, style in (("PPPF", "snake_case"), ("PPFP", "camelCase"))
    )
    run = make_run([*snake, *camel])
    [found] = compare_levels([run], "identifiers", None).robust
    assert (found.levels, found.k, found.tasks) == (("snake_case", "camelCase"), 1, 4)
    assert (found.pass_at_k, found.robust_pass, found.drop) == pytest.approx((0.75, 0.5, 1 / 3))
    done = cli(run, "--by", "identifiers").output
    assert "solved only where every level solves it: snake_case, camelCase" in done
    assert "  pass@1 75 %, robust pass@1 50 %" in done and "robust drop 33 %, 4 tasks" in done
    assert json.loads(cli(run, "--by", "identifiers", "--json").output)["robust"][0]["drop"] == pytest.approx(1 / 3)
    assert "robust drop 33 %" in cli(run, "--by", "identifiers", "--markdown").output.replace("\\", "")


def test_several_samples_have_robust_pass_at_more_than_1_and_other_factors_are_told_apart(make_run: MakeRun) -> None:
    def five(style: str, temperature: float) -> list[dict[str, Any]]:
        return attempts("P", identifiers=style, temperature=temperature) * 5

    run = make_run([row for style in ("snake_case", "camelCase") for at in (0.2, 0.8) for row in five(style, at)])
    found = compare_levels([run], "identifiers", None).robust
    assert [(each.cell["temperature"], each.k) for each in found] == [(0.2, 1), (0.8, 1), (0.2, 5), (0.8, 5)]
    assert "temperature 0.8: pass@5 100 %" in cli(run, "--by", "identifiers").output


def test_levels_that_are_no_wordings_have_no_worst_one(make_run: MakeRun) -> None:
    run = make_run([*attempts("PF", temperature=0.2), *attempts("PP", temperature=0.8)])
    assert compare_levels([run], "temperature", None).robust == ()
    assert "robust" not in cli(run, "--by", "temperature").output
