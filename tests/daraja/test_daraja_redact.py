"""What is hidden before text is kept."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from daraja.redact import clean, mask_phone


def test_a_repeated_token_is_hidden_whether_we_know_it_or_not() -> None:
    token = "c9SQxWWhmdVRlyh0zh8gZDTkubVF"
    text = f"Error Occurred - Invalid Access Token - {token}"
    assert clean(text) == clean(text, secrets=[token]) == "Error Occurred - Invalid Access Token - [hidden]"


def test_long_numbers_keep_three_digits() -> None:
    assert clean("254700000123 cannot") == "***123 cannot"
    assert "700000123" not in clean("ws_CO_04022026101530412700000123 is unknown")
    assert mask_phone("254700000123") == "***123"
    assert mask_phone("123") == "***"


@given(st.text(max_size=400))
def test_cleaned_text_is_one_bounded_printable_line(text: str) -> None:
    line = clean(text)
    assert len(line) <= 200
    assert "\n" not in line
    assert "\x00" not in line
    line.encode()


@given(st.text(max_size=250), st.text("abcXYZ", min_size=6, max_size=40), st.text(max_size=250))
def test_a_known_secret_never_survives_cleaning(before: str, secret: str, after: str) -> None:
    assert secret not in clean(before + secret + after, secrets=[secret])
