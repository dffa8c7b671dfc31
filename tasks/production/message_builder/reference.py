from dataclasses import dataclass


@dataclass
class BuiltMessage:
    """A message that is ready to be sent."""

    header_values: dict[str, str]
    recipient_list: list[str]


class MessageBuilder:
    """Keeps a dict and a list of its own; what comes in or goes out is copied."""

    def __init__(self, template_message: BuiltMessage | None = None) -> None:
        self._headers = dict(template_message.header_values) if template_message else {}
        self._recipients = list(template_message.recipient_list) if template_message else []

    def add_header(self, header_name: str, header_value: str) -> "MessageBuilder":
        """Set a header."""
        self._headers[header_name] = header_value
        return self

    def add_recipient(self, recipient_address: str) -> "MessageBuilder":
        """Append a recipient."""
        self._recipients.append(recipient_address)
        return self

    def build_message(self) -> BuiltMessage:
        """The message as it is now."""
        return BuiltMessage(dict(self._headers), list(self._recipients))

    def copy_builder(self) -> "MessageBuilder":
        """Another builder with the same content."""
        return MessageBuilder(self.build_message())
