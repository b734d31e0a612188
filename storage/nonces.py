"""Buttons that work once, in MongoDB.

Owns the compare-and-set by which one update uses a nonce and every other finds it used.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from payments.nonces import Nonce, Unusable
from payments.values import UserId
from storage.documents import NonceDocument
from storage.records import same_fields
from storage.shelf import Shelf, row_of


class MongoNonces:
    """See `payments.nonces.Nonces`."""

    def __init__(self, shelf: Shelf[NonceDocument]) -> None:
        self._shelf = shelf

    async def mint(self, nonces: Sequence[Nonce]) -> None:
        """See `Nonces.mint`."""
        documents = [NonceDocument.model_validate(nonce, from_attributes=True) for nonce in nonces]
        if documents:
            await self._shelf.insert_all([row_of(document) for document in documents])

    async def use(self, nonce_id: str, user_id: UserId, update_id: int, now: datetime) -> Nonce | Unusable:
        """See `Nonces.use`."""
        fresh = {"used_by": {"$exists": False}, "expires_at": {"$gt": now}}
        wanted = {"_id": nonce_id, "user_id": user_id, "$or": [fresh, {"used_by": update_id}]}
        document = await self._shelf.changed(wanted, {"$set": {"used_by": update_id}})
        if document is None:
            return _why(await self._shelf.one({"_id": nonce_id}), user_id)
        return Nonce(**same_fields(Nonce, document))


def _why(document: NonceDocument | None, user_id: UserId) -> Unusable:
    if document is None:
        return Unusable.UNKNOWN
    if document.user_id != user_id:
        return Unusable.FOREIGN
    return Unusable.EXPIRED if document.used_by is None else Unusable.USED
