"""The bot's stand as a fixture."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.bot.bot_stand import Stand, standing


@pytest_asyncio.fixture
async def stand(mongod_uri: str, database_name: str) -> AsyncIterator[Stand]:
    """A running bot in polling mode."""
    async with standing(mongod_uri, database_name) as running:
        yield running
