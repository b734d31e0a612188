"""Refunds in the making, in MongoDB: one for a chat at most, forgotten a day after it was last touched."""

from __future__ import annotations

from payments.ports import Now
from payments.refunds.draft import RefundDraft
from payments.values import ChatId, RefundId
from storage.documents import RefundDraftDocument
from storage.records import same_fields
from storage.shelf import Shelf


class MongoRefundDraftBook:
    """See `payments.refunds.ports.RefundDraftBook`."""

    def __init__(self, shelf: Shelf[RefundDraftDocument], now: Now) -> None:
        self._shelf = shelf
        self._now = now

    async def of_chat(self, chat_id: ChatId) -> RefundDraft | None:
        """See `RefundDraftBook.of_chat`."""
        document = await self._shelf.one({"_id": chat_id})
        if document is None:
            return None
        known = document.model_dump(exclude={"id", "draft_id", "touched_at", "revision_id"})
        return RefundDraft(id=document.draft_id, chat_id=document.id, **known)

    async def put(self, draft: RefundDraft) -> None:
        """See `RefundDraftBook.put`. The draft as a whole is what is put, so the whole of it is replaced."""
        known = same_fields(RefundDraft, draft)
        draft_id, chat = known.pop("id"), known.pop("chat_id")
        await self._shelf.overwrite(
            RefundDraftDocument(id=chat, draft_id=draft_id, touched_at=self._now(), **known)
        )

    async def drop(self, chat_id: ChatId, draft_id: RefundId) -> None:
        """See `RefundDraftBook.drop`."""
        await self._shelf.remove({"_id": chat_id, "draft_id": draft_id})
