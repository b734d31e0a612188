"""Payments in MongoDB: read, added once, committed by compare-and-set.

Owns how a step becomes one atomic write. Refuses to own what a step may be (`payments.progress`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from datetime import datetime

from pymongo import ASCENDING, DESCENDING
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import DuplicateKeyError

from payments.billing.note import share_of
from payments.notices import Notice
from payments.payment import Claim, HistoryEntry, Payment, State
from payments.ports import CheckoutTaken, LineTaken, ReceiptTaken, RepeatTooSoon
from payments.progress import Step
from payments.values import PaymentId, Receipt, UserId
from storage.documents import HistoryPart, PaymentDocument
from storage.errors import violated_key
from storage.fee_notes import MongoNoteBook
from storage.moments import in_milliseconds
from storage.news import outbox_of
from storage.records import same_fields
from storage.shelf import Row, Shelf, part_row, row_of
from storage.transactions import Transactions

_FIXED = frozenset({
    "id", "user_id", "chat_id", "kind", "title", "title_sw", "reference", "account_reference",
    "amount_kes", "phone", "created_at", "retry_of", "note_id",
    "for_whom",
})  # fmt: skip
"""Never changed after `add`."""
_NOT_BY_STEPS = frozenset({
    "history",  # only ever grows
    "message_id",  # the messenger's, at any time and whatever the version
    "refund_reserved_kes",  # what refunds hold, changed together with them
    "refunded_kes",
})  # fmt: skip
_FACTS = tuple(field.name for field in fields(Payment) if field.name not in _FIXED | _NOT_BY_STEPS)

_TAKEN: dict[str, type[ReceiptTaken | CheckoutTaken | LineTaken]] = {
    "receipt": ReceiptTaken,
    "checkout_id": CheckoutTaken,
    "line": LineTaken,
    "repeat_key": RepeatTooSoon,
}


class _Known(Exception):
    """This payment is kept already: the transaction is undone."""


class MongoPaymentBook:
    """See `payments.ports.PaymentBook`."""

    def __init__(
        self, shelf: Shelf[PaymentDocument], notes: MongoNoteBook, transactions: Transactions
    ) -> None:
        self._shelf = shelf
        self._notes = notes
        self._transactions = transactions

    async def add(self, payment: Payment, notices: Sequence[Notice]) -> Payment:
        """See `PaymentBook.add`."""
        document = document_of(payment, notices)
        if await self._inserted(document):
            return payment_of(document)
        kept = await self.get(payment.id)
        if kept is None:
            raise ValueError(f"payment {payment.id} is new, but holds what belongs to another payment")
        return kept

    async def get(self, payment_id: PaymentId) -> Payment | None:
        """See `PaymentBook.get`."""
        document = await self._shelf.one({"_id": payment_id})
        return document and payment_of(document)

    async def by_receipt(self, receipt: Receipt) -> Payment | None:
        """See `PaymentBook.by_receipt`."""
        document = await self._shelf.one(_held("receipt", receipt))
        return document and payment_of(document)

    async def commit(self, step: Step) -> bool:
        """See `PaymentBook.commit`."""
        before = step.before
        unchanged = {"_id": before.id, "state": before.state, "version": before.version}
        try:
            return await self._changed(unchanged, step)
        except DuplicateKeyError as error:
            for field in violated_key(error) & _TAKEN.keys():
                raise _TAKEN[field](before.id) from error
            raise

    async def _inserted(self, document: PaymentDocument) -> bool:
        """Keep it, and hold what it pays of a fee note, as one; False when one of its keys is taken."""
        note_id = document.note_id
        if note_id is None:
            return await self._shelf.insert(document)

        async def act(session: AsyncClientSession) -> None:
            if not await self._shelf.insert(document, session):
                raise _Known
            await self._notes.hold(note_id, document.amount_kes, session)

        try:
            await self._transactions.run(act)
        except _Known:
            return False
        return True

    async def _changed(self, unchanged: Row, step: Step) -> bool:
        """One document's change, unless a fee note's sums change with it."""
        note_id, change = step.before.note_id, share_of(step.after) - share_of(step.before)
        if note_id is None or not change:
            return await self._shelf.change(unchanged, _update_of(step))

        async def act(session: AsyncClientSession) -> bool:
            if not await self._shelf.change(unchanged, _update_of(step), session=session):
                return False
            await self._notes.share(note_id, change, session)
            return True

        return await self._transactions.run(act)

    async def look_at(self, payment: Payment, at: datetime, *, ask_wanted: bool | None = None) -> bool:
        """See `PaymentBook.look_at`."""
        facts: Row = {"next_at": in_milliseconds(at)}
        if ask_wanted is not None:
            facts["ask_wanted"] = ask_wanted
        unchanged = {"_id": payment.id, "version": payment.version}
        return await self._shelf.change(unchanged, {"$set": facts, "$inc": {"version": 1}})

    async def due(self, now: datetime, limit: int) -> Sequence[Payment]:
        """See `PaymentBook.due`."""
        due: Row = {"next_at": {"$lte": now, "$type": "date"}}
        order = [("next_at", ASCENDING)]
        wanted = await self._shelf.many({"ask_wanted": True} | due, order, limit)
        documents = {each.id: each for each in (*wanted, *await self._shelf.many(due, order, limit))}
        return [payment_of(document) for document in documents.values()][:limit]

    async def others_of_phone(self, payment: Payment) -> Sequence[Payment]:
        """See `PaymentBook.others_of_phone`."""
        held = [_held("line", payment.phone), _held("repeat_key", _repeat_key(payment))]
        others = {"_id": {"$ne": payment.id}, "$or": held}
        documents = await self._shelf.many(others, [("_id", ASCENDING)], 2)
        return [payment_of(document) for document in documents]

    async def let_go(self, payment: Payment, *, line: bool, repeat: bool) -> bool:
        """See `PaymentBook.let_go`. The version stays: what it holds is no part of the record."""
        unchanged = {"_id": payment.id, "version": payment.version}
        freed = {"line": line, "repeat_key": repeat}
        return await self._shelf.change(unchanged, {"$unset": {name: "" for name in freed if freed[name]}})

    async def next_due_at(self) -> datetime | None:
        """See `PaymentBook.next_due_at`."""
        return await self._shelf.earliest("next_at")

    async def in_states(self, states: Collection[State], limit: int) -> Sequence[Payment]:
        """Those in these states, the longest there first."""
        wanted = {"state": {"$in": list(states)}}
        documents = await self._shelf.many(wanted, [("changed_at", ASCENDING)], limit)
        return [payment_of(document) for document in documents]

    async def of_client(self, user_id: UserId, limit: int) -> Sequence[Payment]:
        """See `PaymentBook.of_client`."""
        documents = await self._shelf.many({"user_id": user_id}, [("created_at", DESCENDING)], limit)
        return [payment_of(document) for document in documents]


def document_of(payment: Payment, notices: Sequence[Notice] = ()) -> PaymentDocument:
    """The document of a new payment, its first notices in the outbox."""
    document: PaymentDocument = PaymentDocument.model_validate(payment, from_attributes=True)
    document.outbox = outbox_of(notices, payment.version, payment.changed_at)
    document.log_due_at = payment.changed_at
    return document


def payment_of(document: PaymentDocument) -> Payment:
    """The record of a document."""
    same = same_fields(Payment, document)
    same["claim"] = document.claim and Claim(**same_fields(Claim, document.claim))
    same["history"] = tuple(HistoryEntry(**same_fields(HistoryEntry, entry)) for entry in document.history)
    return Payment(**same)


def _update_of(step: Step) -> Row:
    """Facts, locks on the phone, history, notices and the audit trail's reminder, as one update."""
    after = PaymentDocument.model_validate(replace(step.after, history=()), from_attributes=True)
    after.line = step.after.phone if step.holds_line else None
    after.repeat_key = _repeat_key(step.after) if step.holds_repeat else None
    row = row_of(after)
    facts = (*_FACTS, "line", "repeat_key")
    return {
        "$set": {name: row[name] for name in facts if name in row}
        | {"log_due_at": in_milliseconds(step.entry.at)},
        "$unset": {name: "" for name in facts if name not in row},
        "$push": _pushed(step),
    }


def _repeat_key(payment: Payment) -> str:
    return f"{payment.phone}:{payment.amount_kes}"


def _held(field: str, value: str) -> Row:
    """Who holds it; the type is named so that the partial index can be used."""
    return {field: {"$eq": value, "$type": "string"}}


def _pushed(step: Step) -> Row:
    pushed: Row = {"history": part_row(HistoryPart.model_validate(step.entry))}
    news = outbox_of(step.notices, step.after.version, step.entry.at)
    if news:
        pushed["outbox"] = {"$each": [part_row(notice) for notice in news]}
    return pushed
