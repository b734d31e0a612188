"""One movement of money, as the books see it, and the sums of many. Owns the shapes only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from payments.catalogue import FeeKind


class Direction(StrEnum):
    """Which way the money went."""

    PAID = "paid"
    REFUND = "refund"


class Method(StrEnum):
    """How M-Pesa moved it."""

    STK_PUSH = "stk_push"
    B2C = "b2c"
    REVERSAL = "reversal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One row of an export.

    Attributes:
        at: when the money moved; aware.
        amount_kes: signed: what came in is above zero, a refund below.
        fee: the kind of fee the payment was for; a refund has its payment's.
        receipt: M-Pesa's number of this very movement.
        refund_id: empty for a payment.
        phone_masked: masked already; no export holds a whole number.
        approved_by: who let a refund go out; empty for a payment.
    """

    at: datetime
    direction: Direction
    amount_kes: int
    fee: FeeKind
    title: str
    reference: str = ""
    receipt: str
    payment_id: str
    refund_id: str = ""
    client: str
    phone_masked: str
    method: Method
    approved_by: str = ""


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

    def add(self, movement: Movement) -> None:
        """Count one more."""
        if movement.direction is Direction.PAID:
            self.paid += 1
            self.paid_kes += movement.amount_kes
        else:
            self.refunds += 1
            self.refunded_kes += movement.amount_kes
