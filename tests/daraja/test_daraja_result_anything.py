"""Whatever anybody posts as a result: it is read or refused, and nothing else happens."""

from __future__ import annotations

import json
from datetime import UTC
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daraja.claims import BadCallback
from daraja.result_callback import ResultCallback, check_notice, read_result
from tests.daraja.result_bodies import PAYOUT, REVERSAL, STATUS, body

SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
VALUES = st.recursive(
    SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=5), v, max_size=3)
)
PLAIN_TEXT = st.text(st.characters(categories=("L", "N", "P", "Z")), max_size=20)
PLAIN_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**15) + 1, 10**15 - 1) | PLAIN_TEXT,
    lambda v: st.lists(v, max_size=3) | st.dictionaries(PLAIN_TEXT, v, max_size=3),
)
FIELDS = ["ResultCode", "ResultDesc", "OriginatorConversationID", "TransactionID", "ResultParameters"]
KEYS = [parameter["Key"] for parameter in PAYOUT + REVERSAL + STATUS] + ["AccountBalance", "BOCompletedTime"]


def check_result(said: ResultCallback) -> None:
    """What holds of every result that was read, whoever sent it."""
    assert said.amount_kes is None or type(said.amount_kes) is int
    assert said.amount_kes is None or said.amount_text is None
    assert said.receipt is None or said.receipt.isalnum()
    assert said.completed_at is None or said.completed_at.tzinfo is UTC
    assert all(type(available) is Decimal and available.is_finite() for _, available in said.accounts)


@given(st.sampled_from(FIELDS), VALUES)
def test_no_value_of_any_field_breaks_the_reader(field: str, value: object) -> None:
    try:
        said = read_result(body(PAYOUT, **{field: value}))
    except BadCallback:
        return
    check_result(said)


@given(st.lists(st.tuples(st.sampled_from(KEYS), VALUES), max_size=4))
def test_no_value_of_any_parameter_breaks_the_reader(pairs: list[tuple[str, object]]) -> None:
    parameters = PAYOUT + [{"Key": key, "Value": value} for key, value in pairs]
    try:
        said = read_result(body(parameters))
    except BadCallback:
        return
    check_result(said)


@given(st.text(alphabet="0123456789.|&-+eE KES", max_size=80))
def test_no_balance_breaks_the_reader(balance: str) -> None:
    check_result(read_result(body([{"Key": "AccountBalance", "Value": balance}])))


@given(st.dictionaries(PLAIN_TEXT, PLAIN_VALUES, max_size=4))
def test_any_object_is_a_notice(value: dict[str, object]) -> None:
    check_notice(json.dumps(value).encode())


@given(VALUES.filter(lambda value: not isinstance(value, dict)))
def test_no_other_value_is_one(value: object) -> None:
    with pytest.raises(BadCallback):
        check_notice(json.dumps(value).encode())


@given(st.binary(max_size=300))
def test_any_bytes_are_a_result_or_a_refusal(raw: bytes) -> None:
    with pytest.raises(BadCallback):
        read_result(raw)
