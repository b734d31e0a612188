"""What is heard about money that goes out, as evidence: who is believed, and who is asked about it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.refund_screens import card_screen
from bot.refund_wording import OBSTACLES as SENTENCES
from daraja.payout_callbacks import (
    OBSTACLES,
    BadCallback,
    check_result,
    result_evidence,
)
from daraja.result_codes import CODES, Trouble
from payments.refunds.evidence import RefundEvidence, Word
from payments.refunds.progress import Hold
from payments.refunds.reasons import Obstacle
from payments.refunds.refund import RefundState, Route
from tests.daraja.payout_fakes import CONVERSATION, OUR_ID
from tests.daraja.payout_stand import PayoutStand, a_refund, after, paying_out, row_of, taken
from tests.daraja.result_bodies import AT, PAYOUT, REVERSAL, body, with_value

THEIR_ID = "29115-34620561-1"
SAME = {"amount_kes": 2_500, "route": Route.REVERSAL, "provider_originator_id": THEIR_ID}
NO_OBJECTS = [b"", b"nothing", b"[]", b'"text"', b"{", b"\xff\xfe", b'{"a":1}{"a":1}']
NO_RESULTS = [b"{}", b'{"Result":{}}', b'{"Result":[]}', b'{"Body":{"stkCallback":{"ResultCode":0}}}']


@pytest_asyncio.fixture
async def stand() -> AsyncIterator[PayoutStand]:
    async with paying_out() as opened:
        yield await opened()


def result(raw: bytes, *, trusted: bool = True) -> RefundEvidence:
    check_result(raw)
    return result_evidence(row_of(raw, trusted=trusted))


# Results


def test_a_result_of_success_tells_what_was_paid_and_settles_the_refund() -> None:
    word = result(body(PAYOUT))
    assert (word.kind, word.originator_id, word.conversation_id) == (Word.RESULT_PAID, OUR_ID, CONVERSATION)
    assert (word.amount_kes, word.mpesa_code, word.paid_out_at) == (1_200, "UB48P1ZC3D", AT)
    assert (word.code, word.obstacle) == ("0", None)
    assert after(taken(), word).after.state is RefundState.PAID_OUT


def test_a_reversal_settles_by_the_code_of_its_own_and_not_by_that_of_the_payment() -> None:
    word = result(body(REVERSAL, OriginatorConversationID=THEIR_ID, TransactionID="UB48Q7RS2T"))
    step = after(taken(**SAME), word)
    assert (step.after.state, step.after.mpesa_code) == (RefundState.PAID_OUT, "UB48Q7RS2T")


def test_a_reversal_without_any_parameters_is_believed_all_the_same() -> None:
    word = result(body(OriginatorConversationID=THEIR_ID))
    assert after(taken(**SAME), word).after.state is RefundState.PAID_OUT


def test_a_payout_without_its_amount_is_not_believed_but_asked_about() -> None:
    step = after(taken(), result(body()))
    assert (step.after.state, step.entry.kind) == (RefundState.UNCLEAR, Word.RESULT_UNCONFIRMED)
    assert step.after.next_at == AT


NOES = {
    "1": Obstacle.LOW_FLOAT,
    "2": Obstacle.BELOW_MINIMUM,
    "4": Obstacle.DAILY_LIMIT,
    "8": Obstacle.RECEIVER_LIMIT,
    "26": Obstacle.SYSTEM_BUSY,
    "2001": Obstacle.CREDENTIAL_WRONG,
    "2040": Obstacle.NOT_REGISTERED,
    "8006": Obstacle.OPERATOR_LOCKED,
    "SFC_IC0003": Obstacle.NOT_REGISTERED,
    "R000002": Obstacle.ORIGINAL_UNKNOWN,
}


@pytest.mark.parametrize(("code", "obstacle"), NOES.items(), ids=NOES)
def test_a_definite_no_names_its_obstacle_and_frees_the_money(code: str, obstacle: Obstacle) -> None:
    word = result(body(code=int(code) if code.isdigit() else code, TransactionID="UB40000000"))
    assert (word.kind, word.obstacle, word.code) == (Word.RESULT_FAILED, obstacle, code)
    assert word.mpesa_code is None
    step = after(taken(), word)
    assert (step.after.state, step.after.obstacle) == (RefundState.FAILED, obstacle)
    assert step.hold is Hold.RELEASE


@pytest.mark.parametrize("code", [15, 17, "100000001", "7431", "0000", "somewhere"])
def test_a_code_that_proves_nothing_frees_nothing_and_is_asked_about(code: object) -> None:
    word = result(body(code=code))
    assert word.kind is Word.RESULT_UNCLEAR
    step = after(taken(), word)
    assert (step.after.state, step.after.holds) == (RefundState.UNCLEAR, True)


@pytest.mark.parametrize("code", CODES)
def test_only_a_code_known_as_a_no_ever_frees_money(code: str) -> None:
    step = after(taken(**SAME), result(body(REVERSAL, code=code, OriginatorConversationID=THEIR_ID)))
    assert (step.hold is Hold.RELEASE) == (CODES[code].verdict == "failed")


def test_every_trouble_of_daraja_is_an_obstacle_with_a_sentence() -> None:
    assert set(OBSTACLES) == set(Trouble)
    assert set(OBSTACLES.values()) <= set(SENTENCES)


# Already reversed: the money went back before, perhaps by this very refund's own earlier call.


@pytest.mark.parametrize("trusted", [True, False])
@pytest.mark.parametrize(
    "state", [RefundState.SENDING, RefundState.ACCEPTED, RefundState.UNCLEAR, RefundState.FAILED]
)
def test_already_reversed_frees_no_money_and_brings_a_person_who_reads_why(
    state: RefundState, *, trusted: bool
) -> None:
    refund = a_refund(**(SAME | {"state": state, "holds": state is not RefundState.FAILED}))
    word = result(body(code="R000001", OriginatorConversationID=THEIR_ID), trusted=trusted)
    assert (word.kind, word.obstacle) == (Word.RESULT_MISMATCH, Obstacle.ALREADY_REVERSED)
    step = after(refund, word)
    assert (step.after.state, step.after.obstacle) == (RefundState.REVIEW, Obstacle.ALREADY_REVERSED)
    assert step.after.holds
    card = card_screen(step.after, {}, name="Client", now=AT)
    assert SENTENCES[Obstacle.ALREADY_REVERSED]() in card.text
    assert "R000001" in card.text


def test_already_reversed_about_another_reversal_is_shown_as_anothers() -> None:
    step = after(taken(**SAME), result(body(code="R000001", OriginatorConversationID="29115-1-1")))
    assert (step.after.state, step.after.obstacle) == (RefundState.REVIEW, Obstacle.IDENTITY_DIFFERS)


def test_a_success_still_wins_after_already_reversed() -> None:
    looked_at = after(taken(**SAME), result(body(code="R000001", OriginatorConversationID=THEIR_ID))).after
    step = after(looked_at, result(body(REVERSAL, OriginatorConversationID=THEIR_ID)))
    assert (step.after.state, step.after.obstacle) == (RefundState.PAID_OUT, None)


# What does not fit


@pytest.mark.parametrize(
    ("amount", "odd"), [(1_201, False), (1_199, False), ("1200.50", True), (0, False), ("1,200", True)]
)
def test_a_success_over_another_amount_is_for_a_person(amount: object, *, odd: bool) -> None:
    word = result(with_value("TransactionAmount", amount))
    assert (word.kind, word.amount_odd) == (Word.RESULT_PAID, odd)
    step = after(taken(), word)
    assert (step.after.state, step.after.obstacle) == (RefundState.REVIEW, Obstacle.AMOUNT_DIFFERS)


@pytest.mark.parametrize("code", [0, 1])
def test_a_result_that_names_another_payout_is_for_a_person(code: int) -> None:
    word = result(body(PAYOUT if code == 0 else None, code=code, OriginatorConversationID="refund-r2"))
    step = after(taken(), word)
    assert (step.after.state, step.after.obstacle) == (RefundState.REVIEW, Obstacle.IDENTITY_DIFFERS)
    assert step.after.holds


def test_a_success_from_an_unlisted_sender_is_not_believed_but_asked_about() -> None:
    word = result(body(PAYOUT), trusted=False)
    assert not word.trusted
    step = after(taken(), word)
    assert (step.after.state, step.entry.kind) == (RefundState.UNCLEAR, Word.RESULT_UNCONFIRMED)
    assert (step.after.mpesa_code, step.after.next_at) == (None, AT)


def test_a_no_from_an_unlisted_sender_frees_nothing() -> None:
    step = after(taken(), result(body(code=1), trusted=False))
    assert (step.after.state, step.after.holds) == (RefundState.UNCLEAR, True)


def test_the_same_row_is_always_the_same_word() -> None:
    assert result(body(PAYOUT)) == result(body(PAYOUT))
    assert result(body(PAYOUT)).id != result(body(PAYOUT, ResultType=1)).id


@pytest.mark.parametrize("raw", [*NO_OBJECTS, *NO_RESULTS])
def test_a_body_that_is_no_result_is_never_a_word(raw: bytes) -> None:
    with pytest.raises(BadCallback):
        check_result(raw)
    with pytest.raises(BadCallback):
        result_evidence(row_of(raw))


def test_what_was_unreadable_is_named_for_whoever_looks() -> None:
    word = result(with_value("TransactionCompletedDateTime", "yesterday"))
    assert word.kind is Word.RESULT_PAID
    assert word.note.endswith("(unreadable: CompletedTime)")


# Everything the simulated Safaricom ever says


READ: dict[str, tuple[Word, RefundState]] = {
    "paid": (Word.RESULT_PAID, RefundState.PAID_OUT),
    "low_float": (Word.RESULT_FAILED, RefundState.FAILED),
    "string_code": (Word.RESULT_FAILED, RefundState.FAILED),
    "internal_failure": (Word.RESULT_UNCLEAR, RefundState.UNCLEAR),
    "internal_failure_moved": (Word.RESULT_UNCLEAR, RefundState.UNCLEAR),
    "unknown_code": (Word.RESULT_UNCLEAR, RefundState.UNCLEAR),
    "wrong_amount": (Word.RESULT_PAID, RefundState.REVIEW),
    "wrong_id": (Word.RESULT_PAID, RefundState.REVIEW),
    "one_parameter": (Word.RESULT_PAID, RefundState.PAID_OUT),
    "code_as_text": (Word.RESULT_PAID, RefundState.PAID_OUT),
    "listed_reference": (Word.RESULT_PAID, RefundState.PAID_OUT),
}


@pytest.mark.parametrize(("scenario", "expected"), READ.items(), ids=READ)
async def test_a_result_in_every_shape_it_drifts_into_leads_where_it_must(
    stand: PayoutStand, scenario: str, expected: tuple[Word, RefundState]
) -> None:
    accepted = after(a_refund(), await stand.pay(scenario)).after
    [told] = await stand.simulator.wait_for_callbacks()
    word = result(json.dumps(told.body).encode())
    assert (word.kind, after(accepted, word).after.state) == expected


async def test_a_reversal_is_followed_from_the_call_to_its_end(stand: PayoutStand) -> None:
    receipt = await stand.receipt()
    refund = a_refund(route=Route.REVERSAL, receipt=receipt, amount_kes=1_500)
    accepted = after(refund, await stand.gateway.pay_out(refund)).after
    told = (await stand.simulator.wait_for_callbacks(2))[-1]
    step = after(accepted, result(json.dumps(told.body).encode()))
    assert (step.after.state, step.after.mpesa_code) == (
        RefundState.PAID_OUT,
        stand.simulator.payouts[0].mpesa_code,
    )


async def test_a_second_reversal_of_one_payment_waits_for_a_person(stand: PayoutStand) -> None:
    receipt = await stand.receipt()
    refund = a_refund(route=Route.REVERSAL, receipt=receipt, amount_kes=1_500)
    await stand.gateway.pay_out(refund)
    await stand.simulator.wait_for_payouts(1)
    accepted = after(refund, await stand.gateway.pay_out(refund)).after
    told = (await stand.simulator.wait_for_callbacks(3))[-1]
    step = after(accepted, result(json.dumps(told.body).encode()))
    assert (step.after.state, step.after.obstacle) == (RefundState.REVIEW, Obstacle.ALREADY_REVERSED)
