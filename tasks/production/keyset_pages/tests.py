import pytest
from solution import list_messages


def mailbox_of(*times):
    """Messages sent at these times, with the ids 1, 2, 3..."""
    return [{"id": number, "sent_at": time, "text": f"no. {number}"} for number, time in enumerate(times, 1)]


def ids(messages):
    return [message["id"] for message in messages]


def follow(mailbox, page_size):
    """The ids of each page, to the last one."""
    pages, cursor = [], None
    while len(pages) < 20:
        page, cursor = list_messages(mailbox, page_size, cursor)
        pages.append(ids(page))
        if cursor is None:
            break
    return pages


@pytest.mark.requirement("newest-first")
@pytest.mark.example
def test_first_page():
    mailbox = [{"id": 1, "sent_at": 100}, {"id": 2, "sent_at": 300}, {"id": 3, "sent_at": 200}]
    page, next_cursor = list_messages(mailbox, page_size=2)
    assert [message["id"] for message in page] == [2, 3]
    assert next_cursor is not None


@pytest.mark.requirement("ends-with-none")
@pytest.mark.example
def test_everything_on_one_page():
    mailbox = [{"id": 1, "sent_at": 100}, {"id": 2, "sent_at": 300}, {"id": 3, "sent_at": 200}]
    page, next_cursor = list_messages(mailbox, page_size=5)
    assert [message["id"] for message in page] == [2, 3, 1]
    assert next_cursor is None


@pytest.mark.requirement("newest-first")
def test_messages_of_the_same_second():
    page, _ = list_messages(mailbox_of(50, 70, 50, 70), 10)
    assert ids(page) == [4, 2, 3, 1]


@pytest.mark.requirement("newest-first")
def test_whole_messages_are_returned():
    page, _ = list_messages(mailbox_of(50, 70), 1)
    assert page == [{"id": 2, "sent_at": 70, "text": "no. 2"}]


@pytest.mark.requirement("pages-join-up")
def test_three_pages():
    assert follow(mailbox_of(10, 50, 20, 40, 30), 2) == [[2, 4], [5, 3], [1]]


@pytest.mark.requirement("pages-join-up")
def test_last_page_is_not_full():
    assert follow(mailbox_of(10, 30, 20, 50, 40), 3) == [[4, 5, 2], [3, 1]]


@pytest.mark.requirement("pages-join-up")
def test_zero_is_a_time_and_an_id():
    mailbox = [{"id": 0, "sent_at": 0}, {"id": 1, "sent_at": 1}, {"id": -1, "sent_at": -5}]
    assert follow(mailbox, 2) == [[1, 0], [-1]]


@pytest.mark.requirement("ends-with-none")
def test_last_page_is_full():
    page, next_cursor = list_messages(mailbox_of(10, 20), 2)
    assert (ids(page), next_cursor) == ([2, 1], None)


@pytest.mark.requirement("ends-with-none")
def test_empty_mailbox():
    assert list_messages([], 10) == ([], None)


@pytest.mark.requirement("equal-times-at-the-border")
def test_many_messages_of_one_second():
    pages = follow(mailbox_of(60, 60, 60, 60, 60), 2)
    assert sorted(number for page in pages for number in page) == [1, 2, 3, 4, 5]


@pytest.mark.requirement("new-messages-shift-nothing")
def test_messages_arrive_between_two_pages():
    mailbox = mailbox_of(10, 20, 30, 40)
    _, cursor = list_messages(mailbox, 2)
    mailbox += [{"id": 9, "sent_at": 50}, {"id": 10, "sent_at": 60}]
    page, _ = list_messages(mailbox, 2, cursor)
    assert ids(page) == [2, 1]


@pytest.mark.requirement("deleted-messages-shift-nothing")
def test_last_message_of_the_page_is_deleted():
    mailbox = mailbox_of(10, 20, 30, 40)
    _, cursor = list_messages(mailbox, 2)
    page, _ = list_messages([message for message in mailbox if message["id"] != 3], 2, cursor)
    assert ids(page) == [2, 1]


@pytest.mark.requirement("deleted-messages-shift-nothing")
def test_first_message_of_the_page_is_deleted():
    mailbox = mailbox_of(10, 20, 30, 40)
    _, cursor = list_messages(mailbox, 2)
    page, _ = list_messages([message for message in mailbox if message["id"] != 4], 2, cursor)
    assert ids(page) == [2, 1]


@pytest.mark.requirement("refuses-foreign-cursors")
def test_text_that_is_no_cursor():
    for text in ("page two", "{}", "????", "héllo"):
        with pytest.raises(ValueError):
            list_messages(mailbox_of(10, 20, 30), 2, text)
