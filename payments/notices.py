"""Who must be told when a payment changes: one table, closed over the states.

Owns which news goes to whom. The words are `bot`'s, the sending is its messenger's; a notice is
committed together with the change it tells of, so that neither can be lost without the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from payments.inbox import InboxRow
from payments.payment import OPEN, Payment, State


class Audience(StrEnum):
    """Who is told."""

    PAYER = "payer"
    ADMINS = "admins"
    ASKER = "asker"
    """Only whoever asked."""


class Topic(StrEnum):
    """What a piece of news is about."""

    PAYMENT = "payment"
    REFUND = "refund"
    BALANCE = "balance"
    RULING = "ruling"
    BRIEF = "brief"
    NOTE = "note"
    """A fee note, of which its client is reminded."""
    QUESTION = "question"
    """A client's, to the office."""
    INBOX = "inbox"
    """A callback, which nobody understood or which may be forged."""
    SILENCE = "silence"
    """That callbacks do not come any more."""


class Urgency(IntEnum):
    """What goes first when not everything can be said at once: the smaller number."""

    OUTCOME = 0
    """Paid, not paid, or a person looks: what somebody waits for with their money."""
    ANSWER = 1
    """The answer to what somebody did just now."""
    INTERIM = 2
    """How a payment goes on, and what the office is told."""
    SUMMARY = 3
    """What nobody waits for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One piece of news. `id` is unique for a subject and an event, so it is delivered once.

    `subject` is the id of what it is about: a payment, a refund, a question for the balance.
    """

    id: str
    topic: Topic
    subject: str
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

QUARANTINED = "quarantined"
"""A callback could not be worked: the admins should know."""
UNLISTED = "unlisted"
"""A callback came from where Safaricom is not known to speak: the admins should know."""

OUTCOMES = frozenset({State.PAID, State.UNPAID, State.REVIEW, RECEIPT})
"""The events that a payer waits for."""


def urgency_of(audience: Audience, event: str) -> Urgency:
    """How urgent it is that these people hear of this event."""
    return Urgency.OUTCOME if audience is Audience.PAYER and event in OUTCOMES else Urgency.INTERIM


def is_superseded(payment: Payment, event: str) -> bool:
    """Whether the payer need not be told of `event` any more: the payment has gone on, newer news follows.

    The living message shows what the payment is, so that nothing is kept from anybody.
    """
    if event in OUTCOMES or not TOLD_ON_ENTRY[payment.state]:
        return False
    return payment.state not in OPEN or event not in {payment.state, ASKED}


def on_entry(payment: Payment) -> tuple[Notice, ...]:
    """The notices due because `payment` has just entered its state."""
    notices = [_notice(payment, audience, payment.state) for audience in TOLD_ON_ENTRY[payment.state]]
    if payment.state is State.PAID and payment.late:
        notices.append(_notice(payment, Audience.ADMINS, payment.state))
    return tuple(notices)


def on_stay(before: Payment, after: Payment, *, alert: bool, answered: bool) -> tuple[Notice, ...]:
    """The notices due although the state stayed: an answer, a receipt, another wait, something odd."""
    notices = []
    if after.receipt != before.receipt:
        notices.append(_notice(after, Audience.PAYER, RECEIPT))
    if before.ask_wanted and answered:
        notices.append(_notice(after, Audience.PAYER, ASKED))
    if _waits_otherwise(before, after):
        notices.append(_notice(after, Audience.PAYER, after.state))
    if alert:
        notices.append(_notice(after, Audience.ADMINS, ODD))
    return tuple(notices)


def on_quarantine(row: InboxRow) -> tuple[Notice, ...]:
    """The notice due because a callback is kept aside: one for all about the same subject."""
    return (_of_callback(row, QUARANTINED),)


def on_worked(row: InboxRow) -> tuple[Notice, ...]:
    """The notice due because a callback that was worked may be forged: one for all about the same subject."""
    return () if row.trusted else (_of_callback(row, UNLISTED),)


def _of_callback(row: InboxRow, event: str) -> Notice:
    notice_id = f"inbox:{row.kind}:{row.subject}:{event}"
    return Notice(id=notice_id, topic=Topic.INBOX, subject=row.id, audience=Audience.ADMINS, event=event)


def _waits_otherwise(before: Payment, after: Payment) -> bool:
    """Whether a payment that is not sent yet now waits for another reason, or until another time."""
    if after.state is not State.QUEUED:
        return False
    return (before.reason, before.not_before) != (after.reason, after.not_before)


def _notice(payment: Payment, audience: Audience, event: str) -> Notice:
    notice_id = f"{payment.id}:{payment.version}:{event}:{audience}"
    return Notice(id=notice_id, topic=Topic.PAYMENT, subject=payment.id, audience=audience, event=event)
