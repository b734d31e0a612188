"""/privacy and /mydata: what is kept of a person, all of it as a file, and forgetting what need not be kept.

Owns the commands and what the file holds. What the accounts need is never forgotten.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from bot import privacy_wording as wording
from bot.doing import Doing
from bot.incoming import Said, Who
from bot.menu import Menu
from bot.rich import said as escaped
from bot.screen import Screen
from bot.sender import Sender
from payments.admins import Admins, Deed
from payments.audited import tellable
from payments.billing.note import FeeNote
from payments.billing.ports import NoteBook
from payments.client import Client
from payments.payment import Payment
from payments.ports import ClientBook, DraftBook
from payments.questions import Question, QuestionBook
from payments.refunds.ports import RefundBook
from payments.refunds.refund import Refund
from payments.service import PaymentService

MOST_ROWS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy:
    """Tells people what is kept of them."""

    service: PaymentService
    clients: ClientBook
    drafts: DraftBook
    refunds: RefundBook
    notes: NoteBook
    questions: QuestionBook
    admins: Admins
    menu: Menu
    sender: Sender
    firm_name: str

    async def explain(self, said: Said) -> None:
        """What is kept, and why."""
        words = wording.PRIVACY(firm=escaped(self.firm_name))
        await self.sender.send(said.who.chat_id, Screen(text=words))

    async def command(self, said: Said) -> None:
        """`/mydata` for the file; `/mydata erase` to be forgotten, as far as that may be."""
        order = (said.text or "").split()[1:]
        if order[:1] != ["erase"]:
            async with self.sender.doing(said.who.chat_id, Doing.SENDING_DOCUMENT):
                await self._hand_out(said.who)
            return
        words = await self._erased(said.who) if order == ["erase", "yes"] else wording.ASK_ERASE()
        await self.sender.send(said.who.chat_id, Screen(text=words))

    async def _hand_out(self, who: Who) -> None:
        payments = await self.service.latest(who.user_id, MOST_ROWS)
        refunds = [refund for payment in payments for refund in await self._refunds_of(payment)]
        client = await self.clients.get(who.user_id)
        notes = await self.notes.of_client(who.user_id, MOST_ROWS)
        everything = {
            "telegram_number": who.user_id,
            "you": _client_row(client) if client else None,
            "payments": [_payment_row(payment) for payment in payments],
            "refunds": [_refund_row(refund) for refund in refunds],
            "questions": [
                _question_row(each) for each in await self.questions.of_client(who.user_id, MOST_ROWS)
            ],
            "fee_notes": [_note_row(note) for note in notes],
        }
        paper = json.dumps(everything, ensure_ascii=False, indent=2, default=_as_text).encode()
        await self.sender.hand_over(who.chat_id, paper, "my-data.json", wording.CAPTION())

    async def _refunds_of(self, payment: Payment) -> Iterable[Refund]:
        return await self.refunds.of_payment(payment.id) if payment.refund_reserved_kes else ()

    async def _erased(self, who: Who) -> str:
        if await self.service.open_payments(who.user_id):
            return wording.STILL_OPEN()
        draft = await self.drafts.of_chat(who.chat_id)
        if draft is not None:
            await self.drafts.drop(draft.chat_id, draft.id)
        await self.questions.forget(who.user_id)
        await self.clients.forget(who.user_id)
        if not await self.admins.may(who.user_id, Deed.SEE_REFUNDS):
            await self.menu.forget(who.chat_id)
        return wording.ERASED()


def _client_row(client: Client) -> dict[str, object]:
    return {
        "name": client.first_name,
        "mpesa_number": client.phone,
        "last_seen_at": client.seen_at,
        "reminders": client.reminders,
        "language": client.language,
        "agreed_at": client.agreed_at,
    }


def _payment_row(payment: Payment) -> dict[str, object]:
    """Other people's words are masked as in the audit trail: they may hold somebody else's number."""
    return {
        "id": payment.id,
        "for": payment.title,
        "reference": payment.reference,
        "on_behalf_of": payment.for_whom,
        "amount_kes": payment.amount_kes,
        "paid_kes": payment.paid_kes,
        "refunded_kes": payment.refunded_kes,
        "mpesa_number": payment.phone,
        "mpesa_receipt": payment.receipt,
        "state": payment.state,
        "begun_at": payment.created_at,
        "paid_at": payment.paid_at,
        "history": [
            {"at": entry.at, "heard": entry.said, "state": entry.after, "words": tellable(entry.note)}
            for entry in payment.history
        ],
    }


def _refund_row(refund: Refund) -> dict[str, object]:
    return {
        "id": refund.id,
        "of_payment": refund.payment_id,
        "amount_kes": refund.amount_kes,
        "state": refund.state,
        "asked_for_at": refund.created_at,
        "paid_out_at": refund.paid_out_at,
        "mpesa_code": refund.mpesa_code,
    }


def _question_row(question: Question) -> dict[str, object]:
    answers = [{"at": answer.at, "words": answer.words} for answer in question.answers]
    return {"at": question.asked_at, "words": question.words, "answers": answers}


def _note_row(note: FeeNote) -> dict[str, object]:
    return {
        "number": note.number,
        "matter": note.matter,
        "for": note.title,
        "amount_kes": note.amount_kes,
        "paid_kes": note.paid_kes,
        "due_on": note.due_on,
    }


def _as_text(value: object) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in this file")
