"""How the texts of a model become tokens: chat template, encoding and decoding, from its tokenizer alone."""

from collections.abc import Callable, Sequence
from functools import partial
from itertools import pairwise
from typing import Any

from evalkit.errors import ConfigError
from evalkit.models.borders import at_token_border
from evalkit.types import Prompt


class Tokenization:
    """A tokenizer of transformers, as every use of its model goes through it. No weights are needed."""

    def __init__(self, tokenizer: Any, name: str) -> None:
        self.tokenizer, self.name = tokenizer, name
        self._base_prefix = _base_prefix(tokenizer)
        # Asked several times for every token drawn: what transformers puts around its backend takes most of the time.
        backend = getattr(tokenizer, "backend_tokenizer", None)
        slow = partial(tokenizer.decode, clean_up_tokenization_spaces=False)
        self._decode: Callable[..., str] = slow if backend is None else backend.decode

    def render(self, prompt: Prompt) -> str:
        """Chat: the model's own template, then the prefill. Base: the text after the tokenizer's prefix,
        without its final newline where the tokenizer would join that to the indentation that follows.

        The prefix is what the tokenizer puts before a text by default: its beginning-of-sequence token, or
        nothing. It is written out, because a rendered prompt is encoded without special tokens added.
        """
        if prompt.mode == "base":
            text = prompt.text if prompt.verbatim else at_token_border(prompt.text, self.encode)
            return self._base_prefix + text
        messages = [{"role": "user", "content": prompt.text}]
        if prompt.system is not None:
            messages.insert(0, {"role": "system", "content": prompt.system})
        return self._apply_template(messages) + prompt.prefill

    def render_bare(self, prompt: Prompt) -> str:
        """The same for an engine that puts the tokenizer's prefix before a text by itself."""
        return self.render(prompt).removeprefix(self._base_prefix)

    def count_tokens(self, text: str) -> int:
        """Number of tokens of a rendered prompt."""
        return len(self.encode(text))

    def pieces(self, text: str) -> tuple[str, ...]:
        """The text of each token, in order: `("connection", "_pool", "_size")`.

        A token that is only a part of a character is shown as U+FFFD, or as nothing.
        """
        ids = self.encode(text)
        starts = [self.decode(ids[:length]) for length in range(len(ids) + 1)]
        return tuple(longer[len(shorter) :] for shorter, longer in pairwise(starts))

    def encode(self, text: str) -> list[int]:
        """Token ids of a rendered prompt; special tokens written in it are recognised, none are added."""
        ids: list[int] = self.tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
        return ids

    def decode(self, ids: Sequence[int]) -> str:
        """The exact text of token ids, special tokens included."""
        text: str = self._decode(list(ids), skip_special_tokens=False)
        return text

    def _apply_template(self, messages: list[dict[str, str]]) -> str:
        import jinja2

        if not self.tokenizer.chat_template:
            raise ConfigError(f"Model {self.name!r} has no chat template; use a base prompt style such as plain.")
        try:
            text: str = self.tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
        except jinja2.TemplateError as error:
            raise ConfigError(f"The chat template of {self.name!r} refuses the prompt: {error}") from error
        return text


def _base_prefix(tokenizer: Any) -> str:
    text = "a"
    alone = tokenizer(text, add_special_tokens=False)["input_ids"]
    usual = tokenizer(text)["input_ids"]
    length = next((i for i in range(len(usual)) if usual[i : i + len(alone)] == alone), 0)
    prefix: str = tokenizer.decode(usual[:length], skip_special_tokens=False)
    return prefix
