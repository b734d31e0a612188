"""What the demo's firm gave back in these weeks, and the one refund that waits for its second admin.

Owns the story of the refunds; see `story` for the payments they are of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from legalpro.demo.people import OFFICE
from payments.payment import Payment, State
from payments.refunds import rules, timing
from payments.refunds.evidence import RefundEvidence, Word
from payments.refunds.reasons import Obstacle, Why
from payments.refunds.refund import Approval, Refund, Route
from payments.refunds.timing import RefundTiming
from payments.values import Receipt, RefundId, UserId

FIGURES = RefundTiming()
_WANJIRU, _OTIENO = OFFICE


@dataclass(frozen=True, slots=True)
class Said:
    """One word, so many seconds after the one before."""

    kind: Word
    after_s: float
    obstacle: Obstacle | None = None
    code: str | None = None


_ALLOWED = Said(Word.ADMIN_APPROVED, 1_260.0)
_SENT = (_ALLOWED, Said(Word.ENGINE_CLAIMED, 0.2), Said(Word.PAYOUT_ACCEPTED, 0.7))
ARRIVED = (*_SENT, Said(Word.RESULT_PAID, 6.0, code="0"))
TOO_LITTLE = (*_SENT, Said(Word.RESULT_FAILED, 4.0, Obstacle.LOW_FLOAT, "1"))
SAID_NO = (Said(Word.ADMIN_REJECTED, 5_400.0, Obstacle.REJECTED),)

_PLAN: tuple[tuple[int, int, Why, str, tuple[Said, ...]], ...] = (
    (3, 1, Why.PAID_TWICE, "", ARRIVED),
    (11, 2, Why.GOODWILL, "We were an hour late", ARRIVED),
    (19, 1, Why.CANCELLED, "", SAID_NO),
    (26, 1, Why.WRONG_AMOUNT, "", TOO_LITTLE),
    (33, 1, Why.COURT_FEE_BACK, "", ARRIVED),
)
"""Which of the paid ones (by their turn), one in how many parts of it, why, the note, what was said."""


def returned(payments: Sequence[Payment]) -> Iterator[tuple[Refund, tuple[Said, ...]]]:
    """The refunds that are over: each as it was asked for, and what was said then."""
    paid = [payment for payment in payments if payment.state is State.PAID]
    for turn, part, why, remark, course in _PLAN:
        payment = paid[turn]
        at = payment.changed_at + timedelta(hours=20)
        yield _asked_for(payment, payment.amount_kes // part, why, remark, at), course


def waiting(payment: Payment, now: datetime) -> Refund:
    """The refund that Wanjiru has asked for and Otieno has not allowed yet."""
    at = now - timedelta(minutes=50)
    return _asked_for(payment, payment.amount_kes // 2, Why.NOT_DONE, "The second half hour fell out", at)


def word(refund: Refund, said: Said, turn: int, at: datetime) -> RefundEvidence:
    """What was said, as evidence about this refund as it is now."""
    by_office = said.kind in {Word.ADMIN_APPROVED, Word.ADMIN_REJECTED}
    paid = said.kind is Word.RESULT_PAID
    name = refund.id[-4:].upper()
    return RefundEvidence(
        id=f"story:{turn}",
        kind=said.kind,
        at=at,
        by=UserId(_OTIENO.user_id) if by_office else None,
        by_name=_OTIENO.name if by_office else "",
        originator_id=None if by_office or said.kind is Word.ENGINE_CLAIMED else refund.originator_id,
        conversation_id=f"AG_DEMO{name}" if said.kind is Word.PAYOUT_ACCEPTED else None,
        amount_kes=refund.amount_kes if paid else None,
        mpesa_code=Receipt(f"DEMOR{name}X") if paid else None,
        paid_out_at=at if paid else None,
        obstacle=said.obstacle,
        code=said.code,
    )


def _asked_for(payment: Payment, amount_kes: int, why: Why, remark: str, at: datetime) -> Refund:
    refund_id = RefundId(f"de31{payment.id[4:]}")
    refund = Refund(
        id=refund_id,
        payment_id=payment.id,
        user_id=payment.user_id,
        chat_id=payment.chat_id,
        phone=payment.phone,
        title=payment.title,
        receipt=payment.receipt,
        amount_kes=amount_kes,
        why=why,
        remark=remark,
        requested_by=UserId(_WANJIRU.user_id),
        requested_by_name=_WANJIRU.name,
        created_at=at,
        approval=Approval.SECOND_ADMIN,
        route=Route.B2C,
        originator_id=rules.originator_of(refund_id),
        changed_at=at,
    )
    timed = replace(refund, deadline_at=timing.deadline_at(refund, at, FIGURES))
    return replace(timed, next_at=timing.next_at(timed, at, FIGURES))
