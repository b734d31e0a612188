"""A house for each journey."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.journeys.house import House, built


@pytest_asyncio.fixture
async def house(mongod_uri: str, database_name: str, tmp_path: Path) -> AsyncIterator[House]:
    """The program, open, with a client and an office."""
    async with built(mongod_uri, database_name, tmp_path) as opened:
        yield opened
