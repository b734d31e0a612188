"""Every shape in which a result of money going out may come, and those it may not."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daraja.claims import BadCallback
from daraja.result_callback import ResultCallback, check_notice, read_result
from tests.daraja.payout_fakes import CONVERSATION, OUR_ID, PHONE
from tests.daraja.result_bodies import AT, BALANCE, PAYOUT, REVERSAL, STATUS, Parameters, body, with_value


def test_a_payout_tells_its_amount_code_and_time() -> None:
    assert read_result(body(PAYOUT)) == ResultCallback(
        result_code="0",
        result_desc="The service request is processed successfully.",
        originator_id=OUR_ID,
        conversation_id=CONVERSATION,
        transaction_id="UB48P1ZC3D",
        amount_kes=1200,
        amount_text=None,
        completed_at=AT,
        receipt="UB48P1ZC3D",
    )


def test_a_reversal_has_a_code_of_its_own_beside_that_of_what_it_reversed() -> None:
    said = read_result(body(REVERSAL, "0", TransactionID="UB49AAAA1B"))
    assert (said.transaction_id, said.receipt) == ("UB49AAAA1B", None)
    assert (said.amount_kes, said.completed_at, said.odd) == (2500, AT, ())


def test_a_reversal_of_old_comes_without_any_parameters() -> None:
    for raw in (body(), body(ResultParameters={}), body(ResultParameters=None), body([])):
        said = read_result(raw)
        assert (said.result_code, said.amount_kes, said.transaction_id) == ("0", None, "UB48P1ZC3D")


def test_a_failure_names_a_code_and_no_money() -> None:
    said = read_result(body(code="R000002", TransactionID="UB40000000", ResultDesc="No such receipt"))
    assert (said.result_code, said.amount_kes, said.completed_at) == ("R000002", None, None)


@pytest.mark.parametrize("padded", ["UB40000000", "", None])
def test_a_code_that_stands_for_no_money_is_no_code_and_nothing_odd(padded: str | None) -> None:
    said = read_result(body(PAYOUT, TransactionID=padded))
    assert (said.transaction_id, said.receipt, said.odd) == (None, "UB48P1ZC3D", ())


def test_the_answer_about_a_status_tells_of_the_money_asked_about() -> None:
    said = read_result(body(STATUS, OriginatorConversationID="question-7", TransactionID="UB40000000"))
    assert (said.originator_id, said.of_originator_id) == ("question-7", OUR_ID)
    assert (said.status, said.amount_kes, said.receipt) == ("Completed", 1200, "UB48P1ZC3D")
    assert (said.completed_at, said.odd) == (AT, ())


def test_the_answer_about_the_balance_keeps_names_and_cents() -> None:
    balance = [
        {"Key": "AccountBalance", "Value": BALANCE},
        {"Key": "BOCompletedTime", "Value": "20260204110209"},
    ]
    said = read_result(body(balance, "0", ResultType="0"))
    assert said.accounts == (
        ("Working Account", Decimal("690000.25")),
        ("Utility Account", Decimal("228037.00")),
        ("Charges Paid Account", Decimal("-1540.00")),
    )
    assert (said.completed_at, said.odd) == (AT, ())


@pytest.mark.parametrize(
    ("balance", "names"),
    [
        ("Utility Account|KES|1.00|1.00|0.00|0.00&Odd Account|KES|1.00|many|0.00|0.00", ["Utility Account"]),
        ("Utility Account|KES|1.00|1.00|0.00|0.00&", ["Utility Account"]),
        ("Utility Account|KES|1.00", []),
        ("Utility Account|KES|1.00|1e3|0.00|0.00", []),
        ("Utility Account|KES|1.00|NaN|0.00|0.00", []),
        (5, []),
        ({"Utility Account": 5}, []),
    ],
)
def test_an_account_that_cannot_be_read_is_noted_and_the_others_stay(
    balance: object, names: list[str]
) -> None:
    said = read_result(body([{"Key": "AccountBalance", "Value": balance}]))
    assert ([name for name, _ in said.accounts], said.odd) == (names, ("AccountBalance",))


def test_a_stranger_cannot_make_us_keep_endless_accounts() -> None:
    many = "&".join(["A|KES|1.00|1.00|0.00|0.00"] * 1000)
    assert len(read_result(body([{"Key": "AccountBalance", "Value": many}])).accounts) == 50


@pytest.mark.parametrize(
    ("code", "text"), [(0, "0"), ("0", "0"), (0.0, "0"), (2001, "2001"), ("SFC_IC0003", "SFC_IC0003")]
)
def test_a_result_code_may_be_a_number_or_a_text(code: object, text: str) -> None:
    assert read_result(body(code=code)).result_code == text


@pytest.mark.parametrize("code", [True, None, 0.5, "", " ", "0; drop", [0], {"$ne": 1}, "x" * 40])
def test_a_result_code_that_is_neither_is_refused(code: object) -> None:
    with pytest.raises(BadCallback):
        read_result(body(PAYOUT, code))


ITEM = {"Key": "QueueTimeoutURL", "Value": "https://internal.invalid/x"}


@pytest.mark.parametrize("item", [ITEM, [ITEM], [ITEM, ITEM], [], {"Key": "Occasion"}, "", None, [[1]]])
def test_whatever_the_reference_item_is_does_not_matter(item: object) -> None:
    assert read_result(body(PAYOUT, ReferenceData={"ReferenceItem": item})) == read_result(body(PAYOUT))


@given(st.permutations(PAYOUT))
def test_the_order_of_parameters_does_not_matter(parameters: Parameters) -> None:
    assert read_result(body(parameters)) == read_result(body(PAYOUT))


@given(st.sampled_from(PAYOUT + REVERSAL + STATUS))
def test_a_single_parameter_may_come_without_its_list(parameter: dict[str, Any]) -> None:
    assert read_result(body(parameter)) == read_result(body([parameter]))


@given(st.sampled_from([parameter["Key"] for parameter in PAYOUT + STATUS]))
def test_any_parameter_may_come_without_its_value(key: str) -> None:
    others = [parameter for parameter in PAYOUT + STATUS if parameter["Key"] != key]
    without = read_result(body([*others, {"Key": key}]))
    assert without == read_result(body([*others, {"Key": key, "Value": None}])) == read_result(body(others))
    assert without.odd == ()


def test_what_is_not_read_may_come_as_often_and_as_odd_as_it_likes() -> None:
    odd = [{"Key": "DebitPartyName", "Value": value} for value in (1, [2], {"a": None}, "x", "y")]
    assert read_result(body([*odd, *PAYOUT, *odd])) == read_result(body(PAYOUT))


@pytest.mark.parametrize(
    ("key", "other"),
    [
        ("TransactionAmount", 1201),
        ("TransactionReceipt", "UB48P1ZC3E"),
        ("TransactionCompletedDateTime", "04.02.2026 11:02:10"),
    ],
)
def test_what_is_read_may_come_twice_only_when_it_says_the_same(key: str, other: object) -> None:
    same = [parameter for parameter in PAYOUT if parameter["Key"] == key]
    assert read_result(body(PAYOUT + same)) == read_result(body(PAYOUT))
    with pytest.raises(BadCallback, match="twice and differs"):
        read_result(body([*PAYOUT, {"Key": key, "Value": other}]))


def test_two_fates_of_one_payout_are_never_chosen_between() -> None:
    with pytest.raises(BadCallback, match="twice and differs"):
        read_result(body([*STATUS, {"Key": "TransactionStatus", "Value": "Declined"}]))


@pytest.mark.parametrize("amount", [1200, 1200.0, "1200", "1200.00"])
def test_whole_shillings_are_whole_however_they_are_written(amount: object) -> None:
    said = read_result(with_value("TransactionAmount", amount))
    assert (said.amount_kes, said.amount_odd, said.odd) == (1200, False, ())


@pytest.mark.parametrize("amount", [1200.5, "1200.50", "1,200", -1200, "1.2e3", "KES 1200", 10**14])
def test_an_odd_amount_is_never_rounded_and_never_lost(amount: object) -> None:
    said = read_result(with_value("TransactionAmount", amount))
    assert (said.amount_kes, said.amount_odd, said.odd) == (None, True, ("Amount",))
    assert said.amount_text


@pytest.mark.parametrize("amount", [True, {"$ne": None}, [1200]])
def test_an_amount_that_is_no_number_at_all_makes_it_no_result(amount: object) -> None:
    with pytest.raises(BadCallback):
        read_result(with_value("TransactionAmount", amount))


@pytest.mark.parametrize(
    "moment", ["04.02.2026 11:02:09", "20260204110209", 20260204110209, "2026-02-04 11:02:09"]
)
def test_the_time_is_nairobis_and_told_in_utc(moment: object) -> None:
    assert read_result(with_value("TransactionCompletedDateTime", moment)).completed_at == AT


@pytest.mark.parametrize(
    "moment",
    ["31.02.2026 11:02:09", "04.13.2026 11:02:09", "04.02.26 11:02:09", "4.2.2026", 0, 1.5, [], {}],
)
def test_an_unreadable_time_costs_only_the_time(moment: object) -> None:
    said = read_result(with_value("TransactionCompletedDateTime", moment))
    assert (said.completed_at, said.amount_kes, said.odd) == (None, 1200, ("CompletedTime",))


@pytest.mark.parametrize("code", ["ub48p1zc3d", "UB4", "UB48P1ZC3D\n", 4711, {"$ne": None}])
def test_a_code_of_another_form_is_noted_not_believed(code: object) -> None:
    said = read_result(with_value("TransactionReceipt", code))
    assert (said.receipt, said.odd) == (None, ("ReceiptNo",))


@pytest.mark.parametrize("field", ["OriginatorConversationID", "ConversationID", "TransactionID"])
def test_an_identifier_is_believed_only_in_its_own_form(field: str) -> None:
    said = read_result(body(PAYOUT, **{field: "$where a b"}))
    assert said.odd == (field,)
    assert None in (said.originator_id, said.conversation_id, said.transaction_id)
    with pytest.raises(BadCallback):
        read_result(body(PAYOUT, **{field: {"$ne": None}}))


def test_every_id_that_we_may_send_is_one_that_we_can_read_again() -> None:
    longest = "refund-" + "a" * 93
    assert read_result(body(PAYOUT, OriginatorConversationID=longest)).originator_id == longest


def test_names_and_phones_of_people_are_not_kept() -> None:
    raw = body(PAYOUT + STATUS[:2], ResultDesc=f"Paid to {PHONE}")
    assert PHONE not in repr(read_result(raw))
    assert "TEST PAYEE" not in repr(read_result(raw))


NO_RESULTS = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b'{"Result":{}}',
    b'{"Result":[]}',
    b'{"Body":{"stkCallback":{"ResultCode":0}}}',
    b"<html/>",
    b'{"Result":{"ResultCode":0,"ResultCode":1}}',
    body("none"),
    body([1]),
    body([{"Value": 1}]),
    body([{"Key": 5}]),
    body(ResultDesc=5),
]


@pytest.mark.parametrize("raw", NO_RESULTS)
def test_a_body_that_is_no_result_is_refused_without_repeating_it(raw: bytes) -> None:
    with pytest.raises(BadCallback) as caught:
        read_result(raw)
    assert OUR_ID not in str(caught.value)


@pytest.mark.parametrize(
    "raw",
    [
        b"{}",
        b'{"Result":null}',
        b'{"Result":{"ResultCode":"1","ResultDesc":"timed out"}}',
        b'{"timeout":true,"nested":[[{"a":1.5}]]}',
        b'{"requestId":"1","errorCode":"500.003.02"}',
        body(PAYOUT),
    ],
)
def test_a_notice_of_the_queue_may_be_any_object_at_all(raw: bytes) -> None:
    check_notice(raw)


@pytest.mark.parametrize("raw", [b"", b"null", b"[]", b'"timeout"', b"5", b"<html/>", b"{", b'{"a":NaN}'])
def test_what_is_no_object_is_no_notice(raw: bytes) -> None:
    with pytest.raises(BadCallback):
        check_notice(raw)
