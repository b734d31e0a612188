"""Telegram's updates in MongoDB: kept before they are acknowledged, worked in order, forgotten after a week.

One that failed too often is kept until a person removes it.
"""

from __future__ import annotations

from collections.abc import Sequence

from pymongo import ASCENDING

from payments.ports import Now, StoredUpdate
from storage.documents import UpdateDocument, UpdateState
from storage.shelf import Row, Shelf


class MongoUpdateInbox:
    """See `payments.ports.UpdateInbox`."""

    def __init__(self, shelf: Shelf[UpdateDocument], now: Now) -> None:
        self._shelf = shelf
        self._now = now

    async def add(self, update: StoredUpdate) -> bool:
        """See `UpdateInbox.add`."""
        document = UpdateDocument(
            id=update.update_id,
            chat_id=update.chat_id,
            raw=update.raw,
            attempts=update.attempts,
            stored_at=self._now(),
        )
        return await self._shelf.insert(document)

    async def pending(self, limit: int) -> Sequence[StoredUpdate]:
        """See `UpdateInbox.pending`."""
        documents = await self._shelf.many({"state": UpdateState.PENDING}, [("_id", ASCENDING)], limit)
        return [_update_of(document) for document in documents]

    async def begin(self, update_id: int) -> bool:
        """See `UpdateInbox.begin`."""
        return await self._shelf.change(_pending(update_id), {"$inc": {"attempts": 1}})

    async def done(self, update_id: int) -> None:
        """See `UpdateInbox.done`."""
        facts = {"state": UpdateState.DONE, "finished_at": self._now()}
        await self._shelf.change(_pending(update_id), {"$set": facts})

    async def set_aside(self, update_id: int, why: str) -> None:
        """See `UpdateInbox.set_aside`."""
        await self._shelf.change(_pending(update_id), {"$set": {"state": UpdateState.ASIDE, "why": why}})


def _pending(update_id: int) -> Row:
    return {"_id": update_id, "state": UpdateState.PENDING}


def _update_of(document: UpdateDocument) -> StoredUpdate:
    return StoredUpdate(
        update_id=document.id,
        chat_id=document.chat_id,
        raw=document.raw,
        attempts=document.attempts,
    )
