"""What tests of several rooms share: one real MongoDB for the run, a database for each test."""

from __future__ import annotations

import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio
from pymongo import MongoClient

from storage.embedded import EmbeddedMongo

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder that is not there yet, with a path short enough for sockets; pytest's own may be too long."""
    with tempfile.TemporaryDirectory(prefix="legalpro-", dir="/tmp") as parent:
        yield Path(parent, "mongo")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def mongod_uri() -> AsyncIterator[str]:
    """The address of a real, embedded server; it dies with the run."""
    with tempfile.TemporaryDirectory(prefix="legalpro-", dir="/tmp") as folder:
        server = await EmbeddedMongo.start(Path(folder, "mongo"), test_commands=True)
        try:
            yield server.uri
        finally:
            await server.stop()


@pytest.fixture
def database_name(mongod_uri: str) -> Iterator[str]:
    """The name of a database that belongs to this test alone, and is dropped after it."""
    name = f"test_{uuid.uuid4().hex[:12]}"
    yield name
    with MongoClient[dict[str, object]](mongod_uri) as client:
        client.drop_database(name)
