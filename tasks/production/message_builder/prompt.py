from dataclasses import dataclass


@dataclass
class BuiltMessage:
    """A message that is ready to be sent."""

    header_values: dict[str, str]
    recipient_list: list[str]


class MessageBuilder:
    """Puts a BuiltMessage together step by step.

    `add_header(header_name, header_value)` and `add_recipient(recipient_address)` return the builder, so that calls can
    be chained; a header that is added again gets the new value. `build_message()` returns a BuiltMessage, and
    `copy_builder()` another builder with the same content.

    >>> builder = MessageBuilder()
    >>> builder.add_header("Subject", "Your order").add_recipient("ann@example.com").build_message()
    BuiltMessage(header_values={'Subject': 'Your order'}, recipient_list=['ann@example.com'])
    """

    def __init__(self, template_message: BuiltMessage | None = None) -> None:
        """The builder begins with the content of `template_message`, if there is one."""
