"""What tests of the store share: a database of its own for each, two stores on it, example payments."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase

from payments.catalogue import FeeKind
from payments.payment import Payment
from payments.values import ChatId, PaymentId, Phone, UserId
from storage.connect import Store

Row = dict[str, Any]
Database = AsyncDatabase[Row]
T0 = datetime(2026, 3, 2, 9, 30, 0, 123_000, tzinfo=UTC)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = T0

    def __call__(self) -> datetime:
        return self.time

    def forward(self, seconds: float) -> datetime:
        self.time += timedelta(seconds=seconds)
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def store(mongod_uri: str, database_name: str, clock: Clock) -> AsyncIterator[Store]:
    opened = await Store.open(mongod_uri, database_name, now=clock)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def other_store(mongod_uri: str, database_name: str, clock: Clock) -> AsyncIterator[Store]:
    """A second program on the same database."""
    opened = await Store.open(mongod_uri, database_name, now=clock)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def database(mongod_uri: str, database_name: str) -> AsyncIterator[Database]:
    """The rows as a person's shell sees them."""
    async with AsyncMongoClient[Row](mongod_uri, tz_aware=True) as client:
        yield client[database_name]


def _a_payment(payment_id: str = "a1", phone: str = "254712345678", chat: int = 11) -> Payment:
    return Payment(
        id=PaymentId(payment_id),
        user_id=UserId(chat),
        chat_id=ChatId(chat),
        message_id=None,
        kind=FeeKind.CASE,
        title="Case fee",
        reference="HCCC/E123/2026",
        account_reference="HCCCE1232026",
        amount_kes=1_500,
        phone=Phone(phone),
        created_at=T0,
        changed_at=T0,
        deadline_at=T0 + timedelta(seconds=120),
        next_at=T0,
    )


@pytest.fixture
def a_payment() -> Callable[..., Payment]:
    """Make a queued payment: `a_payment(id, phone, chat)`."""
    return _a_payment
