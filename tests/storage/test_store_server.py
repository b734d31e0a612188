"""The server's part: it refuses what may not be, finds by index, and its absence is told in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pymongo import MongoClient
from pymongo.errors import PyMongoError, WriteError

from payments.evidence import Evidence, EvidenceKind
from payments.payment import Payment
from payments.ports import StoreUnavailable
from payments.progress import advance
from payments.timing import Timing
from storage.connect import Store
from storage.embedded import EmbeddedMongo

MakePayment = Callable[..., Payment]
T0 = datetime(2026, 3, 2, 9, 30, 0, 123_000, tzinfo=UTC)
Plain = MongoClient[dict[str, Any]]


@pytest.fixture
def shell(mongod_uri: str) -> Iterator[Plain]:
    """A person's shell: no documents, no repositories."""
    with Plain(mongod_uri, tz_aware=True) as client:
        yield client


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount_kes": 1500.0},
        {"amount_kes": "1500"},
        {"paid_kes": 0.5},
        {"state": "failed"},
        {"next_at": "now"},
    ],
)
async def test_mongodb_itself_refuses_wrong_money_states_and_times(
    store: Store, shell: Plain, database_name: str, a_payment: MakePayment, wrong: dict[str, object]
) -> None:
    await store.payments.add(a_payment(), ())
    with pytest.raises(WriteError, match="validation"):
        shell[database_name]["payments"].update_one({}, {"$set": wrong})


def stages(plan: dict[str, Any]) -> list[str]:
    inner = [plan[key] for key in ("inputStage",) if key in plan] + plan.get("inputStages", [])
    return [plan["stage"], *(stage for each in inner for stage in stages(each))]


DATE = {"$type": "date"}
QUERIES: list[tuple[str, dict[str, object], dict[str, int]]] = [
    ("payments", {"next_at": {"$lte": T0, **DATE}}, {"next_at": 1}),
    ("payments", {"outbox.at": DATE}, {}),
    ("payments", {"user_id": 1}, {"created_at": -1}),
    ("inbox", {"state": "new", "next_at": {"$lte": T0}}, {"received_at": 1}),
    ("updates", {"state": "pending"}, {"_id": 1}),
    (
        "deliveries",
        {"next_at": {"$lte": T0, **DATE}, "chat_id": {"$nin": [1]}},
        {"created_at": 1, "turn": 1, "_id": 1},
    ),
    ("deliveries", {"state": "sending", "next_at": {"$gt": T0, **DATE}}, {}),
]


async def test_no_query_reads_or_sorts_everything(store: Store, shell: Plain, database_name: str) -> None:
    await store.ping()
    for collection, query, order in QUERIES:
        find = {"find": collection, "filter": query, "sort": order}
        plan = shell[database_name].command("explain", find)["queryPlanner"]["winningPlan"]
        assert "IXSCAN" in stages(plan), (collection, query)
        assert "SORT" not in stages(plan), (collection, query)


async def test_a_store_opens_on_what_another_left(store: Store, mongod_uri: str, database_name: str) -> None:
    again = await Store.open(mongod_uri, database_name)
    await again.ping()
    await again.close()
    await store.ping()


@pytest_asyncio.fixture
async def server(short_folder: Path) -> AsyncIterator[EmbeddedMongo]:
    """A server that this test alone may ill-treat."""
    running = await EmbeddedMongo.start(short_folder, test_commands=True)
    yield running
    await running.stop()


@pytest_asyncio.fixture
async def frail(server: EmbeddedMongo) -> AsyncIterator[Store]:
    opened = await Store.open(server.uri, "frail")
    yield opened
    await opened.close()


async def fail(server: EmbeddedMongo, mode: object, **how: object) -> None:
    command = {"configureFailPoint": "failCommand", "mode": mode, "data": {"appName": "legalpro", **how}}

    def order() -> None:
        with Plain(server.uri) as client:
            client.admin.command(command)

    await asyncio.to_thread(order)


async def test_an_absent_server_is_told_within_five_seconds(
    server: EmbeddedMongo, frail: Store, a_payment: MakePayment
) -> None:
    await server.stop()
    for call, most_s in ((frail.ping(), 3.0), (frail.payments.get(a_payment().id), 6.0)):
        began = time.monotonic()
        with pytest.raises(StoreUnavailable):
            await call
        assert time.monotonic() - began < most_s
    with pytest.raises(StoreUnavailable):
        await Store.open(server.uri, "frail")


async def test_a_hanging_server_is_told_within_six_seconds(server: EmbeddedMongo, frail: Store) -> None:
    commands = ["find", "findAndModify"]
    await fail(server, "alwaysOn", failCommands=commands, blockConnection=True, blockTimeMS=9_000)
    began = time.monotonic()
    with pytest.raises(StoreUnavailable):
        await frail.ping()
    assert time.monotonic() - began < 3
    with pytest.raises(StoreUnavailable):
        await frail.fees.offered()
    assert time.monotonic() - began < 9
    await fail(server, "off")
    await frail.ping()


async def test_a_server_that_steps_down_is_unavailable_and_nothing_else(
    server: EmbeddedMongo, frail: Store, a_payment: MakePayment
) -> None:
    await fail(server, "alwaysOn", failCommands=["insert"], errorCode=10_107)
    with pytest.raises(StoreUnavailable):
        await frail.payments.add(a_payment(), ())
    await fail(server, "off")
    await frail.payments.add(a_payment(), ())


async def test_a_step_that_was_not_confirmed_is_unknown_and_safe_to_repeat(
    server: EmbeddedMongo, frail: Store, a_payment: MakePayment
) -> None:
    payment = await frail.payments.add(a_payment(), ())
    claim = Evidence(id="claim", kind=EvidenceKind.ENGINE_CLAIMED, at=payment.created_at)
    step = advance(payment, claim, Timing())
    unconfirmed = {"code": 64, "errmsg": "waiting for replication timed out"}
    await fail(server, {"times": 1}, failCommands=["findAndModify"], writeConcernError=unconfirmed)
    with pytest.raises(StoreUnavailable):
        await frail.payments.commit(step)
    assert not await frail.payments.commit(step)
    kept = await frail.payments.get(payment.id)
    assert kept is not None
    assert kept.heard("claim")


async def test_a_mistake_of_ours_is_not_called_an_absence(store: Store) -> None:
    with pytest.raises(PyMongoError, match="unknown operator"):
        await store.payments.of_client({"$nonsense": 1}, 5)  # type: ignore[arg-type]  # the mistake
