"""Sources as trees, without a word about their style."""

import ast
import warnings


def parse(source: str) -> ast.Module:
    """`ast.parse` without the interpreter's warnings: published sources hold escapes such as "\\\\w" that it dislikes.

    Raises SyntaxError and ValueError.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(source)
