"""How a model's tokenizer splits a task's names: the end of `evalkit tasks show --model`."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from evalkit.models.tokenization import Tokenization
    from evalkit.types import Prompt


def token_table(model: str, names: Mapping[str, str], prompt: "Prompt") -> str:
    """Tokens of the prompt and of each name (old -> new), split as the model splits them. Loads its tokenizer alone.

    Raises ModelUnavailable and ConfigError as `load_tokenization` does.
    """
    from evalkit.models import load_tokenization

    tokenization = load_tokenization(model)
    prompt_tokens = tokenization.count_tokens(tokenization.render(prompt))
    rows = list(_rows(tokenization, names))
    total = sum(int(row[1]) for row in rows)
    head = (
        f"Tokens of {tokenization.name}: {prompt_tokens} in the prompt; {total} in the {len(rows)} names, each alone:"
    )
    return "\n".join([head, "", *_aligned(rows)])


def _rows(tokenization: "Tokenization", names: Mapping[str, str]) -> Iterator[tuple[str, str, str, str]]:
    for old, new in names.items():
        pieces = tokenization.pieces(new)
        yield new, str(len(pieces)), " | ".join(pieces), f"({old})" if old != new else ""


def _aligned(rows: list[tuple[str, str, str, str]]) -> Iterator[str]:
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    for name, count, pieces, old in rows:
        yield f"  {name:{widths[0]}}  {count:>{widths[1]}}  {pieces:{widths[2]}}  {old}".rstrip()
