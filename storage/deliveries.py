"""Deliveries in MongoDB: collected from payments, taken by one sender at a time, settled by that one alone.

Owns the lease on a delivery that is being sent. Its fence is `attempts`: a sender that lost its lease changes
nothing any more.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pymongo import ASCENDING

from payments.deliveries import Delivery, DeliveryState
from payments.values import ChatId, MessageId, PaymentId
from storage.documents import DeliveryDocument, PaymentDocument
from storage.errors import store_errors
from storage.moments import in_milliseconds
from storage.outbox import Outbox
from storage.records import same_fields
from storage.shelf import Row, Shelf

_OLDEST_FIRST = [("created_at", ASCENDING), ("turn", ASCENDING), ("_id", ASCENDING)]


class MongoDeliveryBook:
    """See `payments.ports.DeliveryBook`."""

    def __init__(self, deliveries: Shelf[DeliveryDocument], payments: Shelf[PaymentDocument]) -> None:
        self._deliveries = deliveries
        self._payments = payments
        self.outbox = Outbox(payments, deliveries)

    async def collect(self, admins: Sequence[ChatId], now: datetime) -> int:
        """See `DeliveryBook.collect`. A bounded number at a time: more may wait."""
        news = await self.outbox.waiting()
        await self.outbox.deliver(news, admins, now)
        await self.outbox.forget(news)
        return len(news)

    async def take(
        self, now: datetime, *, lease_s: float, busy: Sequence[ChatId], limit: int
    ) -> Sequence[Delivery]:
        """See `DeliveryBook.take`. A chat to which another process is sending counts as busy."""
        closed = [*busy, *await self._sending_to(now)]
        taken: list[Delivery] = []
        while len(taken) < limit:
            document = await self._take_one(now, now + timedelta(seconds=lease_s), closed)
            if document is None:
                break
            taken.append(_delivery_of(document))
            closed.append(document.chat_id)
        return taken

    async def sent(self, delivery: Delivery) -> None:
        """See `DeliveryBook.sent`."""
        await self._settle(delivery, {"$set": {"state": DeliveryState.SENT}, "$unset": {"next_at": ""}})

    async def park(self, delivery: Delivery, why: str) -> None:
        """See `DeliveryBook.park`."""
        facts = {"state": DeliveryState.PARKED, "why": why}
        await self._settle(delivery, {"$set": facts, "$unset": {"next_at": ""}})

    async def put_back(self, delivery: Delivery, at: datetime, *, perhaps_sent: bool) -> None:
        """See `DeliveryBook.put_back`. Once it may have arrived, it may have arrived for ever."""
        facts = {
            "state": DeliveryState.QUEUED,
            "next_at": in_milliseconds(at),
            "perhaps_sent": perhaps_sent or delivery.perhaps_sent,
        }
        await self._settle(delivery, {"$set": facts})

    async def next_due_at(self) -> datetime | None:
        """See `DeliveryBook.next_due_at`: also when a sender's lease ends."""
        return await self._deliveries.earliest("next_at")

    async def show_in(self, payment_id: PaymentId, message_id: MessageId) -> None:
        """See `DeliveryBook.show_in`. Says nothing about the payment's state, so its version stays."""
        await self._payments.change({"_id": payment_id}, {"$set": {"message_id": message_id}})

    async def _sending_to(self, now: datetime) -> list[ChatId]:
        under_way = {"state": DeliveryState.SENDING, "next_at": {"$gt": now, "$type": "date"}}
        with store_errors():
            return await self._deliveries.rows.distinct("chat_id", under_way)

    async def _take_one(
        self, now: datetime, until: datetime, closed: Sequence[ChatId]
    ) -> DeliveryDocument | None:
        """What is still `sending` when its lease is over was begun by somebody, and may have arrived."""
        due = {"next_at": {"$lte": now, "$type": "date"}, "chat_id": {"$nin": closed}}
        begun: Row = {
            "perhaps_sent": {"$or": ["$perhaps_sent", {"$eq": ["$state", DeliveryState.SENDING]}]},
            "state": DeliveryState.SENDING,
            "attempts": {"$add": ["$attempts", 1]},
            "next_at": in_milliseconds(until),
        }
        return await self._deliveries.changed(due, [{"$set": begun}], order=_OLDEST_FIRST)

    async def _settle(self, delivery: Delivery, update: Row) -> None:
        still_ours = {"_id": delivery.id, "state": DeliveryState.SENDING, "attempts": delivery.attempts}
        await self._deliveries.change(still_ours, update)


def _delivery_of(document: DeliveryDocument) -> Delivery:
    return Delivery(**same_fields(Delivery, document))
