"""Rulings in MongoDB: one open for a payment at a time, decided once.

Owns the compare-and-set on a ruling. What it says to the payment is `payments.rulings.service`'s.
"""

from __future__ import annotations

from payments.notices import Notice
from payments.rulings.ruling import Ruling
from storage.documents import RulingDocument
from storage.moments import in_milliseconds
from storage.news import outbox_of
from storage.records import same_fields
from storage.shelf import Row, Shelf, part_row


class MongoRulingBook:
    """See `payments.rulings.ruling.RulingBook`."""

    def __init__(self, shelf: Shelf[RulingDocument]) -> None:
        self._shelf = shelf

    async def add(self, ruling: Ruling, notice: Notice) -> Ruling | None:
        """See `RulingBook.add`."""
        document = RulingDocument.model_validate(ruling, from_attributes=True)
        document.open_for = ruling.payment_id
        document.outbox = outbox_of([notice], ruling.version, ruling.created_at)
        await self._shelf.insert(document)
        return await self.get(ruling.id)

    async def get(self, ruling_id: str) -> Ruling | None:
        """See `RulingBook.get`."""
        document = await self._shelf.one({"_id": ruling_id})
        return document and Ruling(**same_fields(Ruling, document))

    async def decide(self, before: Ruling, after: Ruling, notice: Notice) -> bool:
        """See `RulingBook.decide`."""
        decided_at = in_milliseconds(after.decided_at or after.created_at)
        facts: Row = {
            "state": after.state,
            "version": after.version,
            "decided_by": after.decided_by,
            "decided_by_name": after.decided_by_name,
            "decided_at": decided_at,
        }
        update: Row = {
            "$set": facts,
            "$unset": {"open_for": ""},
            "$push": {"outbox": part_row(outbox_of([notice], after.version, decided_at)[0])},
        }
        return await self._shelf.change({"_id": before.id, "version": before.version}, update)
