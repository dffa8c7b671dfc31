class UsernameRegistry:
    """The user names of a site, in any alphabet.

    `register_name(entered_name)` registers a name and returns it as it is kept: as entered, without spaces around it.
    A name that another one equals, apart from upper and lower case, raises ValueError, and so does a name that is
    empty or has white space inside. `is_taken(entered_name)` says whether a name is registered already.

    >>> registry = UsernameRegistry()
    >>> registry.register_name("  Ann ")
    'Ann'
    >>> registry.is_taken("Ann")
    True
    >>> registry.is_taken("Bob")
    False
    """

    def __init__(self) -> None:
        """No names yet."""
