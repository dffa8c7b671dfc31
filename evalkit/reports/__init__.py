"""Reports: a run's tables as Markdown and as one self-contained HTML page."""

from evalkit.reports.files import terminal_summary, write_and_tell, write_report

__all__ = ["terminal_summary", "write_and_tell", "write_report"]
