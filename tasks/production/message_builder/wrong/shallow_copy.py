import copy
from dataclasses import dataclass


@dataclass
class BuiltMessage:
    header_values: dict[str, str]
    recipient_list: list[str]


class MessageBuilder:
    def __init__(self, template_message: BuiltMessage | None = None) -> None:
        if template_message is None:
            template_message = BuiltMessage({}, [])
        self._message = copy.deepcopy(template_message)

    def add_header(self, header_name: str, header_value: str) -> "MessageBuilder":
        self._message.header_values[header_name] = header_value
        return self

    def add_recipient(self, recipient_address: str) -> None:
        self._message.recipient_list.append(recipient_address)

    def build_message(self) -> BuiltMessage:
        return copy.deepcopy(self._message)

    def copy_builder(self) -> "MessageBuilder":
        return copy.copy(self)
