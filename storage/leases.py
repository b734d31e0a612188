"""Leases: who may do what only one may do at a time. By the server's clock, so that hosts may disagree.

Owns the one update by which a lease is taken. A fence number rises with every new holder: what a holder
writes elsewhere can carry it, and a holder that was paused past its lease is then told from its successor.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

from pymongo.errors import DuplicateKeyError

from storage.documents import LeaseDocument, TokenDocument
from storage.errors import store_errors
from storage.shelf import Row, Shelf

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS_PER_S = 1_000
_ENDED: Row = {"$unset": {"owner": "", "until": ""}}
Leased = TypeVar("Leased", LeaseDocument, TokenDocument)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to do `name` until `until`, by the server's clock."""

    name: str
    owner: str
    fence: int
    until: datetime


class LeaseBook:
    """Leases by name. Every method may raise `StoreUnavailable`."""

    def __init__(self, shelf: Shelf[LeaseDocument]) -> None:
        self._shelf = shelf

    async def hold(self, name: str, owner: str, lease_s: float) -> Lease | None:
        """Take the lease, or prolong one's own; None while somebody else holds it.

        `owner` must be unique to the process. Prolonged in time, the lease keeps its fence.
        """
        document = await claim(self._shelf, name, owner, lease_s)
        if document is None or document.until is None:
            return None
        return Lease(name=name, owner=owner, fence=document.fence, until=document.until)

    async def release(self, lease: Lease) -> None:
        """Give it up, if it is still this one."""
        await give_up(self._shelf, lease.name, lease.owner, lease.fence)

    async def give_all_back(self) -> None:
        """End every lease; only for a store that nobody else works on."""
        with store_errors():
            await self._shelf.rows.update_many({"owner": {"$exists": True}}, _ENDED)


async def claim(shelf: Shelf[Leased], key: str, owner: str, lease_s: float) -> Leased | None:
    """Take or prolong the lease in the row `key`, which is made if missing; None while another holds it."""
    document = await _claimed(shelf, key, owner, lease_s)
    return document if document is not None and document.owner == owner else None


async def _claimed(shelf: Shelf[Leased], key: str, owner: str, lease_s: float) -> Leased | None:
    try:
        return await shelf.changed({"_id": key}, _claim(owner, lease_s), upsert=True)
    except DuplicateKeyError:
        return None  # Somebody else made the row at this very moment, and with it took the lease.


async def give_up(shelf: Shelf[Leased], key: str, owner: str, fence: int) -> None:
    """End the lease if it is still this holder's. The fence stays: it must never fall."""
    ours = {"_id": key, "owner": owner, "fence": fence}
    await shelf.change(ours, _ENDED)


def _claim(owner: str, lease_s: float) -> list[Row]:
    """An update by pipeline: only there is the server's own time to be had (MongoDB: `$$NOW`).

    It leaves a row alone that somebody else holds.
    """
    running = {"$gt": [{"$ifNull": ["$until", _EPOCH]}, "$$NOW"]}
    ours = {"$and": [running, {"$eq": ["$owner", owner]}]}
    free = {"$not": [running]}
    end = {"$dateAdd": {"startDate": "$$NOW", "unit": "millisecond", "amount": int(lease_s * _MS_PER_S)}}
    fence = {"$ifNull": ["$fence", 0]}
    return [
        {
            "$set": {
                "owner": {"$cond": [{"$or": [free, ours]}, owner, "$owner"]},
                "until": {"$cond": [{"$or": [free, ours]}, end, "$until"]},
                "fence": {"$cond": [free, {"$add": [fence, 1]}, fence]},
            }
        }
    ]
