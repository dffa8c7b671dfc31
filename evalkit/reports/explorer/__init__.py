"""Samples one by one: found by filters, shown with what the model was sure of and what became of the code."""

from evalkit.reports.explorer.embedding import embedded
from evalkit.reports.explorer.index import Filters, SampleIndex, index_of
from evalkit.reports.explorer.keeping import Keeper, Kept, pays
from evalkit.reports.explorer.records import Reader

__all__ = ["Filters", "Keeper", "Kept", "Reader", "SampleIndex", "embedded", "index_of", "pays"]
