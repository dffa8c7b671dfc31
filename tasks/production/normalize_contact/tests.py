import pytest
from solution import normalize_contact


def refuses(text):
    try:
        normalize_contact(text, "49")
    except ValueError:
        return True
    return False


@pytest.mark.requirement("email-domain")
@pytest.mark.example
def test_address():
    assert normalize_contact(" ann@Example.COM ", "49") == "ann@example.com"


@pytest.mark.requirement("phone-national")
@pytest.mark.example
def test_number_in_berlin():
    assert normalize_contact("030 / 123-4567", "49") == "+49301234567"


@pytest.mark.requirement("phone-international")
@pytest.mark.example
def test_number_with_plus():
    assert normalize_contact("+49 30 1234567", "49") == "+49301234567"


@pytest.mark.requirement("email-domain")
def test_subdomain():
    assert normalize_contact("  info@Mail.SHOP.example ", "1") == "info@mail.shop.example"


@pytest.mark.requirement("email-domain")
def test_two_at_signs():
    assert normalize_contact('"A@B"@Shop.Example', "1") == '"A@B"@shop.example'


@pytest.mark.requirement("email-name-stays")
def test_capitals_and_dots():
    assert normalize_contact("A.n.N@example.com", "1") == "A.n.N@example.com"


@pytest.mark.requirement("email-name-stays")
def test_plus():
    assert normalize_contact("ann+News@example.com", "1") == "ann+News@example.com"


@pytest.mark.requirement("phone-international")
def test_two_zeros_for_the_plus():
    assert normalize_contact("0044 (20) 7946.0958", "49") == "+442079460958"


@pytest.mark.requirement("phone-international")
def test_number_in_london():
    assert normalize_contact("+44 20 7946-0958", "49") == "+442079460958"


@pytest.mark.requirement("phone-national")
def test_number_without_zero():
    assert normalize_contact("212 555-0123", "1") == "+12125550123"


@pytest.mark.requirement("phone-national")
def test_number_that_begins_like_the_country_code():
    assert normalize_contact("04931 12345", "49") == "+49493112345"


@pytest.mark.requirement("refuses-nonsense")
def test_letters():
    assert refuses("call 030 1234567")
    assert refuses("030 1234567 ext. 12")


@pytest.mark.requirement("refuses-nonsense")
def test_too_short_and_too_long():
    assert refuses("110")
    assert refuses("+" + "1" * 16)
    assert refuses("")


@pytest.mark.requirement("refuses-nonsense")
def test_plus_in_the_middle():
    assert refuses("030+1234567")
    assert refuses("++49 30 1234567")


@pytest.mark.requirement("refuses-nonsense")
def test_half_addresses():
    assert refuses("@example.com")
    assert refuses("ann@")


@pytest.mark.requirement("refuses-line-breaks")
def test_line_break_inside():
    assert refuses("ann@example.com\nBcc: all@example.com")
    assert refuses("ann\r\n@example.com")


@pytest.mark.requirement("refuses-line-breaks")
def test_space_inside():
    assert refuses("ann @example.com")
    assert refuses("bob ann@example.com")


@pytest.mark.requirement("ascii-digits")
def test_superscripts():
    assert refuses("030 123456²")


@pytest.mark.requirement("ascii-digits")
def test_arabic_digits():
    assert refuses("٠٣٠١٢٣٤٥٦٧") or normalize_contact("٠٣٠١٢٣٤٥٦٧", "49") == "+49301234567"


@pytest.mark.requirement("stays-normalized")
def test_number_again():
    once = normalize_contact("030 1234567", "49")
    assert normalize_contact(once, "49") == once


@pytest.mark.requirement("stays-normalized")
def test_number_again_with_another_country():
    assert normalize_contact(normalize_contact("030 1234567", "49"), "1") == normalize_contact("030 1234567", "49")
