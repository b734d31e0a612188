"""Runs the searches of `storage.invariants` over what is stored.

Owns how much a look may cost. Two kinds of look: a quick one, over what changed lately and what is open, by
indexes alone; and a full one, over everything.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

import pymongo
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.read_concern import ReadConcern

from payments.invariants import Finding
from payments.ports import Now, StoreUnavailable
from storage.errors import store_errors
from storage.invariant_looks import Look
from storage.invariants import INVARIANTS, Invariant
from storage.shelf import Row

LATELY = timedelta(hours=1)
"""How far back a quick look goes, so that one look missed is no gap."""
MOST_EXAMPLES = 10
QUICK_TIMEOUT_S = 5.0
FULL_TIMEOUT_S = 300.0
"""How long one search may take."""

_AGAIN_S = (0.05, 0.1, 0.2, 0.4, 0.8)
_NO_SNAPSHOT_YET = 246
"""MongoDB: SnapshotUnavailable; the server itself says that one should try again."""

_ONE_MOMENT = ReadConcern("snapshot")
"""All of a search sees one moment: a phone handed from one payment to the next is not seen twice."""


class InvariantBook:
    """Looks for what must not be there. Every method may raise `StoreUnavailable`."""

    def __init__(self, database: AsyncDatabase[Row], now: Now) -> None:
        self._database = database
        self._now = now

    async def quick(self) -> list[Finding]:
        """Look at what changed within `LATELY` and at what is open; cheap enough for every minute."""
        now = self._now()
        cheap = [
            (invariant, looks)
            for invariant in INVARIANTS
            if (looks := [look for look in invariant.looks if not look.rarely])
        ]
        with pymongo.timeout(QUICK_TIMEOUT_S * len(cheap)):
            return [await self._finding(invariant, looks, now, now - LATELY) for invariant, looks in cheap]

    async def full(self, invariants: Sequence[Invariant] = INVARIANTS) -> list[Finding]:
        """Look at everything that is stored; may take minutes where there are millions."""
        now = self._now()
        findings = []
        for invariant in invariants:
            with pymongo.timeout(FULL_TIMEOUT_S):
                findings.append(await self._finding(invariant, invariant.looks, now, None))
        return findings

    async def _finding(
        self, invariant: Invariant, looks: Sequence[Look], now: datetime, since: datetime | None
    ) -> Finding:
        count, examples = 0, list[str]()
        for look in looks:
            found = await self._look(look, now, since)
            count += found["count"] if found else 0
            examples += [f"{look.collection}/{offender}" for offender in (found["ids"] if found else [])]
        return Finding(
            id=invariant.id,
            sentence=invariant.sentence,
            count=count,
            examples=tuple(examples[:MOST_EXAMPLES]),
        )

    async def _look(self, look: Look, now: datetime, since: datetime | None) -> Row | None:
        """Look, and again where a collection was being made or indexed: nothing tells when that is over."""
        for pause_s in _AGAIN_S:
            try:
                return await self._look_once(look, now, since)
            except StoreUnavailable as away:
                if getattr(away.__cause__, "code", None) != _NO_SNAPSHOT_YET:
                    raise
            await asyncio.sleep(pause_s)
        return await self._look_once(look, now, since)

    async def _look_once(self, look: Look, now: datetime, since: datetime | None) -> Row | None:
        rows = self._database.get_collection(look.collection, read_concern=_ONE_MOMENT)
        with store_errors():
            cursor = await rows.aggregate(stages_of(look, now, since), allowDiskUse=True)
            return await anext(aiter(cursor), None)


def stages_of(look: Look, now: datetime, since: datetime | None) -> list[Row]:
    """The whole search, its moments filled in; bounded by `since` where the look can be."""
    lately: list[Row] = [{"$match": {look.lately: {"$gte": since}}}] if since and look.lately else []
    wanted: list[Row] = [{"$match": look.wanted}, *look.broken]
    return [*lately, *(_at(stage, now) for stage in wanted), _COUNTED]


_COUNTED: Row = {
    "$group": {
        "_id": None,
        "count": {"$sum": 1},
        "ids": {"$firstN": {"input": "$_id", "n": MOST_EXAMPLES}},
    }
}


def _at(part: Row, now: datetime) -> Row:
    return {key: _filled(value, now) for key, value in part.items()}


def _filled(value: object, now: datetime) -> object:
    if isinstance(value, timedelta):
        return now - value
    if isinstance(value, dict):
        return _at(value, now)
    if isinstance(value, list | tuple):
        return [_filled(inner, now) for inner in value]
    return value
