"""Long silences in MongoDB: one row for a part of a day, and what was heard meanwhile."""

from __future__ import annotations

from datetime import datetime

from payments.evidence import EvidenceKind
from payments.notices import Notice
from payments.silence import SPOKEN, Heard, Silence
from storage.documents import PaymentDocument, SilenceDocument
from storage.errors import store_errors
from storage.news import outbox_of
from storage.records import same_fields
from storage.shelf import Row, Shelf


class MongoSilenceBook:
    """See `payments.silence.SilenceBook`."""

    def __init__(self, shelf: Shelf[SilenceDocument], payments: Shelf[PaymentDocument]) -> None:
        self._shelf = shelf
        self._payments = payments

    async def heard(self, first: datetime, last: datetime) -> Heard:
        """See `SilenceBook.heard`."""
        began: Row = {"created_at": {"$gte": first, "$lt": last}}
        prompted = began | {"history.said": EvidenceKind.PUSH_ACCEPTED}
        spoken = {"history": {"$elemMatch": {"said": {"$in": [*SPOKEN]}}}}
        with store_errors():
            count = await self._payments.rows.count_documents(prompted)
            heard = await self._payments.rows.count_documents(prompted | spoken, limit=1) if count else 0
        return Heard(prompted=count, called_back=heard)

    async def add(self, silence: Silence, notice: Notice) -> bool:
        """See `SilenceBook.add`."""
        document = SilenceDocument(
            id=silence.id,
            made_at=silence.made_at,
            since=silence.since,
            prompted=silence.prompted,
            outbox=outbox_of([notice], 0, silence.made_at),
        )
        return await self._shelf.insert(document)

    async def get(self, silence_id: str) -> Silence | None:
        """See `SilenceBook.get`."""
        document = await self._shelf.one({"_id": silence_id})
        return document and Silence(**same_fields(Silence, document))
