"""A reading of very much: as long as it takes, and never longer in one place than a call may take."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio
from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from payments.ports import StoreUnavailable
from storage.audit import MongoAuditLog
from storage.connect import Store
from storage.documents import ClientDocument, PaymentDocument, RefundDocument, TransactionLogDocument
from storage.ledger import MongoLedger
from storage.long_reads import batches
from storage.shelf import Shelf
from tests.storage.test_store_ledger import FOR_EVER, store_name

Rows = AsyncCollection[dict[str, Any]]
HOUR_MS = 3_600_000


class Asked(CommandListener):
    """What was asked of the server."""

    def __init__(self) -> None:
        self.limits_ms: list[int] = []

    def started(self, event: CommandStartedEvent) -> None:
        if event.command_name == "find":
            self.limits_ms.append(event.command["maxTimeMS"])

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to note."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to note."""


@pytest.fixture
def asked() -> Asked:
    return Asked()


@pytest_asyncio.fixture
async def client(mongod_uri: str, asked: Asked) -> AsyncIterator[AsyncMongoClient[dict[str, Any]]]:
    async with AsyncMongoClient[dict[str, Any]](
        mongod_uri, timeoutMS=5_000, event_listeners=[asked], tz_aware=True
    ) as client:
        yield client


@pytest.fixture
def rows(client: AsyncMongoClient[dict[str, Any]], database_name: str) -> Rows:
    return client[database_name]["rows"]


async def test_an_export_and_a_check_of_the_trail_may_take_as_long_as_there_is_to_read(
    store: Store, client: AsyncMongoClient[dict[str, Any]], asked: Asked
) -> None:
    database = client[store_name(store)]
    ledger = MongoLedger(
        Shelf(database, PaymentDocument), Shelf(database, RefundDocument), Shelf(database, ClientDocument)
    )
    assert [some async for some in ledger.movements(*FOR_EVER)] == []
    trail = MongoAuditLog(Shelf(database, TransactionLogDocument))
    assert [entry async for entry in trail.entries()] == []
    assert len(asked.limits_ms) == 3
    assert min(asked.limits_ms) > HOUR_MS


async def test_all_is_read_once_and_in_order_however_the_batches_fall(rows: Rows) -> None:
    await rows.insert_many([{"_id": number} for number in range(13)])
    for at_once in (1, 5, 13, 14):
        read = [some async for some in batches(rows.find().sort("_id"), at_once)]
        assert [row["_id"] for some in read for row in some] == list(range(13))
        assert max(map(len, read)) <= at_once


async def test_a_batch_that_does_not_come_ends_the_reading_and_says_so(
    client: AsyncMongoClient[dict[str, Any]], rows: Rows
) -> None:
    await rows.insert_many([{"_id": number} for number in range(4)])
    stuck = {"failCommands": ["getMore"], "blockConnection": True, "blockTimeMS": 2_000}
    mode = {"configureFailPoint": "failCommand", "mode": {"times": 1}, "data": stuck}
    await client.admin.command(mode)
    try:
        reading = batches(rows.find(), 2, batch_s=0.3)
        with pytest.raises(StoreUnavailable, match="did not come"):
            _ = [some async for some in reading]
    finally:
        await client.admin.command({"configureFailPoint": "failCommand", "mode": "off"})
