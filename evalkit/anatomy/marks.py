"""Token texts for people: white space to be seen, control characters spelt out."""

from evalkit.reports.formatting import token_text as marked

__all__ = ["marked"]
