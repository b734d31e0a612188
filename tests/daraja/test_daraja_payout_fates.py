"""What the timeout address and the questions bring back: a proof of nothing, a fate, or a balance."""

from __future__ import annotations

from decimal import Decimal

import pytest

from daraja.payout_callbacks import (
    BadCallback,
    balance_answer,
    check_any,
    check_result,
    queue_notice,
    result_evidence,
    status_evidence,
)
from payments.refunds.evidence import RefundEvidence, Word
from payments.refunds.progress import Hold
from payments.refunds.reasons import Obstacle
from payments.refunds.refund import RefundState
from tests.daraja.payout_fakes import OUR_ID
from tests.daraja.payout_stand import after, row_of, sent, taken
from tests.daraja.result_bodies import AT, BALANCE, PAYOUT, STATUS, body

NO_OBJECTS = [b"", b"nothing", b"[]", b'"text"', b"{", b"\xff\xfe", b'{"a":1}{"a":1}']
NO_RESULTS = [b"{}", b'{"Result":{}}', b'{"Result":[]}', b'{"Body":{"stkCallback":{"ResultCode":0}}}']


def result(raw: bytes, *, trusted: bool = True) -> RefundEvidence:
    check_result(raw)
    return result_evidence(row_of(raw, trusted=trusted))


def status(raw: bytes, *, trusted: bool = True) -> RefundEvidence:
    check_any(raw)
    return status_evidence(row_of(raw, trusted=trusted, kind="status"))


# The timeout address


@pytest.mark.parametrize("raw", [b"{}", body(code="1"), body(PAYOUT), b'{"Result":[]}'])
@pytest.mark.parametrize("trusted", [True, False])
def test_whatever_the_timeout_address_is_told_proves_nothing(raw: bytes, *, trusted: bool) -> None:
    check_any(raw)
    word = queue_notice(row_of(raw, trusted=trusted, kind="timeout"))
    assert (word.kind, word.amount_kes, word.mpesa_code) == (Word.QUEUE_TIMED_OUT, None, None)
    step = after(taken(), word)
    assert (step.after.state, step.after.holds) == (RefundState.UNCLEAR, True)


@pytest.mark.parametrize("raw", NO_OBJECTS)
def test_what_is_no_object_is_no_notice_and_no_answer(raw: bytes) -> None:
    for read in (queue_notice, status_evidence, balance_answer):
        with pytest.raises(BadCallback):
            read(row_of(raw))
    with pytest.raises(BadCallback):
        check_any(raw)


# Answers about a status


def fate(word: str, **changes: object) -> bytes:
    others = [one for one in STATUS if one["Key"] != "TransactionStatus"]
    return body([*others, {"Key": "TransactionStatus", "Value": word}], **changes)


def test_asked_safaricom_says_completed_and_the_refund_is_settled() -> None:
    word = status(body(STATUS, OriginatorConversationID="the-question-s-own"))
    assert (word.kind, word.originator_id, word.amount_kes) == (Word.STATUS_PAID, OUR_ID, 1_200)
    step = after(taken(), word)
    assert (step.after.state, step.after.mpesa_code) == (RefundState.PAID_OUT, "UB48P1ZC3D")


@pytest.mark.parametrize("said", ["Declined", "Cancelled", "Expired", "declined"])
def test_asked_safaricom_says_no_and_the_money_is_free(said: str) -> None:
    word = status(fate(said))
    assert (word.kind, word.mpesa_code, word.paid_out_at) == (Word.STATUS_FAILED, None, None)
    step = after(taken(), word)
    assert (step.after.state, step.hold) == (RefundState.FAILED, Hold.RELEASE)


@pytest.mark.parametrize("said", ["Authorized", "Pending", "Completed?", "", "0"])
def test_any_other_fate_is_no_answer(said: str) -> None:
    word = status(fate(said))
    assert (word.kind, word.amount_kes, word.originator_id) == (Word.STATUS_PENDING, None, None)
    assert after(taken(), word).after.state is RefundState.ACCEPTED


@pytest.mark.parametrize("code", [25, 1, 17, "2001", "R000001", "unheard"])
@pytest.mark.parametrize("said", ["Completed", "Declined"])
def test_a_question_that_failed_says_nothing_of_the_money(code: object, said: str) -> None:
    word = status(fate(said, code=code))
    assert (word.kind, word.code) == (Word.STATUS_PENDING, str(code))
    assert after(taken(), word).hold is Hold.KEEP


@pytest.mark.parametrize("raw", [b"{}", *NO_RESULTS, body([*STATUS, {"Key": "ReceiptNo", "Value": "UB40"}])])
def test_an_answer_that_cannot_be_read_is_no_answer(raw: bytes) -> None:
    assert status(raw).kind is Word.STATUS_PENDING


def test_an_answer_about_another_payout_or_amount_is_for_a_person() -> None:
    ours = taken()
    for changes, why in (
        ({"amount_kes": 1_100}, Obstacle.AMOUNT_DIFFERS),
        ({"originator_id": "refund-r2"}, Obstacle.IDENTITY_DIFFERS),
    ):
        step = after(sent(ours, **changes), status(body(STATUS)))
        assert (step.after.state, step.after.obstacle) == (RefundState.REVIEW, why)


@pytest.mark.parametrize("said", ["Completed", "Declined"])
def test_an_answer_from_an_unlisted_sender_settles_nothing(said: str) -> None:
    step = after(taken(), status(fate(said), trusted=False))
    assert (step.entry.kind, step.moved, step.after.holds) == (Word.STATUS_PENDING, False, True)


def test_two_unlisted_senders_who_name_the_same_code_at_two_addresses_are_believed() -> None:
    claimed = after(taken(), result(body(PAYOUT), trusted=False)).after
    step = after(claimed, status(body(STATUS), trusted=False))
    assert (step.after.state, step.after.mpesa_code) == (RefundState.PAID_OUT, "UB48P1ZC3D")


# The balance


def test_the_balance_is_told_account_by_account_with_its_cents() -> None:
    said = [
        {"Key": "AccountBalance", "Value": BALANCE},
        {"Key": "BOCompletedTime", "Value": "20260204110209"},
    ]
    answer = balance_answer(row_of(body(said, code="0"), kind="balance"))
    assert [(account.name, account.available) for account in answer.accounts] == [
        ("Working Account", Decimal("690000.25")),
        ("Utility Account", Decimal("228037.00")),
        ("Charges Paid Account", Decimal("-1540.00")),
    ]
    assert (answer.at, answer.problem) == (AT, "")


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        (body(code="2001", ResultDesc="The initiator information is invalid."), "2001 The initiator"),
        (body([{"Key": "AccountBalance", "Value": "nothing|of|use"}]), "0 The service request"),
        (b"{}", "Safaricom's queue gave up"),
        (b'{"Result":[]}', "Safaricom's queue gave up"),
    ],
)
def test_no_balance_is_a_problem_in_words_and_never_a_zero(raw: bytes, problem: str) -> None:
    answer = balance_answer(row_of(raw, kind="balance"))
    assert answer.accounts == ()
    assert answer.problem.startswith(problem)
