"""Every shape in which a callback may come, and those it may not."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daraja.stk_callback import BadCallback, StkCallback, read_stk_callback

CHECKOUT = "ws_CO_04022026101530412700000123"
ITEMS: list[dict[str, Any]] = [
    {"Name": "Amount", "Value": 2500.00},
    {"Name": "MpesaReceiptNumber", "Value": "UB47K2M9QX"},
    {"Name": "Balance"},
    {"Name": "TransactionDate", "Value": 20260204101544},
    {"Name": "PhoneNumber", "Value": 254700000123},
]


def body(code: object = 0, items: object = ITEMS, **changes: object) -> bytes:
    said: dict[str, object] = {
        "MerchantRequestID": "7c1d-4e02-9ab3-5f60c1d2e3a4118822",
        "CheckoutRequestID": CHECKOUT,
        "ResultCode": code,
        "ResultDesc": "The service request is processed successfully.",
    }
    if items is not None:
        said["CallbackMetadata"] = {"Item": items}
    return json.dumps({"Body": {"stkCallback": said | changes}}).encode()


def with_item(name: str, value: object) -> bytes:
    items = [item for item in ITEMS if item["Name"] != name]
    return body(items=[*items, {"Name": name, "Value": value}])


def test_a_success_tells_amount_receipt_time_and_phone() -> None:
    assert read_stk_callback(body()) == StkCallback(
        checkout_request_id=CHECKOUT,
        merchant_request_id="7c1d-4e02-9ab3-5f60c1d2e3a4118822",
        result_code="0",
        result_desc="The service request is processed successfully.",
        amount_kes=2500,
        amount_text=None,
        receipt="UB47K2M9QX",
        paid_at=datetime(2026, 2, 4, 7, 15, 44, tzinfo=UTC),
        phone="254700000123",
    )


def test_a_failure_comes_without_any_metadata() -> None:
    said = read_stk_callback(body(1032, items=None, ResultDesc="[STK_CB - ]Request cancelled by user"))
    assert (said.result_code, said.amount_kes, said.receipt, said.phone) == ("1032", None, None, None)
    assert read_stk_callback(body(1, items=None, CallbackMetadata=None)).result_code == "1"
    assert read_stk_callback(body(1, items=None, CallbackMetadata={})).result_code == "1"


@pytest.mark.parametrize(
    ("code", "text"),
    [(0, "0"), ("0", "0"), (0.0, "0"), (1032, "1032"), ("1032", "1032"), ("SFC_IC0003", "SFC_IC0003")],
)
def test_a_result_code_may_be_a_number_or_a_text(code: object, text: str) -> None:
    assert read_stk_callback(body(code, items=None)).result_code == text


@pytest.mark.parametrize(
    "code", [True, False, None, 0.5, "", " ", "0; drop", [0], {"$ne": 1}, "\u0660", "x" * 40]
)
def test_a_result_code_that_is_neither_is_refused(code: object) -> None:
    with pytest.raises(BadCallback):
        read_stk_callback(body(code))


@pytest.mark.parametrize("amount", [1500, 1500.0, "1500", "1500.00"])
def test_whole_shillings_are_whole_however_they_are_written(amount: object) -> None:
    said = read_stk_callback(with_item("Amount", amount))
    assert (said.amount_kes, said.amount_text, said.odd) == (1500, None, ())


@pytest.mark.parametrize("amount", [1500.5, "1500.50", "1,500", -1500, "", "1.5e3", 10**14])
def test_an_odd_amount_is_never_rounded_and_never_lost(amount: object) -> None:
    said = read_stk_callback(with_item("Amount", amount))
    assert said.amount_kes is None
    assert said.amount_text
    assert said.amount_odd
    assert said.odd == ("Amount",)


@pytest.mark.parametrize("amount", [True, {"$ne": None}, [1500]])
def test_an_amount_that_is_no_number_at_all_makes_it_no_callback(amount: object) -> None:
    with pytest.raises(BadCallback):
        read_stk_callback(with_item("Amount", amount))


def test_the_exact_text_of_a_fractional_amount_is_kept() -> None:
    assert read_stk_callback(body().replace(b"2500.0", b"2500.10")).amount_text == "2500.10"


BALANCES: list[list[dict[str, object]]] = [
    [],
    [{"Name": "Balance"}],
    [{"Name": "Balance", "Value": "{Amount={BasicAmount=0.00, CurrencyCode=KES}}"}],
    [{"Name": "Balance", "Value": None}],
    [{"Name": "Balance", "Value": {"a": [1]}}],
    [{"Name": "SomethingNew", "Value": "x", "Extra": 1}],
]


@given(st.permutations(ITEMS), st.sampled_from(BALANCES))
def test_order_balance_and_unknown_items_do_not_matter(
    items: list[dict[str, Any]], balance: list[dict[str, Any]]
) -> None:
    others = [item for item in items if item["Name"] != "Balance"]
    assert read_stk_callback(body(items=balance + others)) == read_stk_callback(body())


def test_a_single_item_may_come_without_its_list() -> None:
    assert read_stk_callback(body(items={"Name": "Amount", "Value": 7})).amount_kes == 7


def test_an_item_named_twice_is_refused() -> None:
    with pytest.raises(BadCallback, match="twice"):
        read_stk_callback(body(items=[*ITEMS, {"Name": "Amount", "Value": 1}]))


def test_a_success_without_amount_or_receipt_is_still_readable() -> None:
    said = read_stk_callback(body(items=None))
    assert (said.result_code, said.amount_kes, said.receipt, said.odd) == ("0", None, None, ())


@pytest.mark.parametrize("receipt", ["ub47k2m9qx", "UB4", "UB47K2M9QX\n", 4711, {"$ne": None}, "UB47 K2M9Q"])
def test_a_receipt_of_another_form_is_noted_not_believed(receipt: object) -> None:
    said = read_stk_callback(with_item("MpesaReceiptNumber", receipt))
    assert said.receipt is None
    assert said.odd == ("MpesaReceiptNumber",)


@pytest.mark.parametrize("moment", ["20260204101544", 20260204101544, "2026-02-04 10:15:44"])
def test_the_time_is_nairobis_and_told_in_utc(moment: object) -> None:
    said = read_stk_callback(with_item("TransactionDate", moment))
    assert said.paid_at == datetime(2026, 2, 4, 7, 15, 44, tzinfo=UTC)


@pytest.mark.parametrize(
    "moment", [20261304101544, "yesterday", 0, "00010101000000", "20260230000000", [], 1.5]
)
def test_an_unreadable_time_costs_only_the_time(moment: object) -> None:
    said = read_stk_callback(with_item("TransactionDate", moment))
    assert (said.paid_at, said.amount_kes, said.odd) == (None, 2500, ("TransactionDate",))


@pytest.mark.parametrize("phone", ["254700***123", "a" * 64, "254700000123"])
def test_a_masked_or_hashed_phone_is_kept_as_it_came(phone: str) -> None:
    assert read_stk_callback(with_item("PhoneNumber", phone)).phone == phone


def test_personal_data_never_shows_in_a_printed_callback() -> None:
    shown = repr(read_stk_callback(body()))
    assert "254700000123" not in shown
    assert CHECKOUT not in shown


@pytest.mark.parametrize("identifier", [{"$ne": None}, ["a"], 5, True])
def test_an_identifier_that_is_not_text_is_refused(identifier: object) -> None:
    with pytest.raises(BadCallback):
        read_stk_callback(body(CheckoutRequestID=identifier))


@pytest.mark.parametrize("identifier", ["", "a" * 81, "a b", "$where", "ws_CO_1\n"])
def test_an_identifier_of_another_form_is_noted_not_believed(identifier: str) -> None:
    said = read_stk_callback(body(CheckoutRequestID=identifier))
    assert said.checkout_request_id is None
    assert said.odd == ("CheckoutRequestID",)


NOT_CALLBACKS = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b'{"Body":{}}',
    b'{"Body":{"stkCallback":[]}}',
    b'{"Body":{"stkCallback":{}}}',
    b'{"Result":{"ResultCode":0}}',
    b"<html/>",
    b'{"Body":{"stkCallback":{"ResultCode":0,"ResultCode":1}}}',
    body(items="none"),
    body(items=[1]),
    body(items=[{"Value": 1}]),
    body(items=[{"Name": 5}]),
    body(ResultDesc=5),
]


@pytest.mark.parametrize("raw", NOT_CALLBACKS)
def test_a_body_that_is_no_callback_is_refused_without_repeating_it(raw: bytes) -> None:
    with pytest.raises(BadCallback) as caught:
        read_stk_callback(raw)
    assert CHECKOUT not in str(caught.value)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
VALUES = st.recursive(
    SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(st.text(max_size=5), v, max_size=3)
)


@given(
    st.sampled_from(["ResultCode", "CheckoutRequestID", "ResultDesc", "CallbackMetadata", "Item", "Amount"]),
    VALUES,
)
def test_no_value_anywhere_breaks_the_reader(place: str, value: object) -> None:
    said = copy.deepcopy(json.loads(body()))
    callback = said["Body"]["stkCallback"]
    match place:
        case "Item":
            callback["CallbackMetadata"]["Item"] = value
        case "Amount":
            for item in callback["CallbackMetadata"]["Item"]:
                item["Value"] = value
        case _:
            callback[place] = value
    try:
        answer = read_stk_callback(json.dumps(said).encode())
    except BadCallback:
        return
    assert answer.amount_kes is None or type(answer.amount_kes) is int
    assert answer.receipt is None or answer.receipt.isalnum()


@given(st.binary(max_size=300))
def test_any_bytes_are_a_callback_or_a_refusal(raw: bytes) -> None:
    with pytest.raises(BadCallback):
        read_stk_callback(raw)
