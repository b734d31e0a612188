"""One movement of money as a row of an export, and the sums of many. Owns the shapes only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from payments.catalogue import FeeKind
from payments.ledger import MoneyMoved
from payments.refunds.refund import Route
from payments.values import mask_phone


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


_METHODS = {None: Method.STK_PUSH, Route.B2C: Method.B2C, Route.REVERSAL: Method.REVERSAL}


def movement_of(moved: MoneyMoved) -> Movement:
    """The row of a movement: signed, and without a whole number."""
    is_refund = moved.refund_id is not None
    return Movement(
        at=moved.at,
        direction=Direction.REFUND if is_refund else Direction.PAID,
        amount_kes=-moved.amount_kes if is_refund else moved.amount_kes,
        fee=moved.kind,
        title=moved.title,
        reference=moved.reference,
        receipt=moved.mpesa_code,
        payment_id=moved.payment_id,
        refund_id=moved.refund_id or "",
        client=moved.client,
        phone_masked=mask_phone(moved.phone),
        method=_METHODS[moved.route],
        approved_by=moved.approved_by,
    )


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
