"""scratch size: fills the scratch place with far more than its share."""


def attack():
    written = 0
    try:
        for number in range(8):
            with open(f"filler-{number}", "wb") as file:
                for _ in range(32):
                    file.write(bytes(2**20))
                    file.flush()
                    written += 1
    except OSError:
        return ""
    return f"wrote {written} MiB"
