"""Contexts as factors of a run: crossed, each prompt once, refused where they change nothing or do not fit."""

from dataclasses import replace

import pytest
from click.testing import CliRunner
from evalkit_fakes import CountingModel

from evalkit.cli import main
from evalkit.config import load_experiment
from evalkit.errors import ConfigError
from evalkit.run.models import Models
from evalkit.run.plan import Plan, plan
from evalkit.types import Context, Document, Suite, Task

SOURCE = 'def double(first_value):\n    """Double."""\n'
PLAIN = Task("s/double", "double", SOURCE, "from solution import double\n", (), (), SOURCE + "    return 1\n", ())
NOTED = replace(PLAIN, context="Every `first_value` is whole.\n")
FACTORS = {"position": ("start", "middle", "end"), "filler_tokens": (0, 200), "retrieval": ("off", "on")}


def planned(task: Task = NOTED, **options: object) -> Plan:
    values = {"model": "m", "samples": 1, "prompt": "plain", **options}
    return plan(load_experiment("s", values), Suite("s", "S", (task,)))


def models(the_plan: Plan, window: int = 10_000) -> Models:
    model = CountingModel()
    model.context_length = window
    return Models(the_plan, lambda name: model)


def test_every_context_is_a_cell_and_no_prompt_is_asked_twice() -> None:
    the_plan = planned(**FACTORS)
    contexts = [cell.context for cell in the_plan.cells]
    assert contexts[0] == Context("end", 0, "off")
    assert len(contexts) == len(set(contexts)) == 1 + 3 * 2
    rendered = models(the_plan)
    assert len({rendered.render(key) for key in the_plan.keys}) == len(the_plan.keys)
    documented = replace(NOTED, documents=(Document("x.md", "Double it."),))
    assert [cell.context for cell in planned(documented, **FACTORS).cells][:2] == [Context(), Context("end", 0, "on")]


def test_the_notes_follow_the_identifier_style() -> None:
    the_plan = planned(identifiers="camelCase")
    assert "Every `firstValue` is whole." in models(the_plan).render(the_plan.keys[0])


def test_filler_alone_needs_no_notes() -> None:
    assert len(planned(PLAIN, filler_tokens=(0, 100)).cells) == 2


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"position": "start"}, r"'s/double' has no context.md, so there is nothing that position changes"),
        ({"retrieval": "on"}, r"'s/double' has no context.md and no documents, so .* that retrieval changes"),
    ],
)
def test_options_that_would_change_nothing_are_refused(options: dict[str, object], complaint: str) -> None:
    with pytest.raises(ConfigError, match=complaint):
        planned(PLAIN, filler_tokens=100, **options)


def test_a_prompt_that_does_not_fit_says_by_how_much_and_for_which_cell() -> None:
    the_plan = planned(filler_tokens=(0, 600, 300), max_new_tokens=100)
    lengths = [CountingModel().count_tokens(models(the_plan).render(key)) for key in the_plan.keys]
    assert models(the_plan, max(lengths) + 100).check("m") == max(lengths)
    with pytest.raises(ConfigError) as caught:
        models(the_plan, 250).check("m")
    said = str(caught.value)
    assert f"has {max(lengths)} tokens; with 100 new tokens it does not fit into the 250 tokens of 'm'" in said
    assert f"by {max(lengths) + 100 - 250} (cell {the_plan.keys[1].cell.key}; 1 other prompts" in said


def test_values_from_a_file_and_from_the_command_line() -> None:
    experiment = load_experiment("s", {"retrieval": [True, False], "filler_tokens": 5, "position": "middle"})
    assert (experiment.retrieval, experiment.filler_tokens, experiment.position) == (("on", "off"), (5,), ("middle",))
    shown = CliRunner().invoke(
        main, ["run", "starter", "--filler-tokens", "0,50", "--prompt", "chat,plain", "--dry-run"]
    )
    assert shown.exit_code == 0, shown.output
    assert shown.output.count("|filler_tokens=50|") == 2
    assert "Grid: 4 cells" in shown.output


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--filler-tokens", "0,many"], "'many' is not a whole number"),
        (["--position", "top"], "--position must be start, middle or end, or a list of them, not 'top'"),
        (["--retrieval", "maybe"], "--retrieval must be on or off"),
        (["--position", "start,end"], "has no context.md, so there is nothing that position changes"),
    ],
)
def test_mistakes_are_one_line(arguments: list[str], complaint: str) -> None:
    result = CliRunner().invoke(main, ["run", "starter", "--dry-run", *arguments])
    assert result.exit_code == 2
    assert complaint in result.stderr.splitlines()[-1]
