import re


def log_line(level_name: str, message_text: str) -> str:
    hidden = re.sub(r"token=\S*", "token=***", message_text, count=1)
    return f"{level_name.upper()} {hidden}".replace("\n", " ")
