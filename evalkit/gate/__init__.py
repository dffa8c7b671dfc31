"""Holds a run to a baseline: what is kept of a run, three outcomes, and what CI servers read."""

from evalkit.gate.baseline import Baseline, baseline_of
from evalkit.gate.check import Gate, Outcome, Rule, check
from evalkit.gate.files import read_baseline, write_baseline

__all__ = ["Baseline", "Gate", "Outcome", "Rule", "baseline_of", "check", "read_baseline", "write_baseline"]
