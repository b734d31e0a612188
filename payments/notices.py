"""Who must be told when a payment changes: one table, closed over the states.

Owns which news goes to whom. The words are `bot`'s, the sending is its messenger's; a notice is
committed together with the change it tells of, so that neither can be lost without the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from payments.payment import Payment, State
from payments.values import PaymentId


class Audience(StrEnum):
    """Who is told."""

    PAYER = "payer"
    ADMINS = "admins"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One piece of news. `id` is unique for a payment and an event, so it is delivered once."""

    id: str
    payment_id: PaymentId
    audience: Audience
    event: str


TOLD_ON_ENTRY: dict[State, tuple[Audience, ...]] = {
    State.QUEUED: (Audience.PAYER,),
    State.SENDING: (),
    State.PROMPTED: (Audience.PAYER,),
    State.UNCLEAR: (Audience.PAYER,),
    State.REVIEW: (Audience.PAYER, Audience.ADMINS),
    State.PAID: (Audience.PAYER,),
    State.UNPAID: (Audience.PAYER,),
}

ASKED = "asked"
"""A person had Safaricom asked, and the answer changed nothing."""
ODD = "odd"
"""Something contradicts what is settled: the admins should know."""
RECEIPT = "receipt"
"""The M-Pesa receipt of a paid payment became known."""


def on_entry(payment: Payment) -> tuple[Notice, ...]:
    """The notices due because `payment` has just entered its state."""
    notices = [_notice(payment, audience, payment.state) for audience in TOLD_ON_ENTRY[payment.state]]
    if payment.state is State.PAID and payment.late:
        notices.append(_notice(payment, Audience.ADMINS, payment.state))
    return tuple(notices)


def on_stay(before: Payment, after: Payment, *, alert: bool, answered: bool) -> tuple[Notice, ...]:
    """The notices due although the state stayed: an answer waited for, a receipt found, something odd."""
    notices = []
    if after.receipt != before.receipt:
        notices.append(_notice(after, Audience.PAYER, RECEIPT))
    if before.ask_wanted and answered:
        notices.append(_notice(after, Audience.PAYER, ASKED))
    if alert:
        notices.append(_notice(after, Audience.ADMINS, ODD))
    return tuple(notices)


def _notice(payment: Payment, audience: Audience, event: str) -> Notice:
    notice_id = f"{payment.id}:{payment.version}:{event}:{audience}"
    return Notice(id=notice_id, payment_id=payment.id, audience=audience, event=event)
