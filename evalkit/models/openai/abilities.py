"""What a server takes, found out before anything is spent on samples.

Servers agree on little beyond the first fields of the protocol: some refuse what they do not know, some leave it out
without a word. So the first request is the longest prompt of the run with everything that evalkit would like to send,
for one token. Where it is refused, it is asked again without anything special, and then each field by itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from evalkit.models.openai.answers import Answer
from evalkit.models.openai.client import Client, GaveUp, Refused
from evalkit.models.openai.requests import (
    CHAT,
    CONTINUED,
    FEW_STOPS,
    NEUTRAL,
    Abilities,
    Ability,
    endpoint_of,
    logprobs,
)
from evalkit.models.openai.requests import question as asked

Read = Callable[[Any], Answer]
Wishes = dict[Ability, Mapping[str, object]]

UNTAKEN = frozenset({400, 422})  # how servers refuse a field
SILENT = "the server answers without log-probabilities"
SHORT = "x = 1\n"
FEW_TOKENS = 3
LIMITS = ("max_tokens", "max_completion_tokens")  # reasoning models of hosted servers take only the second


async def find_abilities(
    client: Client, read: Read, model: str, longest: str, several: bool
) -> tuple[Abilities, Answer]:
    """What the endpoint of a rendered prompt takes, and its answer to that prompt.

    Raises Refused when it does not take the plain request, and GaveUp.
    """
    endpoint = endpoint_of(longest)
    wishes = _wishes(endpoint, several)
    body = {"model": model, **asked(longest), "temperature": 1.0, "top_p": 1.0}
    together = {name: value for fields in wishes.values() for name, value in fields.items()}
    try:
        answer = await client.ask(endpoint, {**body, LIMITS[0]: 1, **together}, read)
    except Refused as refusal:
        if refusal.status not in UNTAKEN:
            raise
        return await _one_by_one(client, read, body, wishes, endpoint)
    return _seen(Abilities().plus(*wishes), answer), answer


def _wishes(endpoint: str, several: bool) -> Wishes:
    """Fields by the ability that they need."""
    wishes: Wishes = {
        "logprobs": logprobs(endpoint, 1),
        "seed": {"seed": 1},
        "neutral": NEUTRAL,
        "many_stops": {"stop": [f"\n{mark * 3}" for mark in "@#$%&!?"][: FEW_STOPS + 1]},
    }
    if several:
        wishes["several"] = {"n": 2}
    return wishes


async def _one_by_one(
    client: Client,
    read: Read,
    body: Mapping[str, object],
    wishes: Wishes,
    endpoint: str,
) -> tuple[Abilities, Answer]:
    limit, answer = await _plain(client, read, body, endpoint)
    able = Abilities(limit)
    for name, fields in wishes.items():
        try:
            seen = await client.ask(endpoint, {**_short(body), limit: 1, **fields}, read)
        except Refused as refusal:
            if name == "logprobs":
                able = replace(able, no_logprobs=f"the server refuses log-probabilities ({refusal.message})")
        else:
            able = able.plus(name) if name not in ("logprobs", "several") else _seen(able.plus(name), seen)
    return able, answer


async def _plain(client: Client, read: Read, body: Mapping[str, object], endpoint: str) -> tuple[str, Answer]:
    """Which name of the limit is taken; what is refused under both names is wrong with the request itself."""
    try:
        return LIMITS[0], await client.ask(endpoint, {**body, LIMITS[0]: 1}, read)
    except Refused as refusal:
        if refusal.status not in UNTAKEN or LIMITS[1] not in refusal.message:
            raise
    return LIMITS[1], await client.ask(endpoint, {**body, LIMITS[1]: 1}, read)


def _short(body: Mapping[str, object]) -> dict[str, object]:
    """The same question in a few tokens, for what does not depend on its length."""
    if "prompt" in body:
        return {**body, "prompt": SHORT}
    return {**body, "messages": [{"role": "user", "content": "Hi"}]}


def _seen(able: Abilities, answer: Answer) -> Abilities:
    """Fields that are taken are not always followed."""
    if "logprobs" in able and not any(choice.logprobs for choice in answer.choices):
        able = replace(able, taken=able.taken - {"logprobs"}, no_logprobs=SILENT)
    return able if len(answer.choices) > 1 else replace(able, taken=able.taken - {"several"})


async def takes_continued(client: Client, read: Read, model: str, able: Abilities) -> bool:
    """Whether the chat endpoint takes the fields that say that a last assistant message is to be gone on from."""
    messages = [{"role": "user", "content": "Count to three."}, {"role": "assistant", "content": "One, "}]
    try:
        await client.ask(CHAT, {"model": model, "messages": messages, able.limit: 1, **CONTINUED}, read)
    except Refused:
        return False
    return True


async def keeps_stops_apart(client: Client, read: Read, model: str, endpoint: str, able: Abilities) -> bool:
    """Whether stop strings are looked for in the answer alone, not across the border between prompt and answer.

    Asked with a newline, which most chat templates end with, and the character that the answer begins with.
    """
    asks = {"prompt": SHORT} if endpoint != CHAT else {"messages": [{"role": "user", "content": "Hi"}]}
    body = {"model": model, **asks, "temperature": 0.0, able.limit: FEW_TOKENS}
    try:
        whole = (await client.ask(endpoint, body, read)).choices[0]
        stop = f"\n{whole.text[:1]}"
        if whole.finish != "length" or not whole.text or stop in whole.text:
            return True
        cut = (await client.ask(endpoint, {**body, "stop": [stop]}, read)).choices[0]
    except Refused:
        return True
    return cut.finish != "stop" or len(cut.text) >= len(whole.text)


async def models_of(client: Client) -> list[Mapping[str, Any]]:
    """What the server says of its models; empty where it does not tell. Raises GaveUp where there is no server."""
    try:
        found = await client.ask("models", None, lambda data: data)
    except Refused:
        return []
    except GaveUp as error:  # some servers break over their list and draw all the same
        if not error.connected:
            raise
        return []
    listed = found.get("data") if isinstance(found, dict) else None
    return [each for each in listed or [] if isinstance(each, dict) and isinstance(each.get("id"), str)]


def described(able: Abilities) -> dict[str, object]:
    """For the manifest."""
    return {"limit": able.limit, "takes": sorted(able.taken)}
