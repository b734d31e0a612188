"""Telegram's updates in MongoDB: kept before they are acknowledged, worked in order, forgotten after a week.

Owns the right to work one: the chat itself is the lock, by a unique index over those that are being worked,
and the right ends with its lease. One that failed too often is kept until a person removes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pymongo import ASCENDING, DESCENDING
from pymongo.errors import DuplicateKeyError

from payments.audit import AuditRecord
from payments.ports import Now
from payments.updates import StoredUpdate
from payments.values import ChatId
from storage.documents import AuditNotePart, UpdateDocument, UpdateState
from storage.errors import store_errors
from storage.moments import in_milliseconds
from storage.shelf import Row, Shelf, part_row

MOST_LOOKED_AT = 5_000
"""Of a greater backlog the oldest come first: a look must not cost more the more there is."""


class MongoUpdateInbox:
    """See `payments.updates.UpdateInbox`."""

    def __init__(self, shelf: Shelf[UpdateDocument], now: Now) -> None:
        self._shelf = shelf
        self._now = now

    async def add(self, update: StoredUpdate, *, aside: str = "") -> bool:
        """See `UpdateInbox.add`."""
        document = UpdateDocument(
            id=update.update_id,
            chat_id=update.chat_id,
            raw=update.raw,
            attempts=update.attempts,
            state=UpdateState.ASIDE if aside else UpdateState.PENDING,
            why=aside,
            stored_at=self._now(),
        )
        return await self._shelf.insert(document)

    async def pending(self, limit: int) -> Sequence[StoredUpdate]:
        """See `UpdateInbox.pending`."""
        documents = await self._shelf.many({"state": UpdateState.PENDING}, [("_id", ASCENDING)], limit)
        return [_update_of(document) for document in documents]

    async def take(self, *, lease_s: float, busy: Sequence[ChatId], limit: int) -> Sequence[StoredUpdate]:
        """See `UpdateInbox.take`."""
        now = self._now()
        taken = []
        for key in await self._first_of_each_chat(now, busy, limit):
            document = await self._take_one(key, now, lease_s)
            if document is not None:
                taken.append(_update_of(document))
        return taken

    async def renew(self, held: Sequence[StoredUpdate], lease_s: float) -> Sequence[StoredUpdate]:
        """See `UpdateInbox.renew`."""
        longer = {"$set": {"until": self._in(lease_s)}}
        return [update for update in held if await self._shelf.change(_still_held(update), longer)]

    async def begin_again(self, update: StoredUpdate) -> bool:
        """See `UpdateInbox.begin_again`."""
        return await self._shelf.change(_still_held(update), {"$inc": {"attempts": 1}})

    async def done(self, update: StoredUpdate, notes: Sequence[AuditRecord] = ()) -> None:
        """See `UpdateInbox.done`."""
        await self._end(update, {"state": UpdateState.DONE, "finished_at": self._now()}, notes)

    async def set_aside(self, update: StoredUpdate, why: str, notes: Sequence[AuditRecord] = ()) -> None:
        """See `UpdateInbox.set_aside`."""
        await self._end(update, {"state": UpdateState.ASIDE, "why": why}, notes)

    async def give_back(self, update: StoredUpdate) -> None:
        """See `UpdateInbox.give_back`."""
        await self._shelf.change(_still_held(update), {"$inc": {"attempts": -1}, **_LET_GO})

    async def give_all_back(self) -> None:
        """End every lease; only for a store that nobody else works on. What was begun was an attempt."""
        held: Row = {"state": UpdateState.PENDING, "lane": {"$type": "string"}}
        with store_errors():
            await self._shelf.rows.update_many(held, _LET_GO)

    async def _first_of_each_chat(self, now: datetime, busy: Sequence[ChatId], limit: int) -> list[int]:
        """What is to be worked in each chat where nobody is at work. Those of no chat count as one chat's.

        Whatever was begun comes first, even if an older one arrived since: it still holds the chat.
        """
        steps: list[Row] = [
            {"$match": {"state": UpdateState.PENDING}},
            {"$sort": {"_id": ASCENDING}},
            {"$limit": MOST_LOOKED_AT},
            {"$sort": {"lane": DESCENDING, "_id": ASCENDING}},
            {"$group": {"_id": "$chat_id", "first": {"$first": "$_id"}, "until": {"$first": "$until"}}},
            {"$match": {"_id": {"$nin": list(busy)}, "$or": [{"until": None}, {"until": {"$lte": now}}]}},
            {"$sort": {"first": ASCENDING}},
            {"$limit": limit},
        ]
        with store_errors():
            found = await (await self._shelf.rows.aggregate(steps)).to_list()
        return [row["first"] for row in found]

    async def _take_one(self, update_id: int, now: datetime, lease_s: float) -> UpdateDocument | None:
        """None when another was faster, with this update or with another of the same chat."""
        free: Row = {
            "_id": update_id,
            "state": UpdateState.PENDING,
            "$or": [{"until": None}, {"until": {"$lte": now}}],
        }
        begun: Row = {
            "lane": {"$toString": {"$ifNull": ["$chat_id", "$_id"]}},
            "until": self._in(lease_s),
            "attempts": {"$add": ["$attempts", 1]},
            "fence": {"$add": [{"$ifNull": ["$fence", 0]}, 1]},
        }
        try:
            return await self._shelf.changed(free, [{"$set": begun}])
        except DuplicateKeyError:
            return None

    async def _end(self, update: StoredUpdate, facts: Row, notes: Sequence[AuditRecord]) -> None:
        if notes:
            parts = [part_row(AuditNotePart.model_validate(note)) for note in notes]
            facts |= {"notes": parts, "log_due_at": in_milliseconds(self._now())}
        await self._shelf.change(_still_held(update), {"$set": facts, **_LET_GO})

    def _in(self, pause_s: float) -> datetime:
        return in_milliseconds(self._now() + timedelta(seconds=pause_s))


_LET_GO: Row = {"$unset": {"lane": "", "until": ""}}


def _still_held(update: StoredUpdate) -> Row:
    """Only whoever took it last writes to it; anybody else's word comes too late and is dropped."""
    held = {"state": UpdateState.PENDING, "fence": update.fence, "lane": {"$type": "string"}}
    return {"_id": update.update_id, **held}


def _update_of(document: UpdateDocument) -> StoredUpdate:
    return StoredUpdate(
        update_id=document.id,
        chat_id=document.chat_id,
        raw=document.raw,
        attempts=document.attempts,
        fence=document.fence,
    )
