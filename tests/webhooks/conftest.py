"""What tests of the web server share: a store, its rows as a person's shell shows them, failing on demand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
import pytest_asyncio
from pymongo import MongoClient

from storage.connect import Store
from tests.webhooks.web_stand import Clock, Site, serving

Plain = MongoClient[dict[str, Any]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest_asyncio.fixture
async def store(mongod_uri: str, database_name: str, clock: Clock) -> AsyncIterator[Store]:
    opened = await Store.open(mongod_uri, database_name, now=clock)
    yield opened
    await opened.close()


@pytest.fixture
def shell(mongod_uri: str) -> Iterator[Plain]:
    with Plain(mongod_uri, tz_aware=True) as client:
        yield client


@pytest.fixture
def rows(shell: Plain, database_name: str) -> Callable[[], list[dict[str, Any]]]:
    """Every stored callback, as it is in the database."""
    return lambda: list(shell[database_name]["inbox"].find().sort("_id"))


@pytest_asyncio.fixture
async def open_site(store: Store, clock: Clock) -> AsyncIterator[Callable[..., Awaitable[Site]]]:
    """Opens a server on the store; any of its parts may be another."""
    async with AsyncExitStack() as stack:

        async def opened(**changes: Any) -> Site:
            return await stack.enter_async_context(
                serving(changes.pop("inbox", store.inbox), clock, **changes)
            )

        yield opened


@pytest_asyncio.fixture
async def site(open_site: Callable[..., Awaitable[Site]]) -> Site:
    return await open_site()


@pytest_asyncio.fixture
async def fail(shell: Plain, database_name: str) -> AsyncIterator[Callable[..., Awaitable[None]]]:
    """Orders the server to fail a command on one collection: `fail(command, collection, times, **how)`."""

    def order(mode: object, data: dict[str, object]) -> None:
        shell.admin.command({"configureFailPoint": "failCommand", "mode": mode, "data": data})

    async def ordered(command: str, collection: str, times: int | None = None, **how: object) -> None:
        mode: object = {"times": times} if times else "alwaysOn"
        data = {"failCommands": [command], "namespace": f"{database_name}.{collection}"}
        await asyncio.to_thread(order, mode, data | {"appName": "legalpro"} | how)

    yield ordered
    await asyncio.to_thread(order, "off", {})
