def log_line(level_name: str, message_text: str) -> str:
    """Make the line of a log from a level and a message, as the project's notes on logs say.

    The level is in upper case.

    >>> log_line("WARNING", "disk is nearly full")
    'WARNING disk is nearly full'
    >>> log_line("INFO", "started")
    'INFO started'
    """
