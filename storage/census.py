"""How many there are of what, and since when the oldest has been waiting: numbers for a dashboard.

Owns a few cheap counts. What is open is counted afresh each time, by an index that holds little else; what is
settled only grows, so that its count may be some minutes old.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from pymongo import ASCENDING
from pymongo.asynchronous.database import AsyncDatabase

from payments.inbox import RowState
from payments.payment import OPEN, State
from payments.ports import Now
from storage.errors import store_errors
from storage.shelf import Row

SETTLED_FOR = timedelta(minutes=5)
"""How old the count of settled payments may be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """What was counted at one moment.

    Attributes:
        payments: how many are in each state.
        inbox: callbacks that wait to be worked.
        inbox_since: when the longest waiting of them came.
        quarantined: callbacks that cannot be worked.
        untold_since: when the oldest news was committed that its reader has not been sent.
    """

    payments: dict[State, int]
    inbox: int
    inbox_since: datetime | None
    quarantined: int
    untold_since: datetime | None


class CensusTaker:
    """Counts. Every method may raise `StoreUnavailable`."""

    def __init__(self, database: AsyncDatabase[Row], now: Now) -> None:
        self._payments = database["payments"]
        self._inbox = database["inbox"]
        self._deliveries = database["deliveries"]
        self._now = now
        self._settled: dict[State, int] = {}
        self._settled_at: datetime | None = None

    async def take(self) -> Census:
        """Count now."""
        with store_errors():
            return Census(
                payments=await self._counts(OPEN) | await self._settled_counts(),
                inbox=await self._inbox.count_documents(_WAITING),
                inbox_since=await self._inbox_since(),
                quarantined=await self._inbox.count_documents({"state": RowState.QUARANTINE}),
                untold_since=min(
                    filter(None, [await self._outbox_since(), await self._queued_since()]), default=None
                ),
            )

    async def _counts(self, states: Iterable[State]) -> dict[State, int]:
        groups: list[Row] = [
            {"$match": {"state": {"$in": [*states]}}},
            {"$group": {"_id": "$state", "n": {"$sum": 1}}},
        ]
        cursor = await self._payments.aggregate(groups)
        return dict.fromkeys(states, 0) | {State(row["_id"]): row["n"] async for row in cursor}

    async def _settled_counts(self) -> dict[State, int]:
        now = self._now()
        if self._settled_at is None or now - self._settled_at >= SETTLED_FOR:
            self._settled = await self._counts(frozenset(State) - OPEN)
            self._settled_at = now
        return self._settled

    async def _inbox_since(self) -> datetime | None:
        row = await self._inbox.find_one(_WAITING, {"received_at": True}, sort=[("received_at", ASCENDING)])
        return None if row is None else row["received_at"]

    async def _outbox_since(self) -> datetime | None:
        has_news = {"outbox.at": {"$type": "date"}}
        row = await self._payments.find_one(has_news, {"outbox.at": True}, sort=[("outbox.at", ASCENDING)])
        return None if row is None else min(notice["at"] for notice in row["outbox"])

    async def _queued_since(self) -> datetime | None:
        untold = {"next_at": {"$type": "date"}}
        row = await self._deliveries.find_one(untold, {"created_at": True}, sort=[("created_at", ASCENDING)])
        return None if row is None else row["created_at"]


_WAITING = {"state": RowState.NEW, "received_at": {"$type": "date"}}
