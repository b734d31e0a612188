"""What one event adds to the figures of its day: pure arithmetic on a payment's or a refund's history.

Owns which events count and for how much. An event that undoes another takes away exactly what the other
added, so that the sums stay those of what is true now. Who adds up is `storage`'s.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from payments.analytics.figures import Takings
from payments.catalogue import FeeKind
from payments.payment import HistoryEntry, Payment, State
from payments.reasons import Reason
from payments.refunds.refund import Refund, RefundState
from payments.values import UserId

_STEPS_PER_E = 20
"""So many classes of waiting times until a time is e times as long: each is five hundredths wide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """What is added to the day, hour, kind and matter of one event; what is below zero takes away.

    Attributes:
        at: when the books learned of it.
        matter: the payment's reference; empty where it has none.
        unpaid: payments that ended with a definite no, for this `reason`.
        took: the class of how long it took from Pay to paid; see `wait_class`.
        payer: of a payment that was paid: who paid.
    """

    at: datetime
    kind: FeeKind
    matter: str
    takings: Takings = field(default_factory=Takings)
    unpaid: int = 0
    reason: Reason | None = None
    took: int | None = None
    payer: UserId | None = None


def of_payment(payment: Payment, turn: int) -> Sequence[Posting]:
    """What the `turn`-th word in its history (from 1) adds."""
    entry = payment.history[turn - 1]
    if entry.before is entry.after:
        return ()
    postings = []
    if entry.before is State.UNPAID:
        postings.append(_taken_back(_unpaid(payment, _entry_into_unpaid(payment, turn))))
    if entry.after is State.UNPAID:
        postings.append(_unpaid(payment, entry))
    if entry.after is State.PAID:
        postings.append(_paid(payment, entry))
    return postings


def of_refund(refund: Refund, payment: Payment, turn: int) -> Sequence[Posting]:
    """What the `turn`-th word in its history adds; `payment` is the one that it gives back."""
    entry = refund.history[turn - 1]
    if entry.before is entry.after or entry.after is not RefundState.PAID_OUT:
        return ()
    given_back = Takings(refunded_kes=refund.amount_kes, refunds=1)
    return (Posting(at=entry.at, kind=payment.kind, matter=payment.reference, takings=given_back),)


def wait_class(wait_s: float) -> int:
    """The class of a waiting time; what is below a second is a second."""
    return round(_STEPS_PER_E * math.log(max(wait_s, 1.0)))


def wait_of(a_class: int) -> float:
    """The middle of a class in seconds: at most three hundredths beside the truth."""
    return math.exp(a_class / _STEPS_PER_E)


def _paid(payment: Payment, entry: HistoryEntry) -> Posting:
    received = Takings(received_kes=payment.paid_kes or payment.amount_kes, payments=1)
    return Posting(
        at=entry.at,
        kind=payment.kind,
        matter=payment.reference,
        takings=received,
        took=wait_class((entry.at - payment.created_at).total_seconds()),
        payer=payment.user_id,
    )


def _unpaid(payment: Payment, entry: HistoryEntry) -> Posting:
    return Posting(
        at=entry.at,
        kind=payment.kind,
        matter=payment.reference,
        unpaid=1,
        reason=entry.reason or Reason.UNKNOWN,
    )


def _taken_back(posting: Posting) -> Posting:
    return replace(posting, unpaid=-posting.unpaid)


def _entry_into_unpaid(payment: Payment, before_turn: int) -> HistoryEntry:
    earlier = payment.history[: before_turn - 1]
    return next(entry for entry in reversed(earlier) if State.UNPAID is entry.after is not entry.before)
