"""One step of a refund: a word is weighed, the table is read, the new record is worked out.

Owns how facts enter the record, what becomes of the money held on the payment, and what must be committed
together (record, hold, history, notices). Pure; `storage` commits a step in one transaction or not at all.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto

from payments.notices import Notice
from payments.refunds import notices, timing
from payments.refunds.evidence import RefundEvidence, Word
from payments.refunds.lifecycle import decide
from payments.refunds.reasons import Obstacle
from payments.refunds.refund import RELEASED, PayoutClaim, Refund, RefundEntry, RefundState
from payments.refunds.timing import RefundTiming
from payments.refunds.weigh import names_another, weigh
from payments.table import Moves, Stays

_W = Word
_S = RefundState
_ANSWERS = frozenset({_W.STATUS_PAID, _W.STATUS_FAILED, _W.STATUS_PENDING})
_CLAIM_WORDS = frozenset({_W.RESULT_PAID, _W.RESULT_UNCONFIRMED})


class Hold(Enum):
    """What a step does to the money that the payment keeps for this refund."""

    KEEP = auto()
    TAKE = auto()
    """Only if so much is still free; otherwise the step is refused."""
    TAKE_ANYWAY = auto()
    """The money is gone and a person said so: the books must show it, even if it is too much."""
    RELEASE = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundStep:
    """What one word does: committed whole, if the refund is still at `before.version`."""

    before: Refund
    after: Refund
    entry: RefundEntry
    notices: tuple[Notice, ...]
    hold: Hold

    @property
    def moved(self) -> bool:
        """Whether the state changed."""
        return self.before.state is not self.after.state

    @property
    def settles(self) -> bool:
        """Whether the money is now known to have gone out."""
        return self.moved and self.after.state is _S.PAID_OUT


def advance(refund: Refund, evidence: RefundEvidence, figures: RefundTiming) -> RefundStep:
    """Work out what `evidence` does to `refund`.

    Raises:
        ImpossibleEvidence: when nobody can truly say this of this refund now.
    """
    kind = weigh(refund, evidence)
    rule = decide(refund.state, kind)
    entry = _entry(refund, evidence, kind, rule)
    after = _with_facts(refund, evidence, kind, entry)
    if isinstance(rule, Moves):
        after = _entered(refund, after, evidence, kind)
    hold = _hold(refund, after, evidence)
    after = _scheduled(replace(after, holds=_holds(refund, hold)), evidence, figures)
    told = notices.on_step(refund, after, rule, answered=evidence.kind in _ANSWERS)
    return RefundStep(before=refund, after=after, entry=entry, notices=told, hold=hold)


def _entry(
    refund: Refund, evidence: RefundEvidence, kind: Word, rule: Moves[RefundState] | Stays
) -> RefundEntry:
    return RefundEntry(
        evidence_id=evidence.id,
        said=evidence.kind,
        kind=kind,
        at=evidence.at,
        before=refund.state,
        after=rule.to if isinstance(rule, Moves) else refund.state,
        why=rule.why,
        by=evidence.by,
        code=evidence.code,
        note=evidence.note,
    )


def _with_facts(refund: Refund, evidence: RefundEvidence, kind: Word, entry: RefundEntry) -> Refund:
    """Whatever the state: the version rises, ids are adopted once, an answered question is over."""
    known = replace(refund, version=refund.version + 1, history=(*refund.history, entry))
    if evidence.kind in {_W.PAYOUT_ACCEPTED, _W.PAYOUT_SEEN_BEFORE}:
        known = replace(
            known,
            conversation_id=refund.conversation_id or evidence.conversation_id,
            provider_originator_id=refund.provider_originator_id or evidence.originator_id,
        )
    if evidence.kind is _W.STATUS_ASKED:
        known = replace(known, asked_at=evidence.at)
    if evidence.kind in _ANSWERS:
        known = replace(known, ask_wanted=False)
    if refund.state is not _S.PAID_OUT and _is_claim(refund, kind):
        known = replace(known, claim=_claim(evidence), ladder_from=evidence.at)
    if refund.state is _S.PAID_OUT and kind in {_W.RESULT_PAID, _W.STATUS_PAID}:
        known = replace(known, mpesa_code=refund.mpesa_code or evidence.mpesa_code)
    return known


def _is_claim(refund: Refund, kind: Word) -> bool:
    believed = kind is _W.RESULT_PAID and refund.state not in RELEASED
    return kind in _CLAIM_WORDS and not believed


def _claim(evidence: RefundEvidence) -> PayoutClaim:
    return PayoutClaim(
        evidence_id=evidence.id,
        amount_kes=evidence.amount_kes,
        mpesa_code=evidence.mpesa_code,
        paid_out_at=evidence.paid_out_at,
    )


def _entered(before: Refund, after: Refund, evidence: RefundEvidence, kind: Word) -> Refund:
    entered = replace(after, state=after.history[-1].after, changed_at=evidence.at)
    enter = _ON_ENTRY.get(entered.state)
    return enter(before, entered, evidence, kind) if enter else entered


def _enter_approved(_: Refund, after: Refund, evidence: RefundEvidence, kind: Word) -> Refund:
    if kind is _W.ADMIN_APPROVED:
        return replace(
            after,
            approved_by=evidence.by,
            approved_by_name=evidence.by_name,
            approved_at=evidence.at,
            not_before=evidence.not_before,
        )
    return replace(
        after, attempts=after.attempts + 1, claimed_at=None, ladder_from=None, obstacle=evidence.obstacle
    )


def _enter_sending(_: Refund, after: Refund, evidence: RefundEvidence, __: Word) -> Refund:
    return replace(after, claimed_at=evidence.at, ladder_from=evidence.at, obstacle=None)


def _enter_unclear(before: Refund, after: Refund, evidence: RefundEvidence, __: Word) -> Refund:
    """The ladder goes on from the payout, or starts anew where it had ended already."""
    anew = before.state in RELEASED | {_S.REVIEW} or after.ladder_from is None
    claimed_at = after.claimed_at or evidence.at
    return replace(
        after, ladder_from=evidence.at if anew else after.ladder_from, claimed_at=claimed_at, obstacle=None
    )


def _enter_review(before: Refund, after: Refund, evidence: RefundEvidence, kind: Word) -> Refund:
    return replace(after, obstacle=_review_obstacle(before, evidence, kind))


def _review_obstacle(before: Refund, evidence: RefundEvidence, kind: Word) -> Obstacle:
    if kind is not _W.RESULT_MISMATCH:
        return Obstacle.NO_ANSWER
    if evidence.obstacle in {Obstacle.CODE_REUSED, Obstacle.NO_ROOM}:
        return evidence.obstacle
    if names_another(before, evidence):
        return Obstacle.IDENTITY_DIFFERS
    if evidence.obstacle is Obstacle.ALREADY_REVERSED:
        return evidence.obstacle
    says_paid = evidence.kind in {_W.RESULT_PAID, _W.STATUS_PAID, _W.RESULT_MISMATCH}
    return Obstacle.AMOUNT_DIFFERS if says_paid else Obstacle.ANSWERS_DISAGREE


def _enter_paid_out(before: Refund, after: Refund, evidence: RefundEvidence, kind: Word) -> Refund:
    claim = before.claim if kind is _W.STATUS_PAID else None
    return replace(
        after,
        mpesa_code=evidence.mpesa_code or (claim.mpesa_code if claim else None),
        paid_out_at=evidence.paid_out_at or (claim.paid_out_at if claim else None) or evidence.at,
        paid_out_by=evidence.id,
        obstacle=None,
        claim=None,
    )


def _enter_released(before: Refund, after: Refund, evidence: RefundEvidence, kind: Word) -> Refund:
    default = before.obstacle or Obstacle.NOT_SENT if kind is _W.DEADLINE_PASSED else Obstacle.UNKNOWN
    obstacle = evidence.obstacle or _OBSTACLE_OF_NO.get((after.state, kind), default)
    return replace(after, obstacle=obstacle, claim=None)


_OBSTACLE_OF_NO = {
    (_S.REJECTED, _W.ADMIN_REJECTED): Obstacle.REJECTED,
    (_S.REJECTED, _W.DEADLINE_PASSED): Obstacle.NOBODY_APPROVED,
    (_S.FAILED, _W.PAYOUT_REFUSED): Obstacle.REFUSED,
    (_S.FAILED, _W.PAYOUT_NOT_SENT): Obstacle.NOT_SENT,
    (_S.FAILED, _W.STATUS_FAILED): Obstacle.DECLINED,
    (_S.FAILED, _W.ADMIN_RESOLVED_FAILED): Obstacle.RESOLVED,
}

_ON_ENTRY: dict[RefundState, Callable[[Refund, Refund, RefundEvidence, Word], Refund]] = {
    _S.APPROVED: _enter_approved,
    _S.SENDING: _enter_sending,
    _S.UNCLEAR: _enter_unclear,
    _S.REVIEW: _enter_review,
    _S.PAID_OUT: _enter_paid_out,
    _S.REJECTED: _enter_released,
    _S.FAILED: _enter_released,
}


def _hold(before: Refund, after: Refund, evidence: RefundEvidence) -> Hold:
    """Money is let go by a definite no alone, and taken again when that no proves wrong."""
    if after.state in RELEASED:
        return Hold.RELEASE if before.holds else Hold.KEEP
    if before.holds or before.state is after.state or evidence.obstacle is Obstacle.NO_ROOM:
        return Hold.KEEP
    return Hold.TAKE_ANYWAY if evidence.kind is _W.ADMIN_RESOLVED_PAID else Hold.TAKE


def _holds(before: Refund, hold: Hold) -> bool:
    return before.holds if hold is Hold.KEEP else hold is not Hold.RELEASE


def _scheduled(refund: Refund, evidence: RefundEvidence, figures: RefundTiming) -> Refund:
    timed = replace(refund, deadline_at=timing.deadline_at(refund, evidence.at, figures))
    next_at = timing.next_at(timed, evidence.at, figures)
    if next_at and evidence.retry_after_s and refund.state is _S.APPROVED:
        next_at = max(next_at, evidence.at + timedelta(seconds=evidence.retry_after_s))
    if next_at and timed.deadline_at:
        next_at = min(next_at, timed.deadline_at)
    if evidence.kind is _W.PAYOUT_SEEN_BEFORE and refund.state in {_S.ACCEPTED, _S.UNCLEAR}:
        next_at = evidence.at  # What became of the earlier call is asked at once.
    return replace(timed, next_at=next_at)
