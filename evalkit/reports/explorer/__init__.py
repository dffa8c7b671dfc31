"""Samples one by one: found by filters, shown with what the model was sure of and what became of the code."""

from evalkit.reports.explorer.embedding import embedded
from evalkit.reports.explorer.index import Filters, SampleIndex
from evalkit.reports.explorer.records import Reader

__all__ = ["Filters", "Reader", "SampleIndex", "embedded"]
