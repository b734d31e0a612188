"""The audit trail in MongoDB, and what waits in payments, refunds and updates to be entered.

Owns appending without a lock: an entry's number is its `_id`, so that of several writers one gets the next
number and the others read again; and the event's unique index keeps anything from being entered twice.
Refuses to own what an entry says and how it is hashed (`payments.audit`).
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, fields

from pydantic import ValidationError
from pymongo import ASCENDING, DESCENDING, UpdateOne
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError

from payments.audit import AuditEntry, AuditRecord, Head, Unreadable, chained
from payments.audit_ports import Waiting
from payments.audited import Unlogged, UnloggedNotes
from payments.ports import StoreUnavailable
from payments.refunds.audited import UnloggedRefund
from storage.documents import PaymentDocument, RefundDocument, TransactionLogDocument, UpdateDocument
from storage.errors import DUPLICATE_KEY, store_errors
from storage.long_reads import batches
from storage.payment_book import payment_of
from storage.records import same_fields
from storage.refund_book import refund_of
from storage.shelf import Row, Shelf

MOST_TRIES = 60
"""Each time somebody else was faster; one of all who try always gets on."""
_PAUSE_MS = 10
_MS_PER_S = 1_000
_RECORD = tuple(field.name for field in fields(AuditRecord))
_KNOWN = frozenset({"_id", "prev", "hash", *_RECORD})


class MongoAuditLog:
    """See `payments.audit_ports.AuditLog`."""

    def __init__(self, shelf: Shelf[TransactionLogDocument]) -> None:
        self._shelf = shelf

    async def enter(self, records: Sequence[AuditRecord]) -> None:
        """See `AuditLog.enter`."""
        wanted = list({record.event: record for record in records}.values())
        for turn in range(MOST_TRIES):
            if not wanted or await self._appended(wanted):
                return
            await asyncio.sleep(secrets.randbelow(1 + _PAUSE_MS * min(turn, 10)) / _MS_PER_S)
            wanted = await self._missing(wanted)
        raise StoreUnavailable("too many write to the audit trail at once")

    async def entries(self) -> AsyncGenerator[AuditEntry | Unreadable, None]:
        """See `AuditLog.entries`."""
        # Whoever stops at the first bad entry must leave no cursor behind.
        async with aclosing(batches(self._shelf.rows.find().sort("_id", ASCENDING))) as all_rows:
            async for rows in all_rows:
                for row in rows:
                    yield entry_of(row)

    async def head(self) -> Head:
        """See `AuditLog.head`. Taken as it stands: a forged last row must not silence the trail."""
        with store_errors():
            row = await self._shelf.rows.find_one(
                {"_id": {"$gt": 0}}, {"hash": True}, sort=[("_id", DESCENDING)]
            )
        return Head() if row is None else Head(int(row["_id"]), str(row.get("hash")))

    async def about(self, subjects: Sequence[str], limit: int) -> Sequence[AuditEntry | Unreadable]:
        """See `AuditLog.about`."""
        wanted = {"subject": {"$in": list(subjects)}}
        with store_errors():
            rows = await self._shelf.rows.find(wanted).sort("_id", DESCENDING).limit(limit).to_list()
        return [entry_of(row) for row in reversed(rows)]

    async def _appended(self, wanted: Sequence[AuditRecord]) -> bool:
        """Append all; False when a number or an event was taken, and then perhaps some of them."""
        rows = [_row(entry) for entry in chained(wanted, await self.head())]
        try:
            with store_errors():
                await self._shelf.rows.insert_many(rows, ordered=True)
        except BulkWriteError as error:
            if any(refused["code"] != DUPLICATE_KEY for refused in (error.details or {})["writeErrors"]):
                raise
            return False
        return True

    async def _missing(self, records: Sequence[AuditRecord]) -> list[AuditRecord]:
        named = {"event": {"$in": [record.event for record in records]}}
        with store_errors():
            known = set(await self._shelf.rows.distinct("event", named))
        return [record for record in records if record.event not in known]


def entry_of(row: Row) -> AuditEntry | Unreadable:
    """The entry that a row holds. A field nobody knows, or one that holds nothing, was put there by hand."""
    place = row["_id"]
    whole = isinstance(place, int) and not isinstance(place, bool)
    unreadable = Unreadable(int(place) if whole else None, str(place))
    if not row.keys() <= _KNOWN or None in row.values():
        return unreadable
    try:
        document = TransactionLogDocument.model_validate(row)
    except ValidationError:
        return unreadable
    record = AuditRecord(**same_fields(AuditRecord, document))
    return AuditEntry(seq=document.id, record=record, prev=document.prev, hash=document.hash)


def _row(entry: AuditEntry) -> Row:
    said = {name: getattr(entry.record, name) for name in _RECORD}
    row: Row = {name: value for name, value in said.items() if value is not None}
    return {"_id": entry.seq, **row, "prev": entry.prev, "hash": entry.hash}


@dataclass(frozen=True, slots=True)
class _Source:
    """One collection whose documents hold events, and how they are read."""

    rows: AsyncCollection[Row]
    read: Callable[[Row], Waiting]
    entered: Callable[[Waiting], UpdateOne]


class MongoAuditFeed:
    """See `payments.audit_ports.AuditFeed`. Of a history waits what it holds beyond what is logged."""

    def __init__(
        self,
        payments: Shelf[PaymentDocument],
        refunds: Shelf[RefundDocument],
        updates: Shelf[UpdateDocument],
    ) -> None:
        self._sources = {
            Unlogged: _Source(payments.rows, _unlogged, _history_entered),
            UnloggedRefund: _Source(refunds.rows, _unlogged_refund, _history_entered),
            UnloggedNotes: _Source(updates.rows, _unlogged_notes, _notes_entered),
        }

    async def waiting(self, limit: int) -> Sequence[Waiting]:
        """See `AuditFeed.waiting`: so many of each kind at most."""
        has_news = {"log_due_at": {"$type": "date"}}
        found: list[Waiting] = []
        for source in self._sources.values():
            with store_errors():
                rows = await source.rows.find(has_news).sort("log_due_at", ASCENDING).limit(limit).to_list()
            found += [source.read(row) for row in rows]
        return found

    async def entered(self, done: Sequence[Waiting]) -> None:
        """See `AuditFeed.entered`: the reminder goes only if the history has not grown since."""
        for kind, source in self._sources.items():
            updates = [source.entered(each) for each in done if isinstance(each, kind)]
            if updates:
                with store_errors():
                    await source.rows.bulk_write(updates, ordered=False)


def _unlogged(row: Row) -> Unlogged:
    document = PaymentDocument.model_validate(row)
    return Unlogged(payment_of(document), document.logged)


def _unlogged_refund(row: Row) -> UnloggedRefund:
    document = RefundDocument.model_validate(row)
    return UnloggedRefund(refund_of(document), document.logged)


def _unlogged_notes(row: Row) -> UnloggedNotes:
    document = UpdateDocument.model_validate(row)
    notes = (AuditRecord(**note.model_dump()) for note in document.notes)
    return UnloggedNotes(str(document.id), tuple(notes))


def _history_entered(each: Waiting) -> UpdateOne:
    """By pipeline: only there can one field depend on another."""
    grown = {"$gte": [{"$size": {"$ifNull": ["$history", []]}}, each.events]}
    done = {
        "logged": {"$max": ["$logged", each.events]},
        "log_due_at": {"$cond": [grown, "$log_due_at", "$$REMOVE"]},
    }
    return UpdateOne({"_id": each.subject}, [{"$set": done}])


def _notes_entered(each: Waiting) -> UpdateOne:
    return UpdateOne({"_id": int(each.subject)}, {"$unset": {"log_due_at": ""}})
