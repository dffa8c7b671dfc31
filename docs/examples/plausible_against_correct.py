"""Does mean log-probability tell right from wrong within a task? An analysis of one run, or of several.

Draw first, then analyse:

    evalkit run humaneval+ --model MODEL --temperature 0,0.2,0.8 --out runs/plus
    evalkit run production --model MODEL --temperature 0,0.2,0.8 --out runs/production
    python docs/examples/plausible_against_correct.py runs/plus runs/production
"""

import sys

import pandas as pd

import evalkit
from evalkit import statistics as st

SCORES = ["mean_logprob", "sum_logprob", "min_logprob", "mean_entropy", "bits_per_byte"]


def main(runs: list[str]) -> None:
    """Print the tables, the most important one first."""
    pd.options.display.float_format = "{:.3f}".format
    results = evalkit.load(runs)
    outcomes = st.sample_outcomes(results)
    samples = outcomes.drop(columns="mean_logprob").join(st.plausibility_scores(results))
    cell = [name for name in ("model", "temperature", "identifiers", "prompt_style") if samples[name].nunique() > 1]

    show("Which scores tell right from wrong, all cells together", st.discrimination_table(samples, scores=SCORES))
    show("Mean log-probability, per cell", st.discrimination_table(samples, cell, ["mean_logprob"]))
    show("Plausible but wrong", st.plausible_but_wrong(outcomes, cell))
    show("Visible against all tests", st.requirement_gap(results, outcomes, cell))
    show("All requirements against each of them", st.strict_against_partial(results, cell))
    show("Why samples fail", st.failure_table(results, outcomes, cell))
    show("Mean log-probability as a chance", st.calibration_table(st.predicted(samples, "mean_logprob"), draws=200))
    scored = samples[samples["scored"]]
    accepted = st.risk_coverage(scored["mean_logprob"], scored["passed"], scored["task_id"])
    show("Accepting only the most confident samples", accepted)
    show("Lines that differ from passing code", st.faulty_line_table(st.faulty_lines(results, outcomes), cell))
    show("Behaviours", st.behaviour_table(st.task_behaviours(results, outcomes), cell))
    if "temperature" in cell:
        coldest = sorted(outcomes["temperature"].unique())[0]
        show("Temperatures against the lowest one", st.grid(outcomes, "temperature", coldest))


def show(title: str, table: pd.DataFrame) -> None:
    """One table with its title."""
    print(f"\n## {title}\n")
    print(table.to_string(index=False) if len(table) else "(nothing to show)")


if __name__ == "__main__":
    main(sys.argv[1:])
