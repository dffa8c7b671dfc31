from dataclasses import dataclass


@dataclass
class BuiltMessage:
    header_values: dict[str, str]
    recipient_list: list[str]


class MessageBuilder:
    def __init__(self, template_message: BuiltMessage | None = None) -> None:
        self._message = template_message or BuiltMessage({}, [])

    def add_header(self, header_name: str, header_value: str) -> "MessageBuilder":
        self._message.header_values[header_name] = header_value
        return self

    def add_recipient(self, recipient_address: str) -> "MessageBuilder":
        self._message.recipient_list.append(recipient_address)
        return self

    def build_message(self) -> BuiltMessage:
        return BuiltMessage(dict(self._message.header_values), list(self._message.recipient_list))

    def copy_builder(self) -> "MessageBuilder":
        return MessageBuilder(self.build_message())
