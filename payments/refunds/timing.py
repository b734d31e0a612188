"""How long a refund's situations may take, and when the engine looks next. Pure: the time is handed in.

Owns the figures and the arithmetic of deadlines. Time moves a refund only where the table says so.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from payments.refunds.refund import Refund, RefundState, Route

_S = RefundState
HOUR_S = 3_600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundTiming:
    """The figures. All in seconds.

    Attributes:
        approval_s: how long a request may wait to be allowed before it lapses and its money is free again.
        cooling_s: how long the only admin may think again after allowing a refund alone.
        queue_s: how long an allowed refund may wait to be sent before it is called off.
        resend_s: pauses before a payout that surely was not taken is tried again.
        sending_s: how long the answer to a payout may take before it counts as lost.
        accepted_s: how long its result may take before nobody knows; a reversal may wait for a person at
            Safaricom.
        ladder_s: when Safaricom is asked, counted from the payout.
        grace_s: how long after the last question its answer may still be on its way.
        blind_s: after this a person looks at a refund that nobody can be asked about.
        ask_again_s: a person may have Safaricom asked again after this.
    """

    approval_s: float = 72 * HOUR_S
    cooling_s: float = 600.0
    queue_s: float = 24 * HOUR_S
    resend_s: tuple[float, ...] = (10.0, 60.0, 300.0, 900.0)
    sending_s: float = 60.0
    accepted_s: dict[Route, float] = field(
        default_factory=lambda: {Route.B2C: 900.0, Route.REVERSAL: 24 * HOUR_S}
    )
    ladder_s: tuple[float, ...] = (120.0, 600.0, HOUR_S, 6 * HOUR_S, 24 * HOUR_S)
    grace_s: float = 1_800.0
    blind_s: float = HOUR_S
    ask_again_s: float = 15.0


def can_be_asked_about(refund: Refund) -> bool:
    """Whether Safaricom can be asked: by an OriginatorConversationID that it knows."""
    return refund.claimed_at is not None and bool(refund.known_ids)


def deadline_at(refund: Refund, now: datetime, timing: RefundTiming) -> datetime | None:
    """When this state's time is over."""
    since = refund.claimed_at or now
    match refund.state:
        case _S.REQUESTED:
            return refund.created_at + timedelta(seconds=timing.approval_s)
        case _S.APPROVED:
            return _free_to_go_at(refund) + timedelta(seconds=timing.queue_s)
        case _S.SENDING:
            return since + timedelta(seconds=timing.sending_s)
        case _S.ACCEPTED:
            return since + timedelta(seconds=timing.accepted_s[refund.route])
        case _S.UNCLEAR:
            return _unclear_ends_at(refund, now, timing)
        case _:
            return None


def _unclear_ends_at(refund: Refund, now: datetime, timing: RefundTiming) -> datetime:
    if not can_be_asked_about(refund):
        return (refund.ladder_from or now) + timedelta(seconds=timing.blind_s)
    last_rung = _last_rung_at(refund, now, timing)
    return max(last_rung, refund.asked_at or last_rung) + timedelta(seconds=timing.grace_s)


def owes_a_question(refund: Refund, now: datetime, timing: RefundTiming) -> bool:
    """Whether the ladder's last question was never put: the program may have been away all the while."""
    if refund.state is not _S.UNCLEAR or not can_be_asked_about(refund):
        return False
    return refund.asked_at is None or refund.asked_at < _last_rung_at(refund, now, timing)


def _last_rung_at(refund: Refund, now: datetime, timing: RefundTiming) -> datetime:
    return (refund.ladder_from or now) + timedelta(seconds=timing.ladder_s[-1])


def next_at(refund: Refund, now: datetime, timing: RefundTiming) -> datetime | None:
    """When the engine looks at this refund next; `deadline_at` must be up to date."""
    if refund.state is _S.APPROVED:
        return max(_resend_at(refund, now, timing), refund.not_before or now)
    if refund.state in {_S.ACCEPTED, _S.UNCLEAR}:
        moments = (_rung_at(refund, now, timing), refund.deadline_at)
        return min((moment for moment in moments if moment is not None), default=None)
    return refund.deadline_at


def _free_to_go_at(refund: Refund) -> datetime:
    approved_at = refund.approved_at or refund.changed_at
    return max(approved_at, refund.not_before or approved_at)


def _resend_at(refund: Refund, now: datetime, timing: RefundTiming) -> datetime:
    if refund.attempts == 0:
        return now
    pause_s = timing.resend_s[min(refund.attempts, len(timing.resend_s)) - 1]
    return now + timedelta(seconds=pause_s)


def _rung_at(refund: Refund, now: datetime, timing: RefundTiming) -> datetime | None:
    if not can_be_asked_about(refund) or refund.ladder_from is None:
        return None
    if refund.claim and (refund.asked_at is None or refund.asked_at < refund.ladder_from):
        return now  # A success is claimed and nobody has asked since: ask before anything else.
    rungs = (refund.ladder_from + timedelta(seconds=rung_s) for rung_s in timing.ladder_s)
    return next((rung for rung in rungs if rung > now), None)
