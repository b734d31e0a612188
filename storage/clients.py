"""Clients in MongoDB."""

from __future__ import annotations

from payments.client import Client
from payments.language import Language
from payments.values import ChatId, Phone, UserId
from storage.documents import ClientDocument
from storage.moments import in_milliseconds, utc_now
from storage.shelf import Row, Shelf


class MongoClientBook:
    """See `payments.ports.ClientBook`."""

    def __init__(self, shelf: Shelf[ClientDocument]) -> None:
        self._shelf = shelf

    async def get(self, user_id: UserId) -> Client | None:
        """See `ClientBook.get`."""
        document = await self._shelf.one({"_id": user_id})
        return document and _client_of(document)

    async def seen(self, client: Client) -> None:
        """See `ClientBook.seen`."""
        facts: Row = {
            "chat_id": client.chat_id,
            "first_name": client.first_name,
            "name_key": name_key(client.first_name),
            "seen_at": in_milliseconds(client.seen_at),
            "language": client.language.value,
        }
        if client.phone is not None:
            facts["phone"] = client.phone
        change: Row = {"$set": facts}
        if client.agreed_at is not None:
            change["$min"] = {"agreed_at": in_milliseconds(client.agreed_at)}
        await self._shelf.change({"_id": client.user_id}, change, upsert=True)

    async def want_reminders(self, user_id: UserId, chat_id: ChatId, *, wanted: bool) -> None:
        """See `ClientBook.want_reminders`."""
        await self._wish(user_id, {"chat_id": chat_id, "reminders": wanted})

    async def choose(self, user_id: UserId, chat_id: ChatId, language: Language) -> None:
        """See `ClientBook.choose`."""
        wish: Row = {"chat_id": chat_id, "language": language.value, "language_chosen": True}
        await self._wish(user_id, wish)

    async def _wish(self, user_id: UserId, wish: Row) -> None:
        """Whoever was never seen has a row from now on."""
        first: Row = {"first_name": "", "name_key": "", "seen_at": in_milliseconds(utc_now())}
        await self._shelf.change({"_id": user_id}, {"$set": wish, "$setOnInsert": first}, upsert=True)

    async def forget(self, user_id: UserId) -> None:
        """See `ClientBook.forget`."""
        await self._shelf.remove({"_id": user_id})

    async def remember_phone(self, user_id: UserId, phone: Phone) -> None:
        """See `ClientBook.remember_phone`. Whoever was never seen has no row, and none is made here."""
        await self._shelf.change({"_id": user_id}, {"$set": {"phone": phone}})


def name_key(name: str) -> str:
    """A name as it is looked for: in any case of letters, with any spaces."""
    return " ".join(name.split()).casefold()


def _client_of(document: ClientDocument) -> Client:
    return Client(
        user_id=document.id,
        chat_id=document.chat_id,
        first_name=document.first_name,
        seen_at=document.seen_at,
        phone=document.phone,
        reminders=document.reminders,
        language=document.language,
        language_chosen=document.language_chosen,
        agreed_at=document.agreed_at,
    )
