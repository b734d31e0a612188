"""One step of a payment: a word is weighed, the table is read, the new record is worked out.

Owns how facts enter the record and what must be committed together (record, history, notices).
Pure; `storage` commits a step in one atomic write or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from payments import notices, timing
from payments.evidence import Evidence, EvidenceKind
from payments.lifecycle import Moves, Stays, decide
from payments.notices import Notice
from payments.payment import Claim, Doubt, HistoryEntry, Payment, State
from payments.reasons import Reason
from payments.timing import Timing
from payments.weigh import names_another_request, weigh

_K = EvidenceKind
_ANSWERS = frozenset({_K.QUERY_PAID, _K.QUERY_UNPAID, _K.QUERY_PENDING})
_CLAIM_WORDS = {
    _K.CALLBACK_PAID: Doubt.UNCONFIRMED,
    _K.CALLBACK_UNCONFIRMED: Doubt.UNCONFIRMED,
    _K.CALLBACK_MISMATCH: Doubt.MISMATCH,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What one word does: committed whole, if the payment is still at `before.version`."""

    before: Payment
    after: Payment
    entry: HistoryEntry
    notices: tuple[Notice, ...]
    holds_line: bool
    holds_repeat: bool = False

    @property
    def moved(self) -> bool:
        """Whether the state changed."""
        return self.before.state is not self.after.state


def advance(payment: Payment, evidence: Evidence, figures: Timing) -> Step:
    """Work out what `evidence` does to `payment`.

    Raises:
        ImpossibleEvidence: when nobody can truly say this of this payment now.
    """
    kind = weigh(payment, evidence, figures)
    rule = decide(payment.state, kind)
    entry = _entry(payment, evidence, kind, rule)
    after = _with_facts(payment, evidence, kind, entry)
    if isinstance(rule, Moves):
        after = _entered(payment, after, evidence, kind)
    after = _scheduled(after, evidence, figures)
    return Step(
        before=payment,
        after=after,
        entry=entry,
        notices=_notices(payment, after, evidence, rule),
        holds_line=timing.holds_line(after, evidence.at, figures),
        holds_repeat=timing.holds_repeat(after, evidence.at, figures),
    )


def _entry(
    payment: Payment, evidence: Evidence, kind: EvidenceKind, rule: Moves[State] | Stays
) -> HistoryEntry:
    after = rule.to if isinstance(rule, Moves) else payment.state
    is_no = isinstance(rule, Moves) and after is State.UNPAID
    return HistoryEntry(
        evidence_id=evidence.id,
        said=evidence.kind,
        kind=kind,
        at=evidence.at,
        before=payment.state,
        after=after,
        why=rule.why,
        code=evidence.code,
        note=evidence.note,
        reason=_reason_of_no(payment, evidence, kind) if is_no else None,
    )


def _with_facts(payment: Payment, evidence: Evidence, kind: EvidenceKind, entry: HistoryEntry) -> Payment:
    """Whatever the state: the version rises, ids are adopted once, an answered question is over."""
    known = replace(payment, version=payment.version + 1, history=(*payment.history, entry))
    if not names_another_request(payment, evidence):
        known = replace(
            known,
            checkout_id=payment.checkout_id or evidence.checkout_id,
            merchant_request_id=payment.merchant_request_id or evidence.merchant_request_id,
        )
    if evidence.kind in _ANSWERS:
        known = replace(known, asked_at=evidence.at, ask_wanted=False)
    if payment.state is State.PAID:
        return _with_receipt(known, evidence, kind)
    if kind is _K.ENGINE_HELD:
        return replace(known, reason=evidence.reason, not_before=_not_before(evidence))
    if _is_claim(payment, kind):
        known = replace(known, claim=_claim(evidence, kind), ladder_from=evidence.at)
    return known


def _not_before(evidence: Evidence) -> datetime | None:
    """Only where M-Pesa itself forbids it sooner is the time known; all else is tried again."""
    if evidence.reason is not Reason.REPEATED:
        return None
    return evidence.at + timedelta(seconds=evidence.retry_after_s or 0.0)


def _with_receipt(payment: Payment, evidence: Evidence, kind: EvidenceKind) -> Payment:
    """A payment found by asking has no receipt (Daraja: STK query reply); a later word may bring it."""
    if payment.receipt or kind not in {_K.CALLBACK_PAID, _K.STATEMENT_PAID}:
        return payment
    return replace(payment, receipt=evidence.receipt, paid_at=evidence.paid_at or payment.paid_at)


def _is_claim(payment: Payment, kind: EvidenceKind) -> bool:
    believed = kind is _K.CALLBACK_PAID and payment.state is not State.UNPAID
    return kind in _CLAIM_WORDS and not believed


