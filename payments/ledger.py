"""The ledger: every movement of money that the books know, payments in and refunds out, as plain records.

Owns the shape and the port. How an export looks is `reports`'.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

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


class Movement(NamedTuple):
    """One movement, in the order of an export's columns.

    Attributes:
        at: when the money moved, as Safaricom says; when that is not known, when we learned of it. Aware.
        amount_kes: signed: what came in is above zero, a refund below.
        fee: the kind of fee the payment was for; a refund has its payment's.
        receipt: M-Pesa's number of this very movement; empty while it is not known.
        payment_id: of a refund, the payment that it gives back.
        refund_id: empty for a payment.
        for_whom: whose fee it is, where it is not the payer's own.
        phone_masked: masked already; the ledger tells no whole number.
        approved_by: who let a refund go out; empty for a payment.
    """

    at: datetime
    direction: Direction
    amount_kes: int
    fee: FeeKind
    title: str
    reference: str
    receipt: str
    payment_id: str
    refund_id: str
    client: str
    for_whom: str
    phone_masked: str
    method: Method
    approved_by: str


class UnreadableMovement(ValueError):
    """A row of the books is not as it must be, and no figure is told in its place."""


class Ledger(Protocol):
    """Where movements are read."""

    def movements(self, since: datetime, until: datetime) -> AsyncIterator[Sequence[Movement]]:
        """Those that the books learned of in this time (`until` is left out), in that order, some at a time.

        However many there are, a bounded number of them is in memory. May raise `StoreUnavailable`.

        Raises:
            UnreadableMovement: it says which row and what is wrong.
        """
