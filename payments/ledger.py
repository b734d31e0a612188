"""The ledger: every movement of money that the books know, payments in and refunds out, as plain records.

Owns the shape and the port. How an export looks is `reports`'.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from payments.catalogue import FeeKind
from payments.refunds.refund import Route
from payments.values import PaymentId, Phone, RefundId


@dataclass(frozen=True, slots=True, kw_only=True)
class MoneyMoved:
    """One movement.

    Attributes:
        at: when the money moved, as Safaricom says; when that is not known, when we learned of it.
        amount_kes: what moved, above zero whichever way.
        mpesa_code: M-Pesa's number of this very movement; empty while it is not known.
        refund_id, route, approved_by: of a refund; None and empty for a payment.
    """

    at: datetime
    amount_kes: int
    kind: FeeKind
    title: str
    reference: str
    mpesa_code: str
    payment_id: PaymentId
    client: str
    phone: Phone
    refund_id: RefundId | None = None
    route: Route | None = None
    approved_by: str = ""


class Ledger(Protocol):
    """Where movements are read."""

    def movements(self, since: datetime, until: datetime) -> AsyncIterator[MoneyMoved]:
        """Those that the books learned of in this time (`until` is left out), in that order.

        However many there are, a bounded number of them is in memory. May raise `StoreUnavailable`.
        """
