from dataclasses import dataclass


@dataclass
class BuiltMessage:
    header_values: dict[str, str]
    recipient_list: list[str]


class MessageBuilder:
    def __init__(self, template_message: BuiltMessage | None = None) -> None:
        self.header_values: dict[str, str] = {}
        self.recipient_list: list[str] = []
        if template_message:
            self.header_values.update(template_message.header_values)
            self.recipient_list.extend(template_message.recipient_list)

    def add_header(self, header_name: str, header_value: str) -> "MessageBuilder":
        self.header_values[header_name] = header_value
        return self

    def add_recipient(self, recipient_address: str) -> "MessageBuilder":
        self.recipient_list.append(recipient_address)
        return self

    def build_message(self) -> BuiltMessage:
        return BuiltMessage(self.header_values, self.recipient_list)

    def copy_builder(self) -> "MessageBuilder":
        return MessageBuilder(self.build_message())
