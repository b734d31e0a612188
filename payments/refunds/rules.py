"""What may be given back, how, and who must allow it. Pure: facts in, a verdict out.

Owns the sentences of the law of the house; the amounts are enforced once more where they are stored.
"""

from __future__ import annotations

from dataclasses import dataclass

from payments.payment import Payment, State
from payments.refunds.refund import Approval, Refund, RefundState, Route
from payments.values import LEAST_PAYOUT_KES, MOST_PAYOUT_KES, OriginatorId, RefundId, UserId

PROOF_LENGTH = 4


class NotRefundable(ValueError):
    """It cannot be given back so. `problem` is a stable word for choosing the sentence.

    `left_kes` is what may still be given back.
    """

    def __init__(self, problem: str, left_kes: int = 0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.left_kes = left_kes


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPolicy:
    """What the firm decided.

    Attributes:
        approval_above_kes: above this a second admin must allow it; 0 means always.
        reverse_in_full: a refund of everything goes by reversal of the original receipt where that is
            possible.
    """

    approval_above_kes: int = 0
    reverse_in_full: bool = False


def route_for(payment: Payment, amount_kes: int, policy: RefundPolicy) -> Route:
    """How the money would go: by reversal only all of it at once, of a known receipt (Daraja: Reversal)."""
    in_full = amount_kes == payment.paid_kes and payment.refund_reserved_kes == 0
    can_reverse = policy.reverse_in_full and in_full and payment.receipt is not None
    return Route.REVERSAL if can_reverse else Route.B2C


def check(payment: Payment, amount_kes: int, route: Route) -> None:
    """Make sure that so much of this payment can be given back by this route.

    Raises:
        NotRefundable: `not_paid`, `nothing_left`, `too_much`, `below_minimum` or `above_maximum`.
    """
    left_kes = payment.refundable_kes
    if payment.state is not State.PAID:
        raise NotRefundable("not_paid")
    if left_kes <= 0:
        raise NotRefundable("nothing_left")
    if amount_kes > left_kes:
        raise NotRefundable("too_much", left_kes)
    if route is Route.B2C and amount_kes < LEAST_PAYOUT_KES:
        raise NotRefundable("below_minimum", left_kes)
    if amount_kes > MOST_PAYOUT_KES:
        raise NotRefundable("above_maximum", left_kes)


def approval_for(amount_kes: int, admins: int, policy: RefundPolicy) -> Approval:
    """Who must allow a refund of so much where there are so many admins."""
    if amount_kes <= policy.approval_above_kes:
        return Approval.NOT_NEEDED
    return Approval.SECOND_ADMIN if admins > 1 else Approval.ALONE


def may_approve(refund: Refund, admin: UserId) -> bool:
    """Whether this admin is the right one; that they are one at all is checked elsewhere."""
    return refund.approval is not Approval.SECOND_ADMIN or admin != refund.requested_by


def may_be_stopped(refund: Refund) -> bool:
    """Whether nothing can have been sent yet."""
    return refund.state in {RefundState.REQUESTED, RefundState.APPROVED}


def proof_of(payment: Payment) -> str:
    """What the only admin must type to show that they mean it: the last four of the receipt, or of the id."""
    return (payment.receipt or payment.id)[-PROOF_LENGTH:].upper()


def originator_of(refund_id: RefundId) -> OriginatorId:
    """The OriginatorConversationID of a refund: made of its id alone, so that it can never be another."""
    return OriginatorId(f"refund-{refund_id}")
