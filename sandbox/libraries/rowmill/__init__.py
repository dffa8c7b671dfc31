"""rowmill: small tables of records that are bunched, folded, grafted and spread.

Written for the suite `libraries` and published nowhere else, so that no model has read about it.
"""

from rowmill.measures import add_up, highest, lowest, tally
from rowmill.sheet import Bunches, Sheet

__all__ = ["Bunches", "Sheet", "add_up", "highest", "lowest", "tally"]
