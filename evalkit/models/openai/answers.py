"""From a server's answer to completions: text, why it ended, and its tokens where the server tells them."""

import codecs
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evalkit.models.openai.client import Malformed
from evalkit.models.openai.requests import prefill_of
from evalkit.stopping import Stops
from evalkit.types import Completion, Request, Shaping, StopReason, TokenTrace

ENDED = frozenset({"stop", "eos", "eos_token", "stop_sequence", "end_turn", "tool_calls", "function_call"})
UNKNOWN_ID = -1  # most servers tell a token's text, not its id
UNKNOWN_RANK = 0  # ranks count from 1


@dataclass(frozen=True)
class Choice:
    """One completion as the server gives it. `logprobs` are its entries, one per token; empty without any."""

    text: str
    finish: str
    stop: str | None
    logprobs: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Answer:
    """All completions of one request, and the tokens that the server counted; None where it did not."""

    choices: tuple[Choice, ...]
    prompt_tokens: int | None
    completion_tokens: int | None


def read_answer(data: Any) -> Answer:
    """The answer of either endpoint. Raises Malformed."""
    if not isinstance(data, dict):
        raise Malformed("it is no JSON object")
    if data.get("error"):
        raise Malformed(f"it holds an error: {data['error']}")
    choices = data.get("choices")
    if not isinstance(choices, list) or not choices:
        raise Malformed("it has no choices")
    in_order = sorted((_choice(each) for each in choices), key=lambda pair: pair[0])
    return Answer(
        tuple(choice for _, choice in in_order), _count(data, "prompt_tokens"), _count(data, "completion_tokens")
    )


def _count(data: Mapping[str, Any], name: str) -> int | None:
    usage = data.get("usage")
    value = usage.get(name) if isinstance(usage, dict) else None
    return value if isinstance(value, int) and value >= 0 else None


def _choice(data: Any) -> tuple[int, Choice]:
    if not isinstance(data, dict):
        raise Malformed("a choice is no JSON object")
    finish, stop, index = data.get("finish_reason"), data.get("stop_reason"), data.get("index", 0)
    if finish not in ENDED and finish not in ("length", "content_filter"):
        raise Malformed(f"a choice ends with {finish!r}, so it is not whole")
    told = stop if isinstance(stop, str) else None
    return (index if isinstance(index, int) else 0), Choice(_text(data), finish, told, _entries(data.get("logprobs")))


def _text(data: Mapping[str, Any]) -> str:
    if "message" not in data:
        if not isinstance(data.get("text"), str):
            raise Malformed("a choice has neither message nor text")
        return str(data["text"])
    message = data["message"]
    content = message.get("content") if isinstance(message, dict) else None
    if not isinstance(message, dict) or not isinstance(content, str | None):
        raise Malformed("a choice's message has no text")
    thought = message.get("reasoning_content") or message.get("reasoning")
    # A server that takes the reasoning out of the text: it was drawn, too, and is put where the model wrote it.
    return (f"<think>\n{thought}\n</think>\n\n" if isinstance(thought, str) and thought else "") + (content or "")


def _entries(logprobs: Any) -> tuple[Mapping[str, Any], ...]:
    """Chat lists one object a token; the older endpoint has a list for each quantity."""
    if not isinstance(logprobs, dict):
        return ()
    entries = logprobs.get("content")
    if isinstance(entries, list):
        return tuple(entries) if all(map(_is_entry, entries)) else ()
    tokens, values = logprobs.get("tokens"), logprobs.get("token_logprobs")
    if not isinstance(tokens, list) or not isinstance(values, list) or len(tokens) != len(values):
        return ()
    tops = logprobs.get("top_logprobs") or [None] * len(tokens)
    rows = [
        {"token": token, "logprob": value, "top_logprobs": [{"token": t, "logprob": v} for t, v in (top or {}).items()]}
        for token, value, top in zip(tokens, values, tops, strict=True)
    ]
    return tuple(rows) if all(map(_is_entry, rows)) else ()


def _is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and isinstance(entry.get("token"), str) and _is_number(entry.get("logprob"))


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and not math.isnan(value)


