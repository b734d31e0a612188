"""What must be true of refunds when a story is over: the books against Safaricom's ledger.

Owns the judgement, written apart from the code that keeps the rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from payments.payment import Payment, State
from payments.refunds.evidence import Word
from payments.refunds.reasons import Obstacle
from payments.refunds.refund import LIVE, RELEASED, Approval, Refund, RefundState
from tests.simulation.payouts import UNSURE, Payout

_W = Word
DEFINITE_NOES = frozenset(
    {
        _W.ADMIN_REJECTED,
        _W.PAYOUT_REFUSED,
        _W.PAYOUT_NOT_SENT,
        _W.RESULT_FAILED,
        _W.STATUS_FAILED,
        _W.ADMIN_RESOLVED_FAILED,
    }
)
NOTHING_SENT = frozenset({RefundState.REQUESTED, RefundState.APPROVED})


def wrong_sums(payment: Payment, refunds: Sequence[Refund]) -> Iterator[str]:
    """I10 and I14: what the payment holds is what its refunds hold, and never more than was paid."""
    held_kes = sum(refund.amount_kes for refund in refunds if refund.holds)
    back_kes = sum(refund.amount_kes for refund in refunds if refund.state is RefundState.PAID_OUT)
    by_hand = any(entry.kind is _W.ADMIN_RESOLVED_PAID for refund in refunds for entry in refund.history)
    if payment.refund_reserved_kes != held_kes:
        yield f"I14: {payment.refund_reserved_kes} reserved, refunds hold {held_kes}"
    if payment.refunded_kes != back_kes:
        yield f"I10: {payment.refunded_kes} refunded, refunds say {back_kes}"
    if held_kes > (payment.paid_kes or 0) and not by_hand:
        yield f"I10: {held_kes} held of {payment.paid_kes}"
    if refunds and payment.state is not State.PAID:
        yield "a refund of what is not paid"


def wrong(refund: Refund, payment: Payment, payouts: Sequence[Payout]) -> Iterator[str]:
    """Everything that is not as it must be with one refund at rest."""
    yield from wrong_history(refund)
    if refund.phone != payment.phone:
        yield "I13: it goes to another phone"
    moved = [payout for payout in payouts if payout.moved]
    if len(payouts) > 1:
        yield f"I11: {len(payouts)} payouts of one refund"
    if refund.state is RefundState.PAID_OUT and not moved:
        yield "stored as paid out, nobody got anything"
    if refund.state in RELEASED and moved and not _yes_was_lost(refund, payouts):
        yield f"stored as {refund.state}, the phone got the money"
    if refund.state in LIVE - {RefundState.REVIEW}:
        yield f"after days still {refund.state}"
    if refund.state is RefundState.REVIEW and not _needs_a_person(refund, payouts):
        yield "under review, though Safaricom could tell"


def wrong_history(refund: Refund) -> Iterator[str]:
    """I12, I14: what its history must never show."""
    moves = [entry for entry in refund.history if entry.before is not entry.after]
    approved = [entry for entry in moves if entry.kind is _W.ADMIN_APPROVED]
    if any(entry.kind is _W.ENGINE_CLAIMED for entry in refund.history) and not approved:
        yield "I12: sent, and nobody allowed it"
    own = [entry for entry in approved if entry.by == refund.requested_by]
    if own and refund.approval is Approval.SECOND_ADMIN:
        yield "I12: allowed by whoever asked"
    left = [entry for entry in refund.history if entry.before is RefundState.PAID_OUT]
    if any(entry.after is not RefundState.PAID_OUT for entry in left):
        yield "it left paid_out"
    for entry in refund.history:
        released = entry.after in RELEASED and entry.before not in RELEASED
        if released and entry.kind not in DEFINITE_NOES and entry.before not in NOTHING_SENT:
            yield f"I14: released by {entry.kind}"


def _yes_was_lost(refund: Refund, payouts: Sequence[Payout]) -> bool:
    """A definite no was believed, and no later word of the yes ever arrived."""
    del refund
    return any(payout.first_no and "0" not in payout.results_heard for payout in payouts)


def _needs_a_person(refund: Refund, payouts: Sequence[Payout]) -> bool:
    strange = any(p.told_wrong or p.first_no or p.fate in UNSURE for p in payouts)
    contradicts = refund.obstacle in {Obstacle.ANSWERS_DISAGREE, Obstacle.NO_ROOM}
    nobody_to_ask = not refund.known_ids
    return strange or contradicts or nobody_to_ask or not payouts
