"""Payments in the making, in MongoDB: one for a chat at most, forgotten a day after it was last touched."""

from __future__ import annotations

from payments.draft import Draft
from payments.ports import Now
from payments.values import ChatId, PaymentId
from storage.documents import DraftDocument
from storage.records import same_fields
from storage.shelf import Shelf


class MongoDraftBook:
    """See `payments.ports.DraftBook`."""

    def __init__(self, shelf: Shelf[DraftDocument], now: Now) -> None:
        self._shelf = shelf
        self._now = now

    async def of_chat(self, chat_id: ChatId) -> Draft | None:
        """See `DraftBook.of_chat`."""
        document = await self._shelf.one({"_id": chat_id})
        return document and _draft_of(document)

    async def put(self, draft: Draft) -> None:
        """See `DraftBook.put`."""
        known = same_fields(Draft, draft)
        draft_id = known.pop("id")
        chat_id = known.pop("chat_id")
        document = DraftDocument(id=chat_id, draft_id=draft_id, touched_at=self._now(), **known)
        # The chat's draft as a whole is what is put, so the whole of it is replaced.
        await self._shelf.overwrite(document)

    async def drop(self, chat_id: ChatId, draft_id: PaymentId) -> None:
        """See `DraftBook.drop`."""
        await self._shelf.remove({"_id": chat_id, "draft_id": draft_id})


def _draft_of(document: DraftDocument) -> Draft:
    return Draft(
        id=document.draft_id,
        chat_id=document.id,
        user_id=document.user_id,
        created_at=document.created_at,
        message_id=document.message_id,
        kind=document.kind,
        title=document.title,
        title_sw=document.title_sw,
        reference=document.reference,
        amount_kes=document.amount_kes,
        phone=document.phone,
        retry_of=document.retry_of,
        note_id=document.note_id,
        for_whom=document.for_whom,
        naming=document.naming,
        answered_by=document.answered_by,
    )
