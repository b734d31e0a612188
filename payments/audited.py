"""What is written into the audit trail: of a payment all that its history tells, of strangers a trace.

Owns who spoke by which word, the ids by which an event is entered once, and what may be told at all: phones
masked, no CheckoutRequestID, no secret, of foreign words a bounded note without long numbers. Pure.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import datetime

from payments.audit import Actor, AuditKind, AuditRecord
from payments.evidence import EvidenceKind
from payments.payment import HistoryEntry, Payment, State
from payments.values import PaymentId, mask_phone

_K = EvidenceKind

SPOKEN_BY: dict[EvidenceKind, Actor] = {
    _K.ENGINE_CLAIMED: Actor.ENGINE,
    _K.ENGINE_HELD: Actor.ENGINE,
    _K.PUSH_ACCEPTED: Actor.SAFARICOM_PUSH,
    _K.PUSH_REFUSED: Actor.SAFARICOM_PUSH,
    _K.PUSH_NOT_SENT: Actor.ENGINE,
    _K.PUSH_UNCERTAIN: Actor.ENGINE,
    _K.CALLBACK_PAID: Actor.SAFARICOM_CALLBACK,
    _K.CALLBACK_UNPAID: Actor.SAFARICOM_CALLBACK,
    _K.CALLBACK_UNCLEAR: Actor.SAFARICOM_CALLBACK,
    _K.CALLBACK_UNCONFIRMED: Actor.SAFARICOM_CALLBACK,
    _K.CALLBACK_MISMATCH: Actor.SAFARICOM_CALLBACK,
    _K.QUERY_PAID: Actor.SAFARICOM_QUERY,
    _K.QUERY_UNPAID: Actor.SAFARICOM_QUERY,
    _K.QUERY_PENDING: Actor.SAFARICOM_QUERY,
    _K.ANSWERS_DISAGREE: Actor.SAFARICOM_QUERY,
    _K.PAYER_CANCELLED: Actor.PAYER,
    _K.DEADLINE_PASSED: Actor.ENGINE,
    _K.ADMIN_RESOLVED_PAID: Actor.ADMIN,
    _K.ADMIN_RESOLVED_UNPAID: Actor.ADMIN,
    _K.STATEMENT_PAID: Actor.STATEMENT,
}
"""Whoever said it, by what was said; closed over the kinds."""

MOST_LETTERS = 300
_LONG_NUMBER = re.compile(r"\d(?:[ .\-]?\d){8,}")
"""Nine digits or more, perhaps in groups: a phone, or an id that ends with one."""
_HIDDEN = "[number]"


@dataclass(frozen=True, slots=True)
class Unlogged:
    """A payment with events that are not entered yet; the first `logged` of them are."""

    payment: Payment
    logged: int

    @property
    def subject(self) -> str:
        """What the events are about."""
        return self.payment.id

    @property
    def events(self) -> int:
        """How many events there are by now: its opening, and every word in its history."""
        return 1 + len(self.payment.history)

    def records(self) -> tuple[AuditRecord, ...]:
        """Those that are to be entered. History only grows, so that an event's number is its name."""
        steps = enumerate(self.payment.history, start=1)
        everything = (_opened(self.payment), *(_step(self.payment, turn, entry) for turn, entry in steps))
        return everything[self.logged :]


@dataclass(frozen=True, slots=True)
class UnloggedNotes:
    """A finished update with what was noted while it was worked; `subject` is its number."""

    subject: str
    notes: tuple[AuditRecord, ...]

    @property
    def events(self) -> int:
        """How many there are; a finished update gets no more."""
        return len(self.notes)

    def records(self) -> tuple[AuditRecord, ...]:
        """All of them: they are entered together."""
        return self.notes


def security_record(
    kind: AuditKind,
    *,
    at: datetime,
    actor: Actor,
    who: str = "",
    subject: str = "",
    why: str = "",
    key: str = "",
) -> AuditRecord:
    """One security event. With the same `key` it is the same event; without, it is one of its own."""
    return AuditRecord(
        event=f"{kind}:{key or secrets.token_hex(16)}",
        kind=kind,
        at=at,
        actor=actor,
        who=who or None,
        subject=subject or None,
        why=tellable(why) or None,
    )


def tellable(text: str) -> str:
    """Foreign words as they may be kept for ever: bounded, without long numbers, in whole characters."""
    whole = text.encode("utf-8", "replace").decode()
    return _LONG_NUMBER.sub(_HIDDEN, whole)[:MOST_LETTERS]


def _event_id(payment_id: PaymentId, turn: int) -> str:
    return f"payment:{payment_id}:{turn}"


def _opened(payment: Payment) -> AuditRecord:
    return AuditRecord(
        event=_event_id(payment.id, 0),
        kind=AuditKind.PAYMENT_OPENED,
        at=payment.created_at,
        actor=Actor.PAYER,
        who=str(payment.user_id),
        subject=payment.id,
        after=State.QUEUED,
        why=f"{payment.kind}: KES {payment.amount_kes} from {mask_phone(payment.phone)}",
    )


def _step(payment: Payment, turn: int, entry: HistoryEntry) -> AuditRecord:
    return AuditRecord(
        event=_event_id(payment.id, turn),
        kind=AuditKind.PAYMENT_STAYED if entry.before is entry.after else AuditKind.PAYMENT_MOVED,
        at=entry.at,
        actor=SPOKEN_BY[entry.said],
        who=_who(payment, entry),
        subject=payment.id,
        before=entry.before,
        after=entry.after,
        evidence=entry.evidence_id,
        word=entry.kind,
        why=entry.why,
        code=None if entry.code is None else tellable(entry.code),
        note=tellable(entry.note) or None,
    )


def _who(payment: Payment, entry: HistoryEntry) -> str | None:
    """The person behind a word. An admin's word has an id such as `admin:<user id>:<anything>`."""
    actor = SPOKEN_BY[entry.said]
    if actor is Actor.PAYER:
        return str(payment.user_id)
    speaker, _, rest = entry.evidence_id.partition(":")
    return rest.partition(":")[0] or None if actor is Actor.ADMIN and speaker == Actor.ADMIN else None
