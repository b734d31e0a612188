"""Refunds in MongoDB: asked for once, committed by compare-and-set, with what they hold on their payment.

Owns how a step becomes one write, and the transaction by which money is reserved and let go: at no moment
does a payment hold money for no refund, and at no moment is more held than was paid. Refuses to own what a
step may be (`payments.refunds.progress`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from datetime import datetime

from pymongo import ASCENDING
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.errors import DuplicateKeyError

from payments.notices import Notice
from payments.payment import State
from payments.refunds.ports import CodeTaken, NoRoom
from payments.refunds.progress import Hold, RefundStep
from payments.refunds.refund import PayoutClaim, Refund, RefundEntry, RefundState
from payments.values import ChatId, MessageId, PaymentId, RefundId
from storage.documents import PaymentDocument, RefundDocument, RefundEntryPart
from storage.errors import violated_key
from storage.moments import in_milliseconds
from storage.news import outbox_of
from storage.records import same_fields
from storage.shelf import Row, Session, Shelf, part_row, row_of
from storage.transactions import Transactions

_FIXED = frozenset({
    "id", "payment_id", "user_id", "chat_id", "phone", "title", "receipt", "amount_kes", "why", "remark",
    "requested_by", "requested_by_name", "created_at", "approval", "route", "originator_id",
})  # fmt: skip
"""Never changed after `add`."""
_FACTS = tuple(field.name for field in fields(Refund) if field.name not in _FIXED | {"history"})


class _Known(Exception):
    """This refund is kept already: the transaction is undone."""


class MongoRefundBook:
    """See `payments.refunds.ports.RefundBook`."""

    def __init__(
        self, refunds: Shelf[RefundDocument], payments: Shelf[PaymentDocument], transactions: Transactions
    ) -> None:
        self._refunds = refunds
        self._payments = payments
        self._transactions = transactions

    async def add(self, refund: Refund, notices: Sequence[Notice]) -> Refund:
        """See `RefundBook.add`."""
        document = document_of(refund, notices)

        async def act(session: AsyncClientSession) -> None:
            if not await self._refunds.insert(document, session):
                raise _Known
            await self._move(refund, Hold.TAKE, session)

        try:
            await self._transactions.run(act)
        except _Known:
            kept = await self.get(refund.id)
            if kept is None:
                raise ValueError(
                    f"refund {refund.id} is new, but its OriginatorConversationID is not"
                ) from None
            return kept
        return refund_of(document)

    async def get(self, refund_id: RefundId) -> Refund | None:
        """See `RefundBook.get`."""
        document = await self._refunds.one({"_id": refund_id})
        return document and refund_of(document)

    async def commit(self, step: RefundStep) -> bool:
        """See `RefundBook.commit`. A step that leaves the held money alone is one document's change."""
        try:
            if step.hold is Hold.KEEP and not step.settles:
                return await self._change(step)
            return await self._transactions.run(lambda session: self._change_both(step, session))
        except DuplicateKeyError as error:
            if "mpesa_code" in violated_key(error):
                raise CodeTaken(step.before.id) from error
            raise

    async def look_at(self, refund: Refund, at: datetime, *, ask_wanted: bool | None = None) -> bool:
        """See `RefundBook.look_at`."""
        facts: Row = {"next_at": in_milliseconds(at)}
        if ask_wanted is not None:
            facts["ask_wanted"] = ask_wanted
        unchanged = {"_id": refund.id, "version": refund.version}
        return await self._refunds.change(unchanged, {"$set": facts, "$inc": {"version": 1}})

    async def due(self, now: datetime, limit: int) -> Sequence[Refund]:
        """See `RefundBook.due`."""
        due: Row = {"next_at": {"$lte": now, "$type": "date"}}
        soonest = [("next_at", ASCENDING)]
        wanted = await self._refunds.many({"ask_wanted": True, **due}, soonest, limit)
        documents = {document.id: document for document in wanted}
        if len(documents) < limit:
            documents |= {each.id: each for each in await self._refunds.many(due, soonest, limit)} | documents
        return [refund_of(document) for document in documents.values()][:limit]

    async def next_due_at(self) -> datetime | None:
        """See `RefundBook.next_due_at`."""
        return await self._refunds.earliest("next_at")

    async def in_states(self, states: Collection[RefundState], limit: int) -> Sequence[Refund]:
        """See `RefundBook.in_states`."""
        wanted = {"state": {"$in": list(states)}}
        documents = await self._refunds.many(wanted, [("changed_at", ASCENDING)], limit)
        return [refund_of(document) for document in documents]

    async def of_payment(self, payment_id: PaymentId) -> Sequence[Refund]:
        """See `RefundBook.of_payment`. Bounded by the least a refund may be."""
        order = [("created_at", ASCENDING)]
        documents = await self._refunds.many({"payment_id": payment_id}, order, _MOST_OF_ONE)
        return [refund_of(document) for document in documents]

    async def shown_in(self, refund_id: RefundId, chat_id: ChatId) -> MessageId | None:
        """See `RefundBook.shown_in`."""
        document = await self._refunds.one({"_id": refund_id})
        return document.cards.get(str(chat_id)) if document else None

    async def show_in(self, refund_id: RefundId, chat_id: ChatId, message_id: MessageId) -> None:
        """See `RefundBook.show_in`. Says nothing about the refund's state, so its version stays."""
        await self._refunds.change({"_id": refund_id}, {"$set": {f"cards.{chat_id}": message_id}})

    # Writing.

    async def _change(self, step: RefundStep, session: Session = None) -> bool:
        before = step.before
        unchanged = {"_id": before.id, "state": before.state, "version": before.version}
        return await self._refunds.change(unchanged, _update_of(step), session=session)

    async def _change_both(self, step: RefundStep, session: AsyncClientSession) -> bool:
        if not await self._change(step, session):
            return False
        paid_back_kes = step.before.amount_kes if step.settles else 0
        await self._move(step.before, step.hold, session, paid_back_kes=paid_back_kes)
        return True

    async def _move(
        self, refund: Refund, hold: Hold, session: AsyncClientSession, *, paid_back_kes: int = 0
    ) -> None:
        """Change the sums on the payment. Money is taken only if it is free: the update itself sees to it."""
        wanted = {"_id": refund.payment_id, **(_so_much_is_free(refund) if hold is Hold.TAKE else {})}
        sums = {"refund_reserved_kes": _SIGNS[hold] * refund.amount_kes, "refunded_kes": paid_back_kes}
        if not await self._payments.change(wanted, {"$inc": sums}, session=session):
            raise NoRoom(await self._left_of(refund.payment_id))

    async def _left_of(self, payment_id: PaymentId) -> int:
        document = await self._payments.one({"_id": payment_id})
        if document is None or document.state is not State.PAID:
            return 0
        return (document.paid_kes or 0) - document.refund_reserved_kes


