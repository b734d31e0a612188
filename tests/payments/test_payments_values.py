"""What people type becomes a value, or a clear no."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.values import (
    BadValue,
    account_reference,
    mask_phone,
    parse_amount_kes,
    parse_name,
    parse_phone,
    parse_reference,
    show_kes,
)


@pytest.mark.parametrize(
    "typed",
    ["0712345678", "+254712345678", "254712345678", "712345678", "0712 345 678", "+254 (712) 345-678"],
)
def test_a_number_is_taken_in_every_usual_kenyan_form(typed: str) -> None:
    assert parse_phone(typed) == "254712345678"


def test_the_new_01_numbers_are_taken() -> None:
    assert parse_phone("0110345678") == "254110345678"


@pytest.mark.parametrize(
    "typed", ["", "0812345678", "07123456789", "+255712345678", "phone", "٠٧١٢٣٤٥٦٧٨", "1"]
)
def test_what_is_no_kenyan_mobile_number_is_refused(typed: str) -> None:
    with pytest.raises(BadValue, match="phone"):
        parse_phone(typed)


def test_a_masked_number_shows_its_owner_enough_and_nobody_else_more() -> None:
    assert mask_phone("254712345678") == "0712***678"


@pytest.mark.parametrize(
    ("typed", "amount_kes"),
    [
        ("1500", 1500),
        ("1,500", 1500),
        ("KES 1,500", 1500),
        ("ksh.1500", 1500),
        ("1500/=", 1500),
        ("1500.00", 1500),
        ("250000", 250_000),
        ("1", 1),
        ("kes 1 500", 1500),
    ],
)
def test_an_amount_is_taken_in_every_usual_form(typed: str, amount_kes: int) -> None:
    assert parse_amount_kes(typed) == amount_kes


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("1500.50", "fraction"),
        ("0", "too_little"),
        ("250001", "too_much"),
        ("9" * 5000, "too_much"),
        ("-5", "amount"),
        ("1e3", "amount"),
        ("1,50", "amount"),
        ("ten", "amount"),
        ("", "amount"),
        ("\u0661\u0665\u0660\u0660", "amount"),
    ],
)
def test_an_amount_that_cannot_be_asked_for_is_refused_with_its_reason(typed: str, problem: str) -> None:
    with pytest.raises(BadValue, match=problem):
        parse_amount_kes(typed)


@given(st.integers(min_value=1, max_value=250_000))
def test_an_amount_as_we_show_it_is_read_back_as_the_same(amount_kes: int) -> None:
    assert parse_amount_kes(show_kes(amount_kes).replace("\u00a0", " ")) == amount_kes


@given(st.text(max_size=60))
def test_any_typing_gives_a_value_or_a_refusal_and_never_a_crash(typed: str) -> None:
    for parse in (parse_phone, parse_amount_kes, parse_reference, parse_name):
        with contextlib.suppress(BadValue):
            parse(typed)


@given(st.text(max_size=60))
def test_the_account_in_the_prompt_is_always_twelve_plain_characters_at_most(typed: str) -> None:
    account = account_reference(typed)
    assert len(account) <= 12
    assert not account or (account.isascii() and account.isalnum())


def test_a_case_reference_is_kept_as_typed_for_people() -> None:
    assert parse_reference("  HCCC/E123/2026 ") == "HCCC/E123/2026"
    assert account_reference("HCCC/E123/2026") == "HCCCE1232026"


@pytest.mark.parametrize("typed", ["Ngũgĩ wa Thiong'o", "علي", "Acme & Sons (K) Ltd. 2", "x" * 60])
def test_a_name_in_any_script_is_kept_as_typed(typed: str) -> None:
    assert parse_name(f"  {typed} ") == typed


@pytest.mark.parametrize("typed", ["", "123", "?!", "x" * 61, "Asha\u202e", "Asha\x00"])
def test_what_is_no_name_or_would_upset_the_line_it_stands_in_is_refused(typed: str) -> None:
    with pytest.raises(BadValue, match="name"):
        parse_name(typed)
