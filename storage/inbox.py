"""Raw callbacks in MongoDB.

Owns the lease on a row that is being worked. Its fence is `attempts`: whoever took the row last is the only
one whose verdict counts.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from pymongo import ASCENDING

from payments.inbox import InboxRow, RowState
from payments.ports import Now
from storage.documents import InboxDocument
from storage.errors import store_errors
from storage.records import same_fields
from storage.shelf import Row, Shelf

LEASE_S = 60.0
"""How long a row belongs to whoever took it. Working one means a few writes to the store, and asks nobody."""

_OLDEST_FIRST = [("received_at", ASCENDING)]


class MongoInbox:
    """See `payments.ports.Inbox`."""

    def __init__(self, shelf: Shelf[InboxDocument], now: Now) -> None:
        self._shelf = shelf
        self._now = now

    async def add(self, row: InboxRow) -> bool:
        """See `Inbox.add`."""
        known = same_fields(InboxRow, row)
        return await self._shelf.insert(InboxDocument(**known, next_at=self._now()))

    async def take(self, limit: int) -> Sequence[InboxRow]:
        """See `Inbox.take`."""
        now = self._now()
        due: Row = {"state": RowState.NEW, "next_at": {"$lte": now}}
        seen = await self._shelf.ids(due, _OLDEST_FIRST, limit)
        if not seen:
            return []
        # Somebody else may look at the same moment: the update's own filter gives each row to the first.
        holder = secrets.token_hex(8)
        lease = {"next_at": now + timedelta(seconds=LEASE_S), "holder": holder}
        with store_errors():
            await self._shelf.rows.update_many(
                {"_id": {"$in": seen}, **due}, {"$set": lease, "$inc": {"attempts": 1}}
            )
        taken = await self._shelf.many({"_id": {"$in": seen}, "holder": holder}, _OLDEST_FIRST, limit)
        return [_row_of(document) for document in taken]

    async def close(self, row: InboxRow, verdict: str) -> None:
        """See `Inbox.close`."""
        await self._settle(row, {"state": RowState.DONE, "verdict": verdict})

    async def quarantine(self, row: InboxRow, verdict: str) -> None:
        """See `Inbox.quarantine`."""
        await self._settle(row, {"state": RowState.QUARANTINE, "verdict": verdict})

    async def retry(self, row: InboxRow, after_s: float) -> None:
        """See `Inbox.retry`."""
        await self._settle(row, {"next_at": self._in(after_s)})

    async def _settle(self, row: InboxRow, facts: Row) -> None:
        """Written only by whoever took the row last; anybody else's word comes too late and is dropped."""
        still_ours = {"_id": row.id, "state": RowState.NEW, "attempts": row.attempts}
        await self._shelf.change(still_ours, {"$set": facts})

    def _in(self, pause_s: float) -> datetime:
        return self._now() + timedelta(seconds=pause_s)


def _row_of(document: InboxDocument) -> InboxRow:
    return InboxRow(**same_fields(InboxRow, document))
