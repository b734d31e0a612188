"""The business of a span of days as plain figures. Owns the shapes and what follows from them by arithmetic.

Days and hours are Nairobi's. Refunds and payments count when the books learned of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from payments.catalogue import FeeKind
from payments.reasons import Reason

K = TypeVar("K")


@dataclass(frozen=True, slots=True, kw_only=True)
class Takings:
    """Money of some span, kind or matter. Refunds count on the day on which they went out.

    Attributes:
        received_kes: what came in.
        payments: in how many payments.
        refunded_kes: what was paid back, as a number above zero.
        refunds: in how many refunds.
    """

    received_kes: int = 0
    payments: int = 0
    refunded_kes: int = 0
    refunds: int = 0

    @property
    def net_kes(self) -> int:
        """What is left; below zero where more was paid back than came in."""
        return self.received_kes - self.refunded_kes

    @property
    def average_kes(self) -> int:
        """An average payment in whole shillings; 0 where there was none."""
        return round(self.received_kes / self.payments) if self.payments else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Part(Generic[K]):
    """The takings of one kind, matter, day or hour."""

    key: K
    takings: Takings


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """How many payments ended unpaid for one reason."""

    reason: Reason
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """All there is to say about one span.

    Attributes:
        first: its first day.
        last: its last day, which is part of it.
        unpaid: how many payments ended with a definite no.
        failures: why; the commonest first.
        median_s: half of the payers took at most so long from Pay to paid; None where nobody paid.
        p95_s: 95 of 100 did.
        new_payers: people whose first payment ever lies in the span.
        returning_payers: people who paid in it and had paid before it; None where nobody counted them.
        by_day: every day of the span in order, empty ones included.
        by_hour: the 24 hours of a day, all days taken together; keys 0 to 23.
        by_kind: the greatest first.
        by_matter: the greatest first; the caller decides how many.
        is_behind: much has happened that is not added up yet, in this span or in another.
    """

    first: date
    last: date
    takings: Takings = Takings()
    unpaid: int = 0
    failures: tuple[Failure, ...] = ()
    median_s: float | None = None
    p95_s: float | None = None
    new_payers: int = 0
    returning_payers: int | None = None
    by_day: tuple[Part[date], ...] = ()
    by_hour: tuple[Part[int], ...] = ()
    by_kind: tuple[Part[FeeKind], ...] = ()
    by_matter: tuple[Part[str], ...] = ()
    is_behind: bool = False

    @property
    def success_rate(self) -> float | None:
        """The share of payments with an outcome that were paid, 0 to 1; None where none had one."""
        decided = self.takings.payments + self.unpaid
        return self.takings.payments / decided if decided else None


def change(now: float, before: float) -> float | None:
    """By what share it grew: 0.12 is twelve of a hundred more. None where there was nothing before."""
    return (now - before) / abs(before) if before else None