def _claim(evidence: Evidence, kind: EvidenceKind) -> Claim:
    return Claim(
        doubt=_CLAIM_WORDS[kind],
        evidence_id=evidence.id,
        amount_kes=evidence.amount_kes,
        receipt=evidence.receipt,
        paid_at=evidence.paid_at,
    )


def _entered(before: Payment, after: Payment, evidence: Evidence, kind: EvidenceKind) -> Payment:
    entered = replace(after, state=after.history[-1].after, changed_at=evidence.at)
    enter = _ON_ENTRY.get(entered.state)
    return enter(before, entered, evidence, kind) if enter else entered


def _enter_sending(_: Payment, after: Payment, evidence: Evidence, __: EvidenceKind) -> Payment:
    return replace(after, claimed_at=evidence.at, ladder_from=evidence.at, reason=None, not_before=None)


def _enter_queued(_: Payment, after: Payment, evidence: Evidence, __: EvidenceKind) -> Payment:
    return replace(after, push_attempts=after.push_attempts + 1, claimed_at=None, reason=evidence.reason)


def _enter_unclear(before: Payment, after: Payment, evidence: Evidence, __: EvidenceKind) -> Payment:
    """The ladder goes on from the push, or starts anew where it had ended already."""
    begins_anew = before.state in {State.REVIEW, State.UNPAID} or after.ladder_from is None
    return replace(after, ladder_from=evidence.at if begins_anew else after.ladder_from, reason=None)


def _enter_review(before: Payment, after: Payment, evidence: Evidence, kind: EvidenceKind) -> Payment:
    return replace(after, reason=_review_reason(before, evidence, kind))


def _review_reason(before: Payment, evidence: Evidence, kind: EvidenceKind) -> Reason:
    if kind is _K.ANSWERS_DISAGREE:
        return Reason.ANSWERS_DISAGREE
    if kind is not _K.CALLBACK_MISMATCH:
        return Reason.NO_ANSWER
    if evidence.reason in {Reason.RECEIPT_REUSED, Reason.IDENTITY_DIFFERS}:
        return evidence.reason
    another = names_another_request(before, evidence)
    return Reason.IDENTITY_DIFFERS if another else Reason.AMOUNT_DIFFERS


def _enter_paid(before: Payment, after: Payment, evidence: Evidence, kind: EvidenceKind) -> Payment:
    claim = before.claim if kind is _K.QUERY_PAID else None
    return replace(
        after,
        paid_kes=evidence.amount_kes or after.amount_kes,
        receipt=evidence.receipt or (claim.receipt if claim else None),
        paid_at=evidence.paid_at or (claim.paid_at if claim else None) or evidence.at,
        paid_by=evidence.id,
        late=any(entry.after is State.UNPAID for entry in before.history),
        reason=None,
        claim=None,
    )


def _enter_unpaid(_: Payment, after: Payment, __: Evidence, ___: EvidenceKind) -> Payment:
    return replace(after, reason=after.history[-1].reason, claim=None)


def _reason_of_no(before: Payment, evidence: Evidence, kind: EvidenceKind) -> Reason:
    if kind is _K.DEADLINE_PASSED:
        return before.reason or Reason.NOT_SENT  # Why the last attempt was not taken.
    return evidence.reason or _REASON_OF_NO.get(kind, Reason.UNKNOWN)


_REASON_OF_NO = {
    _K.PAYER_CANCELLED: Reason.WITHDRAWN,
    _K.PUSH_NOT_SENT: Reason.NOT_SENT,
    _K.PUSH_REFUSED: Reason.REFUSED,
    _K.ADMIN_RESOLVED_UNPAID: Reason.RESOLVED,
}

_ON_ENTRY: dict[State, Callable[[Payment, Payment, Evidence, EvidenceKind], Payment]] = {
    State.QUEUED: _enter_queued,
    State.SENDING: _enter_sending,
    State.UNCLEAR: _enter_unclear,
    State.REVIEW: _enter_review,
    State.PAID: _enter_paid,
    State.UNPAID: _enter_unpaid,
}


def _scheduled(payment: Payment, evidence: Evidence, figures: Timing) -> Payment:
    timed = replace(payment, deadline_at=timing.deadline_at(payment, evidence.at, figures))
    next_at = timing.next_at(timed, evidence.at, figures)
    if next_at and payment.state is State.QUEUED and evidence.retry_after_s:
        next_at = max(next_at, evidence.at + timedelta(seconds=evidence.retry_after_s))
        next_at = min(next_at, timed.deadline_at or next_at)
    return replace(timed, next_at=next_at)


def _notices(
    before: Payment, after: Payment, evidence: Evidence, rule: Moves[State] | Stays
) -> tuple[Notice, ...]:
    if isinstance(rule, Moves):
        return notices.on_entry(after)
    return notices.on_stay(before, after, alert=rule.alert, answered=evidence.kind in _ANSWERS)
