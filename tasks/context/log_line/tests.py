import pytest
from solution import log_line


@pytest.mark.requirement("level-and-message")
@pytest.mark.example
def test_warning():
    assert log_line("WARNING", "disk is nearly full") == "WARNING disk is nearly full"


@pytest.mark.requirement("level-and-message")
@pytest.mark.example
def test_information():
    assert log_line("INFO", "started") == "INFO started"


@pytest.mark.requirement("level-and-message")
def test_level_in_lower_case():
    assert log_line("error", "no answer") == "ERROR no answer"


@pytest.mark.requirement("hides-tokens")
def test_token_at_the_end():
    assert log_line("INFO", "GET /list?token=abc123") == "INFO GET /list?token=***"


@pytest.mark.requirement("hides-tokens")
def test_token_before_other_words():
    assert log_line("INFO", "sent token=s3cr3t to the server") == "INFO sent token=*** to the server"


@pytest.mark.requirement("every-token")
def test_two_tokens():
    assert log_line("INFO", "old token=abc new token=def") == "INFO old token=*** new token=***"


@pytest.mark.requirement("one-line")
def test_line_break():
    assert "\n" not in log_line("INFO", "no such user: x\nINFO user x logged in")
