"""Deliveries in MongoDB: collected from payments, taken by one sender at a time, settled by that one alone.

Owns the lease on a delivery that is being sent. Its fence is `attempts`: a sender that lost its lease changes
nothing any more. The chat is the lock: a unique index over those that are being sent lets one out at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from pymongo import ASCENDING
from pymongo.errors import DuplicateKeyError

from payments.deliveries import Delivery, DeliveryState
from payments.notices import Topic
from payments.values import ChatId, MessageId, PaymentId
from storage.documents import DeliveryDocument, PaymentDocument
from storage.errors import store_errors
from storage.moments import in_milliseconds
from storage.outbox import Outbox, Source
from storage.records import same_fields
from storage.shelf import Row, Shelf

_OLDEST_FIRST = [("created_at", ASCENDING), ("turn", ASCENDING), ("_id", ASCENDING)]
_URGENT_FIRST = [("urgency", ASCENDING), ("created_at", ASCENDING), ("turn", ASCENDING)]
_LOOKED_AT_FOR_ONE = 4
"""A chat may have several things waiting: so many are looked at to find one chat."""
_OVER: Row = {"next_at": "", "lane": ""}


class MongoDeliveryBook:
    """See `payments.ports.DeliveryBook`."""

    def __init__(
        self,
        deliveries: Shelf[DeliveryDocument],
        payments: Shelf[PaymentDocument],
        others: Mapping[Topic, Source],
    ) -> None:
        self._deliveries = deliveries
        self._payments = payments
        self.outbox = Outbox({Topic.PAYMENT: payments, **others}, deliveries)

    async def collect(self, admins: Sequence[ChatId], now: datetime) -> int:
        """See `DeliveryBook.collect`. A bounded number at a time: more may wait."""
        news = await self.outbox.waiting()
        await self.outbox.deliver(news, admins, now)
        await self.outbox.forget(news)
        return len(news)

    async def take(
        self, now: datetime, *, lease_s: float, busy: Sequence[ChatId], limit: int
    ) -> Sequence[Delivery]:
        """See `DeliveryBook.take`. A chat to which another process is sending waits, too."""
        until = now + timedelta(seconds=lease_s)
        taken = []
        for chat_id in await self._most_urgent_chats(now, busy, limit):
            document = await self._take_oldest(chat_id, now, until)
            if document is not None:
                taken.append(_delivery_of(document))
        return taken

    async def sent(self, delivery: Delivery) -> None:
        """See `DeliveryBook.sent`."""
        await self._settle(delivery, {"$set": {"state": DeliveryState.SENT}, "$unset": _OVER})

    async def skip(self, delivery: Delivery, why: str) -> None:
        """See `DeliveryBook.skip`."""
        facts = {"state": DeliveryState.SENT, "why": why}
        await self._settle(delivery, {"$set": facts, "$unset": _OVER})

    async def park(self, delivery: Delivery, why: str) -> None:
        """See `DeliveryBook.park`."""
        facts = {"state": DeliveryState.PARKED, "why": why}
        await self._settle(delivery, {"$set": facts, "$unset": _OVER})

    async def put_back(self, delivery: Delivery, at: datetime, *, perhaps_sent: bool) -> None:
        """See `DeliveryBook.put_back`. Once it may have arrived, it may have arrived for ever."""
        facts = {
            "state": DeliveryState.QUEUED,
            "next_at": in_milliseconds(at),
            "perhaps_sent": perhaps_sent or delivery.perhaps_sent,
        }
        await self._settle(delivery, {"$set": facts, "$unset": {"lane": ""}})

    async def next_due_at(self) -> datetime | None:
        """See `DeliveryBook.next_due_at`: also when a sender's lease ends."""
        return await self._deliveries.earliest("next_at")

    async def show_in(self, payment_id: PaymentId, message_id: MessageId) -> None:
        """See `DeliveryBook.show_in`. Says nothing about the payment's state, so its version stays."""
        await self._payments.change({"_id": payment_id}, {"$set": {"message_id": message_id}})

    async def _most_urgent_chats(self, now: datetime, busy: Sequence[ChatId], limit: int) -> list[ChatId]:
        """Chats with something due. One in which something waits for later keeps its order and waits."""
        waiting = {"next_at": {"$gt": now, "$type": "date"}}
        with store_errors():
            closed = [*busy, *await self._deliveries.rows.distinct("chat_id", waiting)]
            due = {"next_at": {"$lte": now, "$type": "date"}, "chat_id": {"$nin": closed}}
            look = self._deliveries.rows.find(due, {"chat_id": True}).sort(_URGENT_FIRST)
            rows = await look.limit(limit * _LOOKED_AT_FOR_ONE).to_list()
        return list(dict.fromkeys(ChatId(row["chat_id"]) for row in rows))[:limit]

    async def _take_oldest(self, chat_id: ChatId, now: datetime, until: datetime) -> DeliveryDocument | None:
        """What was begun comes first, as it still holds the chat. None when another was faster."""
        due = {"next_at": {"$lte": now, "$type": "date"}, "chat_id": chat_id}
        begun = {**due, "lane": {"$type": "string"}}
        return await self._take_one(begun, until) or await self._take_one(due, until)

    async def _take_one(self, due: Row, until: datetime) -> DeliveryDocument | None:
        """What is still `sending` when its lease is over was begun by somebody, and may have arrived."""
        begun: Row = {
            "perhaps_sent": {"$or": ["$perhaps_sent", {"$eq": ["$state", DeliveryState.SENDING]}]},
            "state": DeliveryState.SENDING,
            "lane": {"$toString": "$chat_id"},
            "attempts": {"$add": ["$attempts", 1]},
            "next_at": in_milliseconds(until),
        }
        try:
            return await self._deliveries.changed(due, [{"$set": begun}], order=_OLDEST_FIRST)
        except DuplicateKeyError:
            return None

    async def _settle(self, delivery: Delivery, update: Row) -> None:
        still_ours = {"_id": delivery.id, "state": DeliveryState.SENDING, "attempts": delivery.attempts}
        await self._deliveries.change(still_ours, update)


def _delivery_of(document: DeliveryDocument) -> Delivery:
    return Delivery(**same_fields(Delivery, document))
