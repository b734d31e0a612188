"""The desk for receipts: gives them out, and tells anybody who holds a code whether it is genuine.

Owns who gets a receipt and what a stranger learns of one. How it looks on paper is `reports`'.
"""

from __future__ import annotations

from dataclasses import dataclass

from payments.billing.ports import NoteBook, ReceiptBook
from payments.billing.receipt import Genuine, IssuedReceipt, Seals, initials_of
from payments.payment import Payment, State
from payments.ports import ClientBook, Now, PaymentBook
from payments.service import NoSuchPayment
from payments.values import PaymentId, UserId


class NotPaid(Exception):
    """There is no receipt for what is not paid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenReceipt:
    """A receipt on its way to the client.

    Attributes:
        client: the payer's name, as far as it is known.
        matter, balance_due_kes: of the fee note it pays; empty and None where there is none.
        code: by which anybody can check it.
        copy: whether it was given out before.
    """

    receipt: IssuedReceipt
    payment: Payment
    client: str
    code: str
    copy: bool
    matter: str = ""
    balance_due_kes: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptDesk:
    """Gives out receipts. Every method may raise `StoreUnavailable`."""

    book: ReceiptBook
    payments: PaymentBook
    clients: ClientBook
    notes: NoteBook
    seals: Seals
    now: Now

    async def give(self, payment_id: PaymentId, to: UserId) -> GivenReceipt:
        """The receipt of one's own paid payment; from the second time on it is a copy.

        Raises:
            NoSuchPayment: there is none of this id, or it is somebody else's.
            NotPaid: it is not paid.
        """
        payment = await self.payments.get(payment_id)
        if payment is None or payment.user_id != to:
            raise NoSuchPayment(payment_id)
        if payment.state is not State.PAID:
            raise NotPaid(payment_id)
        receipt = await self.book.issue(payment.id, self.now())
        times = await self.book.hand_out(receipt.number)
        client = await self.clients.get(payment.user_id)
        note = await self.notes.get(payment.note_id) if payment.note_id else None
        return GivenReceipt(
            receipt=receipt,
            payment=payment,
            client=client.first_name if client else "",
            code=self.seals.code_of(receipt),
            copy=times > 1,
            matter=note.matter if note else "",
            balance_due_kes=note.due_kes if note else None,
        )

    async def look_up(self, code: str) -> Genuine | None:
        """What anybody may know of a receipt by its code; None when the code is none of ours."""
        number = self.seals.number_in(code)
        receipt = await self.book.get(number) if number is not None else None
        payment = await self.payments.get(receipt.payment_id) if receipt else None
        if receipt is None or payment is None or payment.state is not State.PAID:
            return None
        client = await self.clients.get(payment.user_id)
        return Genuine(
            number=receipt.number,
            amount_kes=payment.paid_kes or payment.amount_kes,
            refunded_kes=payment.refunded_kes,
            paid_at=payment.paid_at or payment.changed_at,
            mpesa_receipt=payment.receipt,
            initials=initials_of(client.first_name) if client else "",
        )
