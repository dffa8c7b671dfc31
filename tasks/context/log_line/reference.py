import re


def log_line(level_name: str, message_text: str) -> str:
    """The level in upper case and the message on one line, without the tokens in it."""
    hidden = re.sub(r"token=\S*", "token=***", message_text)
    return f"{level_name.upper()} {hidden}".replace("\n", " ")
