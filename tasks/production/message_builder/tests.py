import pytest
from solution import MessageBuilder


def content(message):
    return message.header_values, message.recipient_list


def fill(builder, name="Subject", value="Hello", address="ann@example.com"):
    builder.add_header(name, value)
    builder.add_recipient(address)
    return builder


@pytest.mark.requirement("builds")
@pytest.mark.example
def test_order_confirmation():
    message = fill(MessageBuilder(), "Subject", "Your order").build_message()
    assert message.header_values == {"Subject": "Your order"}
    assert message.recipient_list == ["ann@example.com"]


@pytest.mark.requirement("chains")
@pytest.mark.example
def test_header_returns_the_builder():
    builder = MessageBuilder()
    assert builder.add_header("Subject", "Your order") is builder


@pytest.mark.requirement("builds")
def test_header_is_added_again():
    builder = MessageBuilder()
    builder.add_header("From", "old@example.com")
    builder.add_header("From", "new@example.com")
    assert builder.build_message().header_values == {"From": "new@example.com"}


@pytest.mark.requirement("builds")
def test_order_of_recipients():
    builder = MessageBuilder()
    for address in ("c@example.com", "a@example.com", "b@example.com"):
        builder.add_recipient(address)
    assert builder.build_message().recipient_list == ["c@example.com", "a@example.com", "b@example.com"]


@pytest.mark.requirement("builds")
def test_begins_with_the_template():
    template = fill(MessageBuilder(), "From", "x@example.com", "bob@example.com").build_message()
    message = fill(MessageBuilder(template_message=template)).build_message()
    assert message.header_values == {"From": "x@example.com", "Subject": "Hello"}
    assert message.recipient_list == ["bob@example.com", "ann@example.com"]


@pytest.mark.requirement("chains")
def test_recipient_returns_the_builder():
    builder = MessageBuilder()
    assert builder.add_recipient("ann@example.com") is builder


@pytest.mark.requirement("copies")
def test_copy_begins_with_the_same():
    builder = fill(MessageBuilder())
    assert content(builder.copy_builder().build_message()) == ({"Subject": "Hello"}, ["ann@example.com"])


@pytest.mark.requirement("copies")
def test_copy_goes_its_own_way():
    builder = fill(MessageBuilder())
    fill(builder.copy_builder(), "Reply-To", "help@example.com", "bob@example.com")
    assert content(builder.build_message()) == ({"Subject": "Hello"}, ["ann@example.com"])


@pytest.mark.requirement("copies")
def test_original_goes_its_own_way():
    builder = fill(MessageBuilder())
    copied = builder.copy_builder()
    fill(builder, "Reply-To", "help@example.com", "bob@example.com")
    assert content(copied.build_message()) == ({"Subject": "Hello"}, ["ann@example.com"])


@pytest.mark.requirement("builders-share-nothing")
def test_new_builder_is_empty():
    fill(MessageBuilder()).build_message()
    assert content(MessageBuilder().build_message()) == ({}, [])


@pytest.mark.requirement("builders-share-nothing")
def test_two_builders_at_the_same_time():
    first, second = MessageBuilder(), MessageBuilder()
    first.add_recipient("ann@example.com")
    second.add_recipient("bob@example.com")
    assert first.build_message().recipient_list == ["ann@example.com"]
    assert second.build_message().recipient_list == ["bob@example.com"]


@pytest.mark.requirement("template-stays")
def test_template_does_not_follow_the_builder():
    template = fill(MessageBuilder()).build_message()
    fill(MessageBuilder(template), "Reply-To", "help@example.com", "bob@example.com").build_message()
    assert content(template) == ({"Subject": "Hello"}, ["ann@example.com"])


@pytest.mark.requirement("built-messages-stay")
def test_message_does_not_follow_the_builder():
    builder = fill(MessageBuilder())
    message = builder.build_message()
    fill(builder, "Reply-To", "help@example.com", "bob@example.com")
    assert content(message) == ({"Subject": "Hello"}, ["ann@example.com"])
