"""Where each kind of stored callback is taken in: one table from the kind of its address to a door.

Owns the table of readers and checks. A door reads the bytes, says them where they belong, and tells in a word
what came of it. Refuses to own whether anything is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from daraja.callbacks import check_stk, stk_evidence
from daraja.payout_callbacks import (
    balance_answer,
    check_any,
    check_result,
    queue_notice,
    result_evidence,
    status_evidence,
)
from payments.inbox import InboxRow
from payments.refunds import balance
from payments.refunds.evidence import RefundEvidence
from payments.refunds.orders import NoSuchRefund
from payments.refunds.ports import BalanceBook
from payments.refunds.service import RefundService
from payments.service import NoSuchPayment, PaymentService
from payments.values import PaymentId, RefundId

CHECKS: dict[str, Callable[[bytes], None]] = {
    "stk": check_stk,
    "b2c": check_result,
    "reversal": check_result,
    "timeout": check_any,
    "status": check_any,
    "balance": check_any,
}
"""What a body must look like to be acknowledged, by the kind in its address."""

REFUND_READERS: dict[str, Callable[[InboxRow], RefundEvidence]] = {
    "b2c": result_evidence,
    "reversal": result_evidence,
    "timeout": queue_notice,
    "status": status_evidence,
}


class NobodyThere(LookupError):
    """What the row is about does not exist."""


class Door(Protocol):
    """Takes in rows of one kind."""

    async def take_in(self, row: InboxRow) -> str:
        """Say what the row says; return what came of it, for people.

        Raises:
            BadCallback: it cannot be read.
            NobodyThere: there is nothing that it could be about.
            ImpossibleEvidence: nobody can truly say this now.
            StoreUnavailable: nothing is known of it.
        """


@dataclass(frozen=True, slots=True)
class PaymentDoor:
    """Callbacks of pushes."""

    service: PaymentService

    async def take_in(self, row: InboxRow) -> str:
        """See `Door.take_in`."""
        evidence = stk_evidence(row)
        try:
            recorded = await self.service.record(PaymentId(row.subject), evidence)
        except NoSuchPayment:
            raise NobodyThere("there is no such payment") from None
        entry = next(e for e in recorded.payment.history if e.evidence_id == evidence.id)
        return f"{entry.kind}: {entry.before} to {entry.after}"


@dataclass(frozen=True, slots=True)
class RefundDoor:
    """Results of payouts and reversals, notices of the queue, answers about their status."""

    service: RefundService
    read: Callable[[InboxRow], RefundEvidence]

    async def take_in(self, row: InboxRow) -> str:
        """See `Door.take_in`."""
        evidence = self.read(row)
        try:
            recorded = await self.service.record(RefundId(row.subject), evidence)
        except NoSuchRefund:
            raise NobodyThere("there is no such refund") from None
        entry = next(e for e in recorded.refund.history if e.evidence_id == evidence.id)
        return f"{entry.kind}: {entry.before} to {entry.after}"


@dataclass(frozen=True, slots=True)
class BalanceDoor:
    """Answers to questions for the balance. The first counts."""

    book: BalanceBook
    poke: Callable[[], None]

    async def take_in(self, row: InboxRow) -> str:
        """See `Door.take_in`."""
        check = await self.book.get(row.subject)
        if check is None:
            raise NobodyThere("nobody asked that")
        if check.answer is not None:
            return "answered before"
        settled = await self.book.settle(check, *balance.answered(check, balance_answer(row)))
        if not settled:
            return await self.take_in(row)
        self.poke()
        return "answered"


def doors(
    payments: PaymentService,
    refunds: RefundService | None = None,
    balances: BalanceBook | None = None,
    poke: Callable[[], None] = lambda: None,
) -> Mapping[str, Door]:
    """The doors of a program; without refunds only that of pushes."""
    found: dict[str, Door] = {"stk": PaymentDoor(payments)}
    if refunds is not None:
        found |= {kind: RefundDoor(refunds, read) for kind, read in REFUND_READERS.items()}
    if balances is not None:
        found["balance"] = BalanceDoor(balances, poke)
    return found
