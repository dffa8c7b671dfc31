"""memory: takes a little more at every step until something stops it."""


def attack():
    hoard = []
    while True:
        hoard.append(bytearray(b"x" * 2**23))
