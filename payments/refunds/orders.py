"""What the office says to the door of refunds, and what the door says back: records and refusals.

Owns the shapes. What is done with them is `payments.refunds.service`'s.
"""

from __future__ import annotations

from dataclasses import dataclass

from payments.admins import Admin
from payments.payment import Payment
from payments.refunds.reasons import Why
from payments.refunds.refund import Approval, Refund, Route
from payments.values import PaymentId, RefundId


class NoSuchRefund(LookupError):
    """There is no such refund."""


class NotTheOne(Exception):
    """Whoever asked for this refund cannot be the one who allows it."""


class WrongProof(Exception):
    """What was typed is not what shows that the only admin means it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """What an admin wants given back.

    `id` is made before the last tap, so that a double tap finds the same refund.

    `proof` is what the only admin typed; empty where a second one decides.
    """

    id: RefundId
    payment_id: PaymentId
    amount_kes: int
    why: Why
    remark: str
    by: Admin
    proof: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prospect:
    """What a refund of so much would be, before anybody asks for it."""

    payment: Payment
    amount_kes: int
    route: Route
    approval: Approval

    @property
    def left_after_kes(self) -> int:
        """What could still be given back afterwards."""
        return self.payment.refundable_kes - self.amount_kes


@dataclass(frozen=True, slots=True)
class RefundRecorded:
    """What recording a word came to. `moved` is True only for the word that moved it."""

    refund: Refund
    moved: bool
