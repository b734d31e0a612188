"""What is written into the audit trail of a refund: all that its history tells, and who asked for it.

Owns who spoke by which word and the ids by which an event is entered once; the rest is as with payments.
"""

from __future__ import annotations

from dataclasses import dataclass

from payments.audit import Actor, AuditKind, AuditRecord
from payments.audited import tellable
from payments.refunds.evidence import Word
from payments.refunds.refund import Refund, RefundEntry, RefundState
from payments.values import mask_phone

_W = Word

SPOKEN_BY: dict[Word, Actor] = {
    _W.ADMIN_APPROVED: Actor.ADMIN,
    _W.ADMIN_REJECTED: Actor.ADMIN,
    _W.ENGINE_CLAIMED: Actor.ENGINE,
    _W.PAYOUT_ACCEPTED: Actor.SAFARICOM_PAYOUT,
    _W.PAYOUT_REFUSED: Actor.SAFARICOM_PAYOUT,
    _W.PAYOUT_NOT_SENT: Actor.ENGINE,
    _W.PAYOUT_UNCERTAIN: Actor.ENGINE,
    _W.PAYOUT_SEEN_BEFORE: Actor.SAFARICOM_PAYOUT,
    _W.RESULT_PAID: Actor.SAFARICOM_CALLBACK,
    _W.RESULT_FAILED: Actor.SAFARICOM_CALLBACK,
    _W.RESULT_UNCLEAR: Actor.SAFARICOM_CALLBACK,
    _W.RESULT_UNCONFIRMED: Actor.SAFARICOM_CALLBACK,
    _W.RESULT_MISMATCH: Actor.SAFARICOM_CALLBACK,
    _W.QUEUE_TIMED_OUT: Actor.SAFARICOM_CALLBACK,
    _W.STATUS_ASKED: Actor.ENGINE,
    _W.STATUS_PAID: Actor.SAFARICOM_QUERY,
    _W.STATUS_FAILED: Actor.SAFARICOM_QUERY,
    _W.STATUS_PENDING: Actor.SAFARICOM_QUERY,
    _W.DEADLINE_PASSED: Actor.ENGINE,
    _W.ADMIN_RESOLVED_PAID: Actor.ADMIN,
    _W.ADMIN_RESOLVED_FAILED: Actor.ADMIN,
}
"""Whoever said it, by what was said; closed over the words."""


@dataclass(frozen=True, slots=True)
class UnloggedRefund:
    """A refund with events that are not entered yet; the first `logged` of them are."""

    refund: Refund
    logged: int

    @property
    def subject(self) -> str:
        """What the events are about."""
        return self.refund.id

    @property
    def events(self) -> int:
        """How many events there are by now: the request, and every word in its history."""
        return 1 + len(self.refund.history)

    def records(self) -> tuple[AuditRecord, ...]:
        """Those that are to be entered. History only grows, so that an event's number is its name."""
        steps = enumerate(self.refund.history, start=1)
        everything = (_requested(self.refund), *(_step(self.refund, turn, entry) for turn, entry in steps))
        return everything[self.logged :]


def _event_id(refund: Refund, turn: int) -> str:
    return f"refund:{refund.id}:{turn}"


def _requested(refund: Refund) -> AuditRecord:
    remark = f" ({tellable(refund.remark)})" if refund.remark else ""
    return AuditRecord(
        event=_event_id(refund, 0),
        kind=AuditKind.REFUND_REQUESTED,
        at=refund.created_at,
        actor=Actor.ADMIN,
        who=str(refund.requested_by),
        subject=refund.id,
        after=RefundState.REQUESTED,
        evidence=refund.originator_id,
        why=(
            f"KES {refund.amount_kes} of payment {refund.payment_id} to {mask_phone(refund.phone)}"
            f" by {refund.route}, {refund.why}{remark}; allowed by: {refund.approval}"
        ),
    )


def _step(refund: Refund, turn: int, entry: RefundEntry) -> AuditRecord:
    return AuditRecord(
        event=_event_id(refund, turn),
        kind=AuditKind.REFUND_STAYED if entry.before is entry.after else AuditKind.REFUND_MOVED,
        at=entry.at,
        actor=SPOKEN_BY[entry.said],
        who=None if entry.by is None else str(entry.by),
        subject=refund.id,
        before=entry.before,
        after=entry.after,
        evidence=entry.evidence_id,
        word=entry.kind,
        why=entry.why,
        code=None if entry.code is None else tellable(entry.code),
        note=tellable(entry.note) or None,
    )
