"""Fee notes in MongoDB: numbered, opened by a code, never asked for more than their amount.

Owns the sums on a note: they change in the same transaction as the payment that changes them
(`storage.payment_book`). What a note is and what may be paid of it is `payments.billing.note`'s.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from pymongo import ASCENDING, DESCENDING
from pymongo.asynchronous.client_session import AsyncClientSession

from payments.billing.note import FeeNote, NoteCode, NoteState, Share
from payments.billing.ports import NoteFull
from payments.notices import Notice
from payments.ports import StoreUnavailable
from payments.values import NoteId, UserId
from storage.documents import FeeNoteDocument
from storage.moments import in_milliseconds
from storage.news import outbox_of
from storage.records import same_fields
from storage.shelf import Row, Shelf, part_row

MOST_TRIES = 60
"""Each time somebody else took the number; one of all who try always gets on."""
_PAUSE_S = 0.005
_LATEST_FIRST = [("seq", DESCENDING)]
_IS_DUE = {"$expr": {"$lt": ["$paid_kes", "$amount_kes"]}}


class MongoNoteBook:
    """See `payments.billing.ports.NoteBook`."""

    def __init__(self, shelf: Shelf[FeeNoteDocument]) -> None:
        self._shelf = shelf

    async def add(self, note: FeeNote) -> FeeNote:
        """See `NoteBook.add`. The number after the last is taken by whoever writes it first."""
        for turn in range(MOST_TRIES):
            if (kept := await self.get(note.id)) is not None:
                return kept
            document = _document_of(note, await self._last_seq() + 1)
            if await self._shelf.insert(document):
                return note_of(document)
            await asyncio.sleep(_PAUSE_S * turn)
        raise StoreUnavailable("too many write fee notes at once")

    async def get(self, note_id: NoteId) -> FeeNote | None:
        """See `NoteBook.get`."""
        document = await self._shelf.one({"_id": note_id})
        return document and note_of(document)

    async def by_code(self, code: NoteCode) -> FeeNote | None:
        """See `NoteBook.by_code`."""
        document = await self._shelf.one({"code": code})
        return document and note_of(document)

    async def claim(self, note_id: NoteId, client: UserId) -> bool:
        """See `NoteBook.claim`."""
        free = {"_id": note_id, "$or": [{"client": {"$exists": False}}, {"client": client}]}
        return await self._shelf.change(free, {"$set": {"client": client}})

    async def withdraw(self, note_id: NoteId) -> bool:
        """See `NoteBook.withdraw`."""
        is_open = {"_id": note_id, "state": NoteState.OPEN}
        gone = {"$set": {"state": NoteState.WITHDRAWN}, "$unset": {"remind_at": ""}, "$inc": {"version": 1}}
        return await self._shelf.change(is_open, gone)

    async def of_client(self, client: UserId, limit: int) -> Sequence[FeeNote]:
        """See `NoteBook.of_client`."""
        own = {"client": {"$eq": client, "$type": ["int", "long"]}, "state": NoteState.OPEN}
        return await self._many(own, _LATEST_FIRST, limit)

    async def of_matter(self, matter: str, limit: int) -> Sequence[FeeNote]:
        """See `NoteBook.of_matter`."""
        return await self._many({"matter": matter}, _LATEST_FIRST, limit)

    async def open_notes(self, limit: int) -> Sequence[FeeNote]:
        """See `NoteBook.open_notes`."""
        order = [("due_on", ASCENDING), ("seq", ASCENDING)]
        return await self._many({"state": NoteState.OPEN, **_IS_DUE}, order, limit)

    async def take_due_reminder(self, now: datetime, lease_s: float) -> FeeNote | None:
        """See `NoteBook.take_due_reminder`."""
        due = {"remind_at": {"$lte": now, "$type": "date"}}
        taken = {
            "$set": {"remind_at": in_milliseconds(now + timedelta(seconds=lease_s))},
            "$inc": {"version": 1},
        }
        document = await self._shelf.changed(due, taken, order=[("remind_at", ASCENDING)])
        return document and note_of(document)

    async def reminded(
        self, note: FeeNote, next_place: int, next_at: datetime | None, news: Notice | None
    ) -> bool:
        """See `NoteBook.reminded`."""
        facts: Row = {"reminded": next_place}
        update: Row = {"$set": facts, "$inc": {"version": 1}}
        if next_at is None:
            update["$unset"] = {"remind_at": ""}
        else:
            facts["remind_at"] = in_milliseconds(next_at)
        if news is not None and note.client is not None and note.remind_at is not None:
            facts["chat_id"] = note.client  # a private chat has its person's number (Telegram: Chat.id)
            update["$push"] = {"outbox": part_row(outbox_of([news], note.version, note.remind_at)[0])}
        return await self._shelf.change({"_id": note.id, "version": note.version}, update)

    # Together with payments.

    async def hold(self, note_id: NoteId, amount_kes: int, session: AsyncClientSession) -> None:
        """Hold so much for a new payment, only if it is free: the update itself sees to that.

        Raises:
            NoteFull: it is not.
        """
        taken: Row = {"$add": ["$paid_kes", "$held_kes", amount_kes]}
        wanted = {"_id": note_id, "state": NoteState.OPEN, "$expr": {"$lte": [taken, "$amount_kes"]}}
        if not await self._shelf.change(wanted, {"$inc": {"held_kes": amount_kes}}, session=session):
            document = await self._shelf.one({"_id": note_id})
            raise NoteFull(note_of(document).free_kes if document else 0)

    async def share(self, note_id: NoteId, change: Share, session: AsyncClientSession) -> None:
        """What became of a payment. A late success counts even where it makes the note more than full."""
        sums = {"held_kes": change.held_kes, "paid_kes": change.paid_kes}
        if not await self._shelf.change({"_id": note_id}, {"$inc": sums}, session=session):
            raise ValueError(f"a payment is for fee note {note_id}, which is not there")

    async def _many(self, wanted: Row, order: list[tuple[str, int]], limit: int) -> list[FeeNote]:
        return [note_of(document) for document in await self._shelf.many(wanted, order, limit)]

    async def _last_seq(self) -> int:
        last = await self._shelf.many({}, _LATEST_FIRST, 1)
        return last[0].seq if last else 0


def _document_of(note: FeeNote, seq: int) -> FeeNoteDocument:
    known = same_fields(FeeNote, note)
    del known["number"]
    due_on = note.due_on.isoformat() if note.due_on else None
    return FeeNoteDocument(**known | {"seq": seq, "due_on": due_on})


def note_of(document: FeeNoteDocument) -> FeeNote:
    """The record of a document."""
    known = document.model_dump(exclude={"seq", "due_on", "chat_id", "outbox", "revision_id"})
    due_on = date.fromisoformat(document.due_on) if document.due_on else None
    return FeeNote(**known | {"number": f"FN-{document.seq}", "due_on": due_on})
