"""Raw callbacks in MongoDB.

Owns the gathering of inserts, and the lease on a row that is being worked: by its fence, whoever took the row
last is the only one whose verdict counts.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

import pymongo
from pymongo import ASCENDING

from payments.inbox import InboxRow, RowState
from payments.notices import Notice, on_quarantine, on_worked
from payments.ports import Now, StoreUnavailable
from storage.coalesce import Coalescer
from storage.documents import InboxDocument
from storage.errors import store_errors
from storage.news import outbox_of
from storage.records import same_fields
from storage.shelf import Row, Shelf, part_row

LEASE_S = 15.0
"""How long a row belongs to whoever took it. Working one means a few writes to the store, and asks nobody."""

INSERT_S = 1.4
"""How long one insert may take, a second try included: a caller waits for the answer."""

_OLDEST_FIRST = [("received_at", ASCENDING)]


class MongoInbox:
    """See `payments.ports.Inbox`."""

    def __init__(self, shelf: Shelf[InboxDocument], now: Now) -> None:
        self._shelf = shelf
        self._now = now
        self._arrivals = Coalescer(self.add_all)
        self._unanswered: set[str] = set()
        """Holders in whose name rows may have been taken, and whose answer was lost."""

    async def add(self, row: InboxRow) -> bool:
        """See `InboxDoor.add`. Rows that come while an insert is under way go together in the next."""
        return await self._arrivals.put(row)

    async def add_all(self, rows: Sequence[InboxRow]) -> Sequence[bool | Exception]:
        """Keep all of them by one insert; for each what `add` would return or raise.

        What was not confirmed is tried once more, which can do no harm: the keys are made of the content.

        Raises:
            StoreUnavailable: nothing is known of any of them.
        """
        if not rows:
            return []
        arrived_at = self._now()
        fresh = [_fresh(row, arrived_at) for row in rows]
        with pymongo.timeout(INSERT_S):
            try:
                return await self._shelf.insert_all(fresh)
            except StoreUnavailable:
                return await self._shelf.insert_all(fresh)

    async def take(self, limit: int) -> Sequence[InboxRow]:
        """See `Inbox.take`."""
        await self._let_go_of_unanswered()
        now = self._now()
        due: Row = {"state": RowState.NEW, "next_at": {"$lte": now}}
        seen = await self._shelf.ids(due, _OLDEST_FIRST, limit)
        if not seen:
            return []
        # Somebody else may look at the same moment: the update's own filter gives each row to the first.
        holder = secrets.token_hex(8)
        lease = {"next_at": now + timedelta(seconds=LEASE_S), "holder": holder}
        try:
            with store_errors():
                await self._shelf.rows.update_many(
                    {"_id": {"$in": seen}, **due}, {"$set": lease, "$inc": {"attempts": 1, "fence": 1}}
                )
            taken = await self._shelf.many({"_id": {"$in": seen}, "holder": holder}, _OLDEST_FIRST, limit)
        except StoreUnavailable:
            self._unanswered.add(holder)
            raise
        return [_row_of(document) for document in taken]

    async def _let_go_of_unanswered(self) -> None:
        """Make due again what was taken and never seen: nobody works it until its lease ends otherwise."""
        if not self._unanswered:
            return
        lost = [*self._unanswered]
        unseen: Row = {"state": RowState.NEW, "holder": {"$in": lost}}
        due = {"$set": {"next_at": self._now()}, "$inc": {"attempts": -1}, **_LET_GO}
        with store_errors():
            await self._shelf.rows.update_many(unseen, due)
        self._unanswered.difference_update(lost)

    async def close(self, row: InboxRow, verdict: str) -> None:
        """See `Inbox.close`."""
        await self._settle(row, {"state": RowState.DONE, "verdict": verdict}, on_worked(row))

    async def quarantine(self, row: InboxRow, verdict: str) -> None:
        """See `Inbox.quarantine`."""
        await self._settle(row, {"state": RowState.QUARANTINE, "verdict": verdict}, on_quarantine(row))

    async def retry(self, row: InboxRow, after_s: float) -> None:
        """See `Inbox.retry`."""
        await self._shelf.change(_still_held(row), {"$set": {"next_at": self._in(after_s)}, **_LET_GO})

    async def give_back(self, rows: Sequence[InboxRow]) -> None:
        """See `Inbox.give_back`."""
        for row in rows:
            await self._shelf.change(
                _still_held(row), {"$set": {"next_at": self._now()}, "$inc": {"attempts": -1}, **_LET_GO}
            )

    async def get(self, row_id: str) -> InboxRow | None:
        """Read one afresh."""
        document = await self._shelf.one({"_id": row_id})
        return document and _row_of(document)

    async def quarantined(self, limit: int) -> Sequence[InboxRow]:
        """Those that could not be worked, the oldest first."""
        documents = await self._shelf.many({"state": RowState.QUARANTINE}, _OLDEST_FIRST, limit)
        return [_row_of(document) for document in documents]

    async def reopen(self, row_id: str) -> bool:
        """Have a row worked again that is done or quarantined; False when it is neither. The fence stays."""
        closed = {"_id": row_id, "state": {"$in": [RowState.DONE, RowState.QUARANTINE]}}
        facts = {"state": RowState.NEW, "attempts": 0, "verdict": "", "next_at": self._now()}
        return await self._shelf.change(closed, {"$set": facts, **_LET_GO})

    async def give_all_back(self) -> None:
        """Make every row due that somebody holds; only for a store that nobody else works on."""
        held: Row = {"state": RowState.NEW, "holder": {"$exists": True}}
        with store_errors():
            await self._shelf.rows.update_many(held, {"$set": {"next_at": self._now()}, **_LET_GO})

    async def _settle(self, row: InboxRow, facts: Row, notices: Sequence[Notice]) -> None:
        parts = [part_row(part) for part in outbox_of(notices, row.fence, self._now())]
        news = {"$push": {"outbox": {"$each": parts}}} if parts else {}
        await self._shelf.change(_still_held(row), {"$set": facts, **news})

    def _in(self, pause_s: float) -> datetime:
        return self._now() + timedelta(seconds=pause_s)


_LET_GO: Row = {"$unset": {"holder": ""}}


def _still_held(row: InboxRow) -> Row:
    """Only whoever took the row last writes to it; anybody else's word comes too late and is dropped."""
    return {"_id": row.id, "state": RowState.NEW, "fence": row.fence, "holder": {"$exists": True}}


def _fresh(row: InboxRow, now: datetime) -> Row:
    """The row as `InboxDocument` has it, made by hand: this is the one path that floods come by."""
    return {
        "_id": row.id,
        "kind": row.kind,
        "subject": row.subject,
        "raw": row.raw,
        "peer": row.peer,
        "trusted": row.trusted,
        "received_at": row.received_at,
        "state": row.state.value,
        "attempts": row.attempts,
        "fence": row.fence,
        "verdict": row.verdict,
        "next_at": now,
        "outbox": [],
    }


def _row_of(document: InboxDocument) -> InboxRow:
    return InboxRow(**same_fields(InboxRow, document))
