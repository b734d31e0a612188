"""From a payment's outbox to deliveries, in three steps that may be cut off anywhere.

Owns the order that makes each delivery exist exactly once: the deliveries are written first, under keys made
of notice and chat, and only then are their notices forgotten. Whatever was cut off is simply done again, and
what is there already stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from payments.deliveries import DeliveryState
from payments.notices import Audience, urgency_of
from payments.values import ChatId, PaymentId
from storage.documents import DeliveryDocument, OutboxPart, PaymentDocument
from storage.errors import DUPLICATE_KEY, store_errors
from storage.shelf import Row, Shelf, row_of

BATCH = 100
"""Payments whose news is carried over at once."""


@dataclass(frozen=True, slots=True)
class News:
    """The notices that wait in one payment."""

    payment_id: PaymentId
    chat_id: ChatId
    notices: tuple[OutboxPart, ...]


class Outbox:
    """The three steps. Every method may raise `StoreUnavailable`."""

    def __init__(self, payments: Shelf[PaymentDocument], deliveries: Shelf[DeliveryDocument]) -> None:
        self._payments = payments
        self._deliveries = deliveries

    async def waiting(self, limit: int = BATCH) -> list[News]:
        """First: what waits, the longest waiting first (the order of the index)."""
        has_news = {"outbox.at": {"$type": "date"}}
        with store_errors():
            found = self._payments.rows.find(has_news, {"chat_id": True, "outbox": True}).limit(limit)
            rows = await found.to_list()
        return [_news(row) for row in rows]

    async def deliver(self, news: Sequence[News], admins: Sequence[ChatId], now: datetime) -> None:
        """Second: a delivery for each notice and chat; those that are there already stay as they are.

        Without admins nobody is told what is meant for them.

        Raises:
            BulkWriteError: MongoDB refuses one of them; the others are written.
        """
        rows = [row_of(delivery) for each in news for delivery in _deliveries(each, admins, now)]
        if not rows:
            return
        try:
            with store_errors():
                await self._deliveries.rows.insert_many(rows, ordered=False)
        except BulkWriteError as error:
            if any(refused["code"] != DUPLICATE_KEY for refused in (error.details or {})["writeErrors"]):
                raise

    async def forget(self, news: Sequence[News]) -> None:
        """Third: take exactly these notices out; what was added meanwhile stays."""
        pulls = [
            UpdateOne(
                {"_id": each.payment_id},
                {"$pull": {"outbox": {"id": {"$in": [notice.id for notice in each.notices]}}}},
            )
            for each in news
        ]
        if pulls:
            with store_errors():
                await self._payments.rows.bulk_write(pulls, ordered=False)


def _news(row: Row) -> News:
    notices = tuple(OutboxPart.model_validate(notice) for notice in row["outbox"])
    return News(PaymentId(row["_id"]), ChatId(row["chat_id"]), notices)


def _deliveries(news: News, admins: Sequence[ChatId], now: datetime) -> Iterable[DeliveryDocument]:
    chats: dict[Audience, Sequence[ChatId]] = {Audience.PAYER: (news.chat_id,), Audience.ADMINS: admins}
    for notice in news.notices:
        for chat_id in chats[notice.audience]:
            yield DeliveryDocument(
                id=f"{notice.id}:{chat_id}",
                payment_id=news.payment_id,
                chat_id=chat_id,
                audience=notice.audience,
                event=notice.event,
                state=DeliveryState.QUEUED,
                attempts=0,
                perhaps_sent=False,
                created_at=now,
                urgency=urgency_of(notice.audience, notice.event),
                turn=notice.turn,
                next_at=now,
            )