def completion(choice: Choice, answer: Answer, request: Request) -> Completion:
    """One sample: stops that the server did not know are applied, a prefill that it repeated is left out."""
    drawn = _without_repeated(choice.text, prefill_of(request.prompt))
    found = Stops(request.stop, request.stop_after_definition).find(drawn)
    text = drawn if found is None else drawn[: found[0]]
    trace = _trace(choice.logprobs, text, request)
    only = answer.completion_tokens if len(answer.choices) == 1 else None
    reason = found[1] if found else _reason(choice, text, request)
    return Completion(text, reason, answer.prompt_tokens or 0, trace, None if trace.ids else only)


def _without_repeated(text: str, prefill: str) -> str:
    """Servers that do not go on from a begun answer write its last line, such as a code fence, again."""
    last = prefill.splitlines()[-1].strip() if prefill.strip() else ""
    start = text.lstrip()
    if last and (start == last or start.startswith(f"{last}\n")):
        return start[len(last) :].removeprefix("\n")
    return text


def _reason(choice: Choice, text: str, request: Request) -> StopReason:
    if choice.finish == "length":
        return StopReason.MAX_NEW_TOKENS
    spelled = "".join(str(entry["token"]) for entry in choice.logprobs)
    beyond = spelled[len(text) :] if text and spelled.startswith(text) else ""
    if choice.stop is not None or any(beyond.startswith(stop) for stop in request.stop):
        return StopReason.STOP_STRING
    return StopReason.EOS


def _trace(entries: Sequence[Mapping[str, Any]], text: str, request: Request) -> TokenTrace:
    """The tokens, or none where they do not spell the text: then nothing says which of them wrote the code."""
    ends = _ends([_bytes(entry) for entry in entries], text)
    if not entries or ends is None:
        return TokenTrace()
    logprobs = tuple(float(entry["logprob"]) for entry in entries)
    tops = [_tops(entry) for entry in entries] if request.top_logprobs else []
    return TokenTrace(
        ids=tuple(_id(entry) for entry in entries),
        logprobs=logprobs,
        drawn_logprobs=_drawn(logprobs, request),
        entropies=(math.nan,) * len(entries),  # the whole distribution is not told
        ranks=tuple(_rank(entry) for entry in entries),
        ends=ends,
        top_ids=tuple(tuple(_id(each) for each in top) for top in tops),
        top_logprobs=tuple(tuple(float(each["logprob"]) for each in top) for top in tops),
    )


def _ends(tokens: Sequence[bytes], text: str) -> tuple[int, ...] | None:
    """Characters of the text after each token; tokens may go beyond it (a stop, an end token), and begin before."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    spelled, lengths = "", []
    for token in tokens:
        spelled += decoder.decode(token)
        lengths.append(len(spelled))
    before = 0 if spelled.startswith(text) else spelled.find(text)
    if before < 0 or spelled[:before].strip().strip("`") not in ("", "python"):
        return None
    return tuple(min(max(0, length - before), len(text)) for length in lengths)


def _bytes(entry: Mapping[str, Any]) -> bytes:
    given = entry.get("bytes")
    if isinstance(given, list) and all(isinstance(each, int) and 0 <= each < 256 for each in given):
        return bytes(given)
    return str(entry["token"]).encode("utf-8", "surrogatepass")


def _drawn(logprobs: tuple[float, ...], request: Request) -> tuple[float, ...]:
    """Under the distribution drawn from: known where that is the one at T=1, and at T=0, where all weight is on one."""
    temperature = request.key.cell.temperature
    if temperature == 0:
        return (0.0,) * len(logprobs)
    return logprobs if temperature == 1 and request.shaping == Shaping() else (math.nan,) * len(logprobs)


def _tops(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    tops = [each for each in entry.get("top_logprobs") or [] if _is_entry(each)]
    return sorted(tops, key=lambda each: -float(each["logprob"]))


def _id(entry: Mapping[str, Any]) -> int:
    return entry["id"] if isinstance(entry.get("id"), int) else UNKNOWN_ID


def _rank(entry: Mapping[str, Any]) -> int:
    tops = [float(each["logprob"]) for each in _tops(entry)]
    own = float(entry["logprob"])
    return 1 + sum(each > own for each in tops) if tops and min(tops) <= own else UNKNOWN_RANK
