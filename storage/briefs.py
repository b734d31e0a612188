"""The morning's briefs in MongoDB: one row for a day."""

from __future__ import annotations

from datetime import date

from payments.audit import Head
from payments.briefs import Brief
from payments.notices import Notice
from storage.documents import BriefDocument
from storage.news import outbox_of
from storage.shelf import Shelf


class MongoBriefBook:
    """See `payments.briefs.BriefBook`."""

    def __init__(self, shelf: Shelf[BriefDocument]) -> None:
        self._shelf = shelf

    async def add(self, brief: Brief, notice: Notice) -> bool:
        """See `BriefBook.add`."""
        document = BriefDocument(
            id=brief.id,
            made_at=brief.made_at,
            head_seq=brief.head.seq,
            head_hash=brief.head.hash,
            outbox=outbox_of([notice], 0, brief.made_at),
        )
        return await self._shelf.insert(document)

    async def get(self, brief_id: str) -> Brief | None:
        """See `BriefBook.get`."""
        document = await self._shelf.one({"_id": brief_id})
        if document is None:
            return None
        head = Head(document.head_seq, document.head_hash)
        return Brief(day=date.fromisoformat(document.id), made_at=document.made_at, head=head)
