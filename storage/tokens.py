"""The access token that all processes share, in MongoDB.

Owns the row and the lease on renewing it. Refuses to know when a token is renewed and how one is fetched.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime

from pymongo.errors import DuplicateKeyError

from storage.documents import TokenDocument
from storage.leases import claim, give_up
from storage.moments import in_milliseconds
from storage.shelf import Shelf


@dataclass(frozen=True, slots=True)
class StoredToken:
    """One access token as it was stored; the value stays out of `repr`."""

    value: str = field(repr=False)
    expires_at: datetime
    fetched_at: datetime
    after_refusal: bool


class MongoTokenVault:
    """One consumer key's token. Every method may raise `StoreUnavailable`."""

    def __init__(self, shelf: Shelf[TokenDocument], consumer_key: str) -> None:
        self._shelf = shelf
        self._key = hashlib.sha256(consumer_key.encode()).hexdigest()
        self._claim: tuple[str, int] | None = None

    async def read(self) -> StoredToken | None:
        """The stored token, expired or not; None if there never was one."""
        kept = await self._shelf.one({"_id": self._key})
        if kept is None or kept.value is None or kept.expires_at is None or kept.fetched_at is None:
            return None
        return StoredToken(kept.value, kept.expires_at, kept.fetched_at, kept.after_refusal)

    async def claim_refresh(self, lease_s: float) -> bool:
        """Take the right to fetch for `lease_s` seconds of the server's clock; False while it is taken."""
        holder = secrets.token_hex(8)  # new each time: two claims of one process are two claims
        document = await claim(self._shelf, self._key, holder, lease_s)
        if document is None:
            return False
        self._claim = (holder, document.fence)
        return True

    async def store(
        self, *, value: str, expires_at: datetime, fetched_at: datetime, after_refusal: bool
    ) -> None:
        """Keep this token, unless the stored one was fetched later."""
        fetched_at = in_milliseconds(fetched_at)
        not_later = {"$or": [{"fetched_at": {"$exists": False}}, {"fetched_at": {"$lte": fetched_at}}]}
        facts = {
            "value": value,
            "expires_at": in_milliseconds(expires_at),
            "fetched_at": fetched_at,
            "after_refusal": after_refusal,
        }
        try:
            await self._shelf.change({"_id": self._key, **not_later}, {"$set": facts}, upsert=True)
        except DuplicateKeyError:
            return  # The row is there and its token was fetched later.

    async def release(self) -> None:
        """Give the claim up if it is still ours; otherwise do nothing."""
        if self._claim is not None:
            holder, fence = self._claim
            self._claim = None
            await give_up(self._shelf, self._key, holder, fence)
