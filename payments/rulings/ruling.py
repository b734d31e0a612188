"""A ruling: what an admin found out about a payment under review, and what another said to it.

Owns the records, the port, and the news of a ruling. It becomes the payment's truth only as evidence, through
the payment's own door (`payments.rulings.service`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from payments.notices import Audience, Notice, Topic
from payments.values import PaymentId, Receipt, UserId


class Outcome(StrEnum):
    """What the firm's M-Pesa statement shows."""

    PAID = "paid"
    UNPAID = "unpaid"


class RulingState(StrEnum):
    """Where a ruling stands."""

    PROPOSED = "proposed"
    AGREED = "agreed"
    DROPPED = "dropped"
    """Taken back, or another admin disagreed."""
    OVERTAKEN = "overtaken"
    """The payment was settled otherwise meanwhile, or the receipt turned out to be another's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What one admin found, and who decided on it.

    Attributes:
        id: made before the command is worked, so that the same update finds the same ruling.
        receipt, amount_kes: with `paid`: what the statement shows.
        paid_at: with `paid`, where it is known: when the money moved.
        why: in the admin's own words.
        alone: nobody else could decide on it when it was proposed.
    """

    id: str
    payment_id: PaymentId
    outcome: Outcome
    why: str
    by: UserId
    by_name: str
    created_at: datetime
    receipt: Receipt | None = None
    amount_kes: int | None = None
    paid_at: datetime | None = None
    alone: bool = False

    state: RulingState = RulingState.PROPOSED
    version: int = 0
    decided_by: UserId | None = None
    decided_by_name: str = ""
    decided_at: datetime | None = None


def notice_of(ruling: Ruling) -> Notice:
    """The office hears of every change."""
    return Notice(
        id=f"ruling:{ruling.id}:{ruling.state}",
        topic=Topic.RULING,
        subject=ruling.id,
        audience=Audience.ADMINS,
        event=ruling.state,
    )


class RulingBook(Protocol):
    """Where rulings are kept. Every method may raise `StoreUnavailable`."""

    async def add(self, ruling: Ruling, notice: Notice) -> Ruling | None:
        """Keep a new one and its news; the same again finds itself. None when another one is open."""

    async def get(self, ruling_id: str) -> Ruling | None:
        """Read one afresh."""

    async def decide(self, before: Ruling, after: Ruling, notice: Notice) -> bool:
        """Put the decision in its place, if it is still as `before` says."""
