"""Who may do what in the office: the one question that is asked wherever an admin acts.

Owns the closed list of deeds, the admin who acts, and the port. It is asked when something is done, never
only when it was offered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from payments.values import ChatId, UserId


class Deed(StrEnum):
    """What only the office may do."""

    REQUEST_REFUND = "request_refund"
    DECIDE_REFUND = "decide_refund"
    SEE_REFUNDS = "see_refunds"
    SEE_BALANCE = "see_balance"
    EXPORT = "export"
    PAUSE = "pause"
    SEE_FIGURES = "see_figures"
    SEE_PAYMENTS = "see_payments"
    SEE_TRAIL = "see_trail"
    SETTLE_REVIEW = "settle_review"
    HEAR_NEWS = "hear_news"
    """To be told of what needs the office."""
    KEEP_ROLL = "keep_roll"
    KEEP_FEES = "keep_fees"
    BILL = "bill"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Admin:
    """An admin who acts, and by which update: the same act twice is one."""

    user_id: UserId
    name: str
    act: str


class NotAllowed(Exception):
    """This person may not do that, now."""

    def __init__(self, deed: Deed) -> None:
        super().__init__(deed)
        self.deed = deed


class Admins(Protocol):
    """The office. May raise `StoreUnavailable`."""

    async def may(self, user_id: UserId, deed: Deed) -> bool:
        """Whether this person may do this now."""

    async def who_may(self, deed: Deed) -> Sequence[UserId]:
        """Everybody who may."""

    async def chats(self) -> Sequence[ChatId]:
        """Where the office is told of things."""


async def require(admins: Admins, user_id: UserId, deed: Deed) -> None:
    """Go on only if this person may do this.

    Raises:
        NotAllowed: they may not.
    """
    if not await admins.may(user_id, deed):
        raise NotAllowed(deed)
