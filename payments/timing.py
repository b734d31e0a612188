"""How long things may take, and when the engine looks next. Pure: the time is handed in.

Owns the figures and the arithmetic of deadlines. Time moves a payment only where the table says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from payments.payment import Payment, State

_WHOLE_SECOND = timedelta(seconds=1)
"""Safaricom's own times have no fractions (Daraja: TransactionDate): the money may have moved a bit later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The figures. All in seconds.

    Attributes:
        queue_s: how long a payment may wait to be sent before it is called off.
        resend_s: pauses before a push that surely was not taken is tried again.
        sending_s: how long the answer to a push may take before it counts as lost.
        prompt_s: how long a prompt lives on the phone (Daraja: reports of 60 to 180).
        grace_s: how much later than the prompt's end its callback may still be on its way.
        repeat_s: M-Pesa refuses the same amount from the same phone within this (Daraja: result 17).
        line_s: for how long a phone counts as busy after a push whose fate is unknown.
        ladder_s: when Safaricom is asked, counted from the push.
        early_s: before this a "paid" from a query is not believed yet.
        ask_again_s: a person may have Safaricom asked again after this.
    """

    queue_s: float = 120.0
    resend_s: tuple[float, ...] = (3.0, 10.0, 20.0, 30.0)
    sending_s: float = 60.0
    prompt_s: float = 60.0
    grace_s: float = 20.0
    repeat_s: float = 120.0
    line_s: float = 120.0
    ladder_s: tuple[float, ...] = (20.0, 45.0, 75.0, 120.0, 300.0, 900.0, 3_600.0, 21_600.0, 86_400.0)
    early_s: float = 10.0
    ask_again_s: float = 12.0


def prompt_ends_at(payment: Payment, timing: Timing) -> datetime | None:
    """When the phone stops asking for the PIN; None before anything was sent."""
    return payment.claimed_at and payment.claimed_at + timedelta(seconds=timing.prompt_s)


def holds_line(payment: Payment, now: datetime, timing: Timing) -> bool:
    """Whether this payment's prompt may be on the phone now, so that no other may be sent to it."""
    if payment.state in {State.SENDING, State.PROMPTED}:
        return True
    if payment.state is not State.UNCLEAR or payment.claimed_at is None:
        return False
    return now < payment.claimed_at + timedelta(seconds=timing.line_s)


def repeat_free_at(payment: Payment, timing: Timing) -> datetime | None:
    """From when the same amount may be asked of the same phone again; None where this one is no hindrance.

    M-Pesa's rule speaks of transactions. So what surely moved no money hinders nothing, what may have moved
    some counts from its claim, and what was paid from its payment.
    """
    if payment.state in {State.QUEUED, State.UNPAID}:
        return None
    since = payment.claimed_at or payment.changed_at
    if payment.paid_at is not None:
        since = max(since, min(payment.paid_at + _WHOLE_SECOND, payment.changed_at))
    return since + timedelta(seconds=timing.repeat_s)


def holds_repeat(payment: Payment, now: datetime, timing: Timing) -> bool:
    """Whether another push of the same amount to the same phone would be too soon."""
    free_at = repeat_free_at(payment, timing)
    return free_at is not None and now < free_at


def can_be_asked_about(payment: Payment) -> bool:
    """Whether Safaricom can be asked: only by the id that its answer or callback gave us."""
    return payment.checkout_id is not None


def deadline_at(payment: Payment, now: datetime, timing: Timing) -> datetime | None:
    """When this state's time is over."""
    if payment.state is State.QUEUED:
        return _queue_ends_at(payment, timing)
    if payment.state is State.SENDING:
        return (payment.claimed_at or now) + timedelta(seconds=timing.sending_s)
    if payment.state is State.PROMPTED:
        return (payment.claimed_at or now) + timedelta(seconds=timing.prompt_s + timing.grace_s)
    if payment.state is State.UNCLEAR:
        last_s = timing.ladder_s[-1] + timing.grace_s if can_be_asked_about(payment) else timing.line_s
        return (payment.ladder_from or now) + timedelta(seconds=last_s)
    return None


def owes_a_question(payment: Payment, now: datetime, timing: Timing) -> bool:
    """Whether the ladder's last question was never put: the program may have been away all the while."""
    if payment.state is not State.UNCLEAR or not can_be_asked_about(payment):
        return False
    last_rung_at = (payment.ladder_from or now) + timedelta(seconds=timing.ladder_s[-1])
    return payment.asked_at is None or payment.asked_at < last_rung_at


def next_at(payment: Payment, now: datetime, timing: Timing) -> datetime | None:
    """When the engine looks at this payment next; `deadline_at` must be up to date."""
    if payment.state is State.QUEUED:
        return _resend_at(payment, now, timing)
    if payment.state in {State.PROMPTED, State.UNCLEAR}:
        return _earliest(_rung_at(payment, now, timing), payment.deadline_at)
    return payment.deadline_at


def _queue_ends_at(payment: Payment, timing: Timing) -> datetime:
    """What M-Pesa makes wait is given that time on top, but not for ever: others may be sent before it."""
    ends_at = payment.created_at + timedelta(seconds=timing.queue_s)
    if payment.not_before is None:
        return ends_at
    latest = ends_at + timedelta(seconds=2 * timing.repeat_s)
    return min(max(ends_at, payment.not_before + timedelta(seconds=timing.queue_s / 2)), latest)


def _resend_at(payment: Payment, now: datetime, timing: Timing) -> datetime:
    if payment.push_attempts == 0:
        return now
    pause_s = timing.resend_s[min(payment.push_attempts, len(timing.resend_s)) - 1]
    return now + timedelta(seconds=pause_s)


def _rung_at(payment: Payment, now: datetime, timing: Timing) -> datetime | None:
    if not can_be_asked_about(payment) or payment.ladder_from is None:
        return None
    if payment.claim and (payment.asked_at is None or payment.asked_at < payment.ladder_from):
        return now  # A success is claimed and nobody has asked since: ask before anything else.
    rungs = (payment.ladder_from + timedelta(seconds=rung_s) for rung_s in timing.ladder_s)
    return next((rung for rung in rungs if rung > now), None)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
