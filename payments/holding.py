"""Why a payment that could be sent must wait: the phone is taken, or the amount was just asked of it.

Owns the judgement over other payments of the same phone. Pure; who they are is read by the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from payments.payment import Payment
from payments.reasons import Reason
from payments.timing import Timing, holds_line, holds_repeat, repeat_free_at

_NOT_WORTH_TELLING_S = 1.0


@dataclass(frozen=True, slots=True)
class Hold:
    """A push must wait `wait_s` seconds, then it is looked at again."""

    reason: Reason
    wait_s: float


def hold_by_others(
    payment: Payment, others: Sequence[Payment], now: datetime, figures: Timing, *, line_pause_s: float
) -> Hold | None:
    """What the other payments of this phone make this one wait for.

    The open prompt comes first: when the same amount may be asked again is known only after it has ended.
    """
    if any(holds_line(other, now, figures) for other in others):
        return Hold(Reason.LINE_BUSY, line_pause_s)
    same = [other for other in others if other.amount_kes == payment.amount_kes]
    free_at = max((moment for other in same if (moment := repeat_free_at(other, figures))), default=now)
    wait_s = (free_at - now).total_seconds()
    return Hold(Reason.REPEATED, wait_s) if wait_s > 0 else None


def is_over(other: Payment, now: datetime, figures: Timing) -> tuple[bool, bool]:
    """Whether it no longer holds the phone, and the phone for its amount."""
    return not holds_line(other, now, figures), not holds_repeat(other, now, figures)


def is_news(payment: Payment, hold: Hold, now: datetime) -> bool:
    """Whether the payer should be told: of another reason, or of another time."""
    if hold.reason is Reason.IN_LINE and hold.wait_s < _NOT_WORTH_TELLING_S:
        return False
    if payment.reason is not hold.reason:
        return True
    if hold.reason is not Reason.REPEATED or payment.not_before is None:
        return False
    differs = payment.not_before - now - timedelta(seconds=hold.wait_s)
    return abs(differs.total_seconds()) > _NOT_WORTH_TELLING_S
