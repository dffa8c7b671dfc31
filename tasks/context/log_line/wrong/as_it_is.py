def log_line(level_name: str, message_text: str) -> str:
    return f"{level_name.upper()} {message_text}".replace("\n", " ")
