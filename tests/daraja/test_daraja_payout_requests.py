"""What money that goes out may be asked for, and what is refused before anything is sent."""

from __future__ import annotations

import pytest

from daraja.errors import BadPush
from daraja.payout import Addresses
from tests.daraja.payout_fakes import CONVERSATION, PHONE, RESULT, TIMEOUT, payout, question, reversal

GOOD_PAYOUTS: list[dict[str, object]] = [
    {"amount_kes": 10},
    {"amount_kes": 250_000},
    {"msisdn": "254110000123"},
    {"originator_id": "x"},
    {"originator_id": "refund-2026_000417-" + "a" * 81},
    {"remarks": "ab"},
    {"remarks": "a" * 100},
]


@pytest.mark.parametrize("changes", GOOD_PAYOUTS)
def test_everything_within_darajas_limits_may_be_asked(changes: dict[str, object]) -> None:
    asked = payout(**changes)
    assert {name: getattr(asked, name) for name in changes} == changes


BAD_FIELDS: dict[str, tuple[str, list[object]]] = {
    "amount_kes": ("whole shillings", [9, 0, -10, 250_001, True, 10.0, "10", None]),
    "msisdn": ("phone", ["0700000123", "+" + PHONE, "254200000123", PHONE[:-1], PHONE + "\n", ""]),
    "originator_id": ("id", ["", "a" * 101, "a b", "a.b", "refund-1\n", "ä"]),
    "remarks": ("remarks", ["", "a", "a" * 101, " ref", "ref ", "5% & more", "a-b", "zurück", "a\nb"]),
}
BAD_PAYOUTS = [(name, value, rule) for name, (rule, values) in BAD_FIELDS.items() for value in values]


@pytest.mark.parametrize(("name", "value", "rule"), BAD_PAYOUTS)
def test_a_payout_beyond_them_is_never_made(name: str, value: object, rule: str) -> None:
    with pytest.raises(BadPush, match=rule) as caught:
        payout(**{name: value})
    assert PHONE not in str(caught.value)


@pytest.mark.parametrize("amount", [1, 9, 250_000])
def test_a_reversal_may_be_of_less_than_a_payout(amount: int) -> None:
    assert reversal(amount_kes=amount).amount_kes == amount


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"amount_kes": 0}, "whole shillings"),
        ({"amount_kes": 250_001}, "whole shillings"),
        ({"amount_kes": True}, "whole shillings"),
        ({"receipt": ""}, "receipt"),
        ({"receipt": "ub47k2m9qx"}, "receipt"),
        ({"receipt": "UB47K2M9QX\n"}, "receipt"),
        ({"remarks": "a"}, "remarks"),
    ],
)
def test_a_reversal_beyond_them_is_never_made(changes: dict[str, object], rule: str) -> None:
    with pytest.raises(BadPush, match=rule):
        reversal(**changes)


@pytest.mark.parametrize("known", ["refund-r1", CONVERSATION, "29115-34620561-1", "a.b", "a" * 100])
def test_a_status_is_asked_by_whatever_id_daraja_could_have_answered_with(known: str) -> None:
    assert question(originator_id=known).originator_id == known


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"originator_id": None}, "by an id or by a receipt"),
        ({"receipt": "UB48P1ZC3D"}, "by an id or by a receipt"),
        ({"originator_id": ""}, "the id"),
        ({"originator_id": "a b"}, "the id"),
        ({"originator_id": "refund-1\n"}, "the id"),
        ({"originator_id": None, "receipt": "short"}, "receipt"),
    ],
)
def test_a_status_is_asked_by_exactly_one_name(changes: dict[str, object], rule: str) -> None:
    with pytest.raises(BadPush, match=rule):
        question(**changes)


@pytest.mark.parametrize(
    "address", ["https://pay.example.co.ke/mpesa/b2c", "ftp://pay.example.co.ke/c", "https://u:p@h/c", ""]
)
def test_an_address_that_safaricom_refuses_is_refused_by_us_in_either_place(address: str) -> None:
    for changes in ({"result": address}, {"timeout": address}):
        with pytest.raises(BadPush, match="callback address"):
            Addresses(**({"result": RESULT, "timeout": TIMEOUT} | changes))


def test_neither_phone_nor_keyed_address_shows_in_a_printed_request() -> None:
    for asked in (payout(), reversal(), question()):
        assert not any(word in repr(asked) for word in (PHONE, "0123abcd", "4567ef01"))
