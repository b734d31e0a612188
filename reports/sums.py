"""The sums of many movements. Owns their shape only; what a movement is belongs to `payments.ledger`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from payments.ledger import Direction, Movement


@dataclass(slots=True)
class Sums:
    """What the rows add up to; `refunded_kes` is below zero."""

    paid: int = 0
    paid_kes: int = 0
    refunds: int = 0
    refunded_kes: int = 0

    @property
    def net_kes(self) -> int:
        """What is left."""
        return self.paid_kes + self.refunded_kes

    @property
    def rows(self) -> int:
        """How many movements it is the sum of."""
        return self.paid + self.refunds

    def add(self, movements: Iterable[Movement]) -> None:
        """Count these, too."""
        paid = Direction.PAID
        for movement in movements:
            if movement.direction is paid:
                self.paid += 1
                self.paid_kes += movement.amount_kes
            else:
                self.refunds += 1
                self.refunded_kes += movement.amount_kes

    def include(self, other: Sums) -> None:
        """Count what those are the sums of, too."""
        self.paid += other.paid
        self.paid_kes += other.paid_kes
        self.refunds += other.refunds
        self.refunded_kes += other.refunded_kes