_MOST_OF_ONE = 1_000
_SIGNS = {Hold.KEEP: 0, Hold.TAKE: 1, Hold.TAKE_ANYWAY: 1, Hold.RELEASE: -1}


def _so_much_is_free(refund: Refund) -> Row:
    """The condition on the payment; money goes only to the phone that was prompted for it."""
    held: Row = {"$ifNull": ["$refund_reserved_kes", 0]}
    free: Row = {"$lte": [{"$add": [held, refund.amount_kes]}, "$paid_kes"]}
    return {"state": State.PAID, "phone": refund.phone, "$expr": free}


def document_of(refund: Refund, notices: Sequence[Notice] = ()) -> RefundDocument:
    """The document of a new refund, its first notices in the outbox."""
    document: RefundDocument = RefundDocument.model_validate(refund, from_attributes=True)
    document.outbox = outbox_of(notices, refund.version, refund.changed_at)
    document.log_due_at = refund.changed_at
    return document


def refund_of(document: RefundDocument) -> Refund:
    """The record of a document."""
    same = same_fields(Refund, document)
    same["claim"] = document.claim and PayoutClaim(**same_fields(PayoutClaim, document.claim))
    same["history"] = tuple(RefundEntry(**same_fields(RefundEntry, entry)) for entry in document.history)
    return Refund(**same)


def _update_of(step: RefundStep) -> Row:
    """Facts, history, notices and the audit trail's reminder, as one update."""
    row = row_of(RefundDocument.model_validate(replace(step.after, history=()), from_attributes=True))
    return {
        "$set": {name: row[name] for name in _FACTS if name in row}
        | {"log_due_at": in_milliseconds(step.entry.at)},
        "$unset": {name: "" for name in _FACTS if name not in row},
        "$push": _pushed(step),
    }


def _pushed(step: RefundStep) -> Row:
    pushed: Row = {"history": part_row(RefundEntryPart.model_validate(step.entry))}
    news = outbox_of(step.notices, step.after.version, step.entry.at)
    if news:
        pushed["outbox"] = {"$each": [part_row(notice) for notice in news]}
    return pushed
