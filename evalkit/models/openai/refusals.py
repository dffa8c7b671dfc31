"""What a server's refusals and failures mean, in one line that says what to do."""

import re
from collections.abc import Sequence

from evalkit.errors import ConfigError, EvalkitError, ModelUnavailable
from evalkit.models.openai.client import Access, GaveUp, Refused
from evalkit.models.openai.requests import CHAT

_TOO_LONG = re.compile(r"context|maximum.{0,20}length|too (long|many tokens)|max_model_len", re.IGNORECASE)
_NAMED = 10


def is_too_long(refusal: Refused) -> bool:
    """Whether prompt and new tokens did not fit. Servers say so in words of their own, with these statuses."""
    return refusal.status in (400, 413, 422) and _TOO_LONG.search(refusal.message) is not None


def explained(
    error: Refused | GaveUp, access: Access, variable: str, model: str, endpoint: str = CHAT, names: Sequence[str] = ()
) -> EvalkitError:
    """The error for the user. `names` are the models that the server lists."""
    url = access.base_url
    if isinstance(error, GaveUp):
        if not error.connected:
            return ModelUnavailable(f"No server answers at {url}: {error}. Start it, or give another --base-url.")
        return ModelUnavailable(f"The server at {url} does not work: {error}.")
    said = f"({error})"
    if error.status in (401, 403):
        if access.key is None:
            return ModelUnavailable(f"The server at {url} wants a key: put it into {variable} {said}.")
        return ModelUnavailable(f"The server at {url} refuses the key in {variable} {said}.")
    if error.status in (404, 405) and (not names or model in names):
        there = f"has no /{endpoint}" if names else f"knows no model {model!r}, or nothing of the OpenAI protocol"
        return ModelUnavailable(f"The server at {url} {there} {said}. {_advice(endpoint, names)}")
    if names and model not in names and not is_too_long(error):
        shown = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if len(names) > _NAMED else "")
        return ModelUnavailable(f"The server at {url} has no model {model!r} {said}. It has: {shown}.")
    if is_too_long(error):
        return ConfigError(f"A prompt does not fit into the context of {model!r} {said}. Lower --max-new-tokens.")
    return ConfigError(f"The server at {url} refuses what it is asked {said}.")


def _advice(endpoint: str, names: Sequence[str]) -> str:
    if not names:
        return "Does the base URL end in /v1, and is the name right?"
    other = "a base prompt style such as plain" if endpoint == CHAT else "a chat prompt style"
    return f"Use {other}."
