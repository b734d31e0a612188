"""Builders for the rule book of refunds: a refund in any state, and any word about it."""

from __future__ import annotations

from dataclasses import replace

from payments.payment import Payment, State
from payments.refunds.evidence import RefundEvidence, Word
from payments.refunds.progress import RefundStep, advance
from payments.refunds.reasons import Obstacle, Why
from payments.refunds.refund import RELEASED, Approval, Refund, RefundState, Route
from payments.refunds.rules import originator_of
from payments.refunds.timing import RefundTiming, deadline_at, next_at
from payments.values import ChatId, PaymentId, Receipt, RefundId, UserId
from tests.payments.builders import ID, NOW, PHONE, RECEIPT, a_payment, later

ANN, BEN, CLIENT = UserId(1), UserId(2), UserId(7)
REFUND_ID = RefundId("ee11ee22ee33ee44")
CODE = Receipt("UB48P1ZC3D")
PAYOUT_FIGURES = RefundTiming()
S = RefundState
W = Word

_AFTER_APPROVAL = frozenset({S.APPROVED, S.SENDING, S.ACCEPTED, S.UNCLEAR, S.REVIEW, S.PAID_OUT, S.FAILED})
_AFTER_SENDING = _AFTER_APPROVAL - {S.APPROVED}


def a_paid_payment(**changes: object) -> Payment:
    facts: dict[str, object] = {"paid_kes": 1_500, "receipt": RECEIPT, "paid_at": NOW, "paid_by": "inbox:1"}
    return a_payment(State.PAID, **(facts | changes))


def a_refund(state: RefundState = S.REQUESTED, **changes: object) -> Refund:
    """One of KES 500, asked for by Ann and allowed by Ben, as it is when it has just come to `state`."""
    refund = Refund(
        id=REFUND_ID,
        payment_id=ID,
        user_id=CLIENT,
        chat_id=ChatId(7),
        phone=PHONE,
        title="First consultation",
        receipt=RECEIPT,
        amount_kes=500,
        why=Why.PAID_TWICE,
        requested_by=ANN,
        requested_by_name="Ann",
        created_at=NOW,
        changed_at=NOW,
        approval=Approval.SECOND_ADMIN,
        route=Route.B2C,
        originator_id=originator_of(REFUND_ID),
        state=state,
        holds=state not in RELEASED,
    )
    if state in _AFTER_APPROVAL:
        refund = replace(refund, approved_by=BEN, approved_by_name="Ben", approved_at=NOW)
    if state in _AFTER_SENDING:
        refund = replace(refund, claimed_at=NOW, ladder_from=NOW)
    if state is S.PAID_OUT:
        refund = replace(refund, mpesa_code=CODE, paid_out_at=NOW, paid_out_by="inbox:2")
    refund = replace(refund, **changes)  # type: ignore[arg-type]  # the test names real fields
    refund = replace(refund, deadline_at=deadline_at(refund, NOW, PAYOUT_FIGURES))
    return replace(refund, next_at=next_at(refund, NOW, PAYOUT_FIGURES))


def another(refund_id: str, payment_id: PaymentId = ID, **changes: object) -> Refund:
    """A second refund, known to Safaricom by a name of its own."""
    known = RefundId(refund_id)
    return replace(a_refund(), id=known, originator_id=originator_of(known), payment_id=payment_id, **changes)  # type: ignore[arg-type]  # as above


def a_say(kind: Word, at_s: float = 30, **changes: object) -> RefundEvidence:
    """This word as it is usually said of `a_refund`."""
    word = RefundEvidence(id=f"{kind}:{at_s}", kind=kind, at=later(at_s))
    if kind in {W.ADMIN_APPROVED, W.ADMIN_REJECTED, W.ADMIN_RESOLVED_PAID, W.ADMIN_RESOLVED_FAILED}:
        word = replace(word, by=BEN, by_name="Ben")
    if kind is W.PAYOUT_ACCEPTED:
        word = replace(word, conversation_id="AG_1")
    if kind is W.RESULT_PAID:
        word = replace(word, amount_kes=500, mpesa_code=CODE, paid_out_at=later(at_s - 1))
    if kind is W.STATUS_PAID:
        word = replace(word, amount_kes=500, mpesa_code=CODE)
    if kind in {W.RESULT_FAILED, W.STATUS_FAILED}:
        word = replace(word, obstacle=Obstacle.LOW_FLOAT, code="1")
    return replace(word, **changes)  # type: ignore[arg-type]  # the test names real fields


def stepped(refund: Refund, word: RefundEvidence) -> RefundStep:
    return advance(refund, word, PAYOUT_FIGURES)


def hears(refund: Refund, *words: RefundEvidence) -> Refund:
    """What it is after all these words, each counted once."""
    for word in words:
        refund = refund if refund.heard(word.id) else stepped(refund, word).after
    return refund
