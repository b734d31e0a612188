"""Keyed addresses: fit for Safaricom, good for one payment, and told apart whatever is asked of them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.draft import new_id
from webhooks.addresses import CallbackAddresses

FORBIDDEN = ("mpesa", "m-pesa", "safaricom", "exe", "exec", "cmd", "sql", "query")
BASE = "https://pay.wanjiku.co.ke"
IDS = st.text("0123456789abcdef", min_size=16, max_size=16)
KEYS = st.text(min_size=1, max_size=80).filter(lambda key: key.isprintable())
ANY_TEXT = st.text(st.characters(), max_size=80)


@given(IDS, KEYS)
def test_no_address_holds_a_word_that_safaricom_refuses(subject: str, key: str) -> None:
    address = CallbackAddresses(BASE, [key]).url("stk", subject).lower()
    assert not [word for word in FORBIDDEN if word in address]


@given(st.builds(new_id), KEYS)
def test_an_address_is_plain_ascii_and_short(subject: str, key: str) -> None:
    address = CallbackAddresses(BASE + "/", [key]).url("stk", subject)
    assert address.isascii()
    assert len(address) < 200
    assert address.startswith(f"{BASE}/c/stk/{subject}/")


@given(IDS, IDS, KEYS)
def test_a_token_is_accepted_for_the_payment_it_was_made_for_and_no_other(
    subject: str, other: str, key: str
) -> None:
    addresses = CallbackAddresses(BASE, [key])
    token = addresses.url("stk", subject).rsplit("/", 1)[1]
    assert addresses.accepts("stk", subject, token)
    assert not addresses.accepts("b2c", subject, token)
    assert addresses.accepts("stk", other, token) is (other == subject)


@given(ANY_TEXT, ANY_TEXT)
def test_whatever_is_given_as_a_token_is_answered_with_no(subject: str, token: str) -> None:
    assert not CallbackAddresses(BASE, ["a key"]).accepts("stk", subject, token)


def test_new_addresses_are_made_with_the_newest_key() -> None:
    both = CallbackAddresses(BASE, ["new", "old"])
    assert both.url("stk", "a1") == CallbackAddresses(BASE, ["new"]).url("stk", "a1")


def test_addresses_without_a_key_are_not_made() -> None:
    with pytest.raises(ValueError, match="at least one key"):
        CallbackAddresses(BASE, [])
