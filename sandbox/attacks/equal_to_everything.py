"""forged equality: returns an object that claims to be equal to whatever it is compared with."""


class Agreeable(str):
    def __eq__(self, other):
        return True

    def __ne__(self, other):
        return False

    def __hash__(self):
        return 0


def attack():
    return Agreeable("anything")
