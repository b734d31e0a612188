"""From the outboxes of payments and refunds to deliveries, in three steps that may be cut off anywhere.

Owns the order that makes each delivery exist exactly once: the deliveries are written first, under keys made
of notice and chat, and only then are their notices forgotten. Whatever was cut off is simply done again, and
what is there already stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pymongo import UpdateOne
from pymongo.errors import BulkWriteError

from payments.deliveries import DeliveryState
from payments.notices import Audience, Topic, urgency_of
from payments.values import ChatId
from storage.documents import (
    BalanceDocument,
    BriefDocument,
    DeliveryDocument,
    FeeNoteDocument,
    InboxDocument,
    OutboxPart,
    PaymentDocument,
    QuestionDocument,
    RefundDocument,
    RulingDocument,
    SilenceDocument,
)
from storage.errors import DUPLICATE_KEY, store_errors
from storage.shelf import Row, Shelf, row_of

BATCH = 100
"""Documents of one topic whose news is carried over at once."""


Source = (
    Shelf[PaymentDocument]
    | Shelf[RefundDocument]
    | Shelf[BalanceDocument]
    | Shelf[RulingDocument]
    | Shelf[BriefDocument]
    | Shelf[FeeNoteDocument]
    | Shelf[QuestionDocument]
    | Shelf[InboxDocument]
    | Shelf[SilenceDocument]
)


@dataclass(frozen=True, slots=True)
class News:
    """The notices that wait in one document: a payment, a refund, a ruling, a callback and so on.

    `chat_id` is None where it belongs to nobody's chat.
    """

    topic: Topic
    subject: str
    chat_id: ChatId | None
    notices: tuple[OutboxPart, ...]


class Outbox:
    """The three steps. Every method may raise `StoreUnavailable`."""

    def __init__(self, sources: Mapping[Topic, Source], deliveries: Shelf[DeliveryDocument]) -> None:
        self._sources = sources
        self._deliveries = deliveries

    async def waiting(self, limit: int = BATCH) -> list[News]:
        """First: what waits, of each topic the longest waiting first (the order of the index)."""
        has_news = {"outbox.at": {"$type": "date"}}
        news = []
        for topic, source in self._sources.items():
            with store_errors():
                found = source.rows.find(has_news, {"chat_id": True, "outbox": True}).limit(limit)
                news += [_news(topic, row) async for row in found]
        return news

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
        for topic, source in self._sources.items():
            pulls = [_pull(each) for each in news if each.topic is topic]
            if pulls:
                with store_errors():
                    await source.rows.bulk_write(pulls, ordered=False)


def _pull(news: News) -> UpdateOne:
    read = [notice.id for notice in news.notices]
    return UpdateOne({"_id": news.subject}, {"$pull": {"outbox": {"id": {"$in": read}}}})


def _news(topic: Topic, row: Row) -> News:
    notices = tuple(OutboxPart.model_validate(notice) for notice in row["outbox"])
    return News(topic, row["_id"], row.get("chat_id"), notices)


def _deliveries(news: News, admins: Sequence[ChatId], now: datetime) -> Iterable[DeliveryDocument]:
    own = () if news.chat_id is None else (news.chat_id,)
    chats = {Audience.PAYER: own, Audience.ASKER: own, Audience.ADMINS: tuple(admins)}
    for notice in news.notices:
        for chat_id in chats[notice.audience]:
            yield DeliveryDocument(
                id=f"{notice.id}:{chat_id}",
                topic=news.topic,
                subject=news.subject,
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
