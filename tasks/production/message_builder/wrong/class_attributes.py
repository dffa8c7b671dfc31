from dataclasses import dataclass


@dataclass
class BuiltMessage:
    header_values: dict[str, str]
    recipient_list: list[str]


class MessageBuilder:
    headers: dict[str, str] = {}
    recipients: list[str] = []

    def __init__(self, template_message: BuiltMessage | None = None) -> None:
        if template_message is not None:
            self.headers = dict(template_message.header_values)
            self.recipients = list(template_message.recipient_list)

    def add_header(self, header_name: str, header_value: str) -> "MessageBuilder":
        self.headers.setdefault(header_name, header_value)
        return self

    def add_recipient(self, recipient_address: str) -> "MessageBuilder":
        self.recipients.append(recipient_address)
        return self

    def build_message(self) -> BuiltMessage:
        return BuiltMessage(self.headers.copy(), self.recipients.copy())

    def copy_builder(self) -> "MessageBuilder":
        builder = MessageBuilder()
        builder.headers.update(self.headers)
        builder.recipients.extend(r for r in self.recipients if r not in builder.recipients)
        return builder
