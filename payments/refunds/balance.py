"""The firm's balance at M-Pesa: one question an admin asked, and its answer.

Owns the records and when the float is low. Asking is Safaricom's asynchronous Account Balance (Daraja).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from payments.notices import Audience, Notice, Topic
from payments.values import ChatId, UserId

UTILITY = "Utility Account"
"""The account that payouts are paid from (Daraja: B2C payout)."""


class CheckState(StrEnum):
    """Where a question stands."""

    WANTED = "wanted"
    ASKED = "asked"
    KNOWN = "known"
    UNANSWERED = "unanswered"
    """Safaricom refused the question, or never answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """One account of the firm.

    The figure is the provider's own and may have cents: never summed with ours.
    """

    name: str
    available: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceAnswer:
    """What Safaricom said; `problem` is a sentence for the office when it said nothing of use."""

    at: datetime
    accounts: tuple[Account, ...] = ()
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceCheck:
    """One question.

    Attributes:
        id: 16 hex digits; part of the address at which the answer is awaited.
        next_at: when the engine looks next; None when it is over.
        ends_at: after this nobody waits any more.
    """

    id: str
    asked_by: UserId
    chat_id: ChatId
    created_at: datetime
    ends_at: datetime
    state: CheckState = CheckState.WANTED
    version: int = 0
    next_at: datetime | None = None
    answer: BalanceAnswer | None = None


def wanted(check_id: str, by: UserId, chat_id: ChatId, now: datetime, wait_s: float) -> BalanceCheck:
    """A new question; after `wait_s` nobody waits for its answer any more."""
    ends_at = now + timedelta(seconds=wait_s)
    return BalanceCheck(
        id=check_id, asked_by=by, chat_id=chat_id, created_at=now, ends_at=ends_at, next_at=now
    )


def asked(check: BalanceCheck) -> BalanceCheck:
    """Safaricom took the question."""
    return replace(check, state=CheckState.ASKED, version=check.version + 1, next_at=check.ends_at)


def put_off(check: BalanceCheck, now: datetime, pause_s: float) -> BalanceCheck:
    """It could not be asked now."""
    return replace(
        check, version=check.version + 1, next_at=min(now + timedelta(seconds=pause_s), check.ends_at)
    )


def answered(check: BalanceCheck, answer: BalanceAnswer) -> tuple[BalanceCheck, Notice]:
    """The answer, and the news for whoever asked."""
    state = CheckState.UNANSWERED if answer.problem else CheckState.KNOWN
    after = replace(check, state=state, version=check.version + 1, next_at=None, answer=answer)
    return after, _notice(after)


def float_of(answer: BalanceAnswer) -> Decimal | None:
    """What can be paid out: the Utility account's available sum, where the answer names it."""
    return next((a.available for a in answer.accounts if a.name.casefold() == UTILITY.casefold()), None)


def _notice(check: BalanceCheck) -> Notice:
    return Notice(
        id=f"balance:{check.id}:{check.state}",
        topic=Topic.BALANCE,
        subject=check.id,
        audience=Audience.ASKER,
        event=check.state,
    )
