"""Why something cannot be shown."""


class Lacking(Exception):
    """What a chart or a table needs is not in the run; the text is a sentence for the reader of the report."""
