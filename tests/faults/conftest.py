"""What tests of faults share: a callback server on a store of its own, and a MongoDB that fails on demand."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from storage.connect import Store
from tests.faults.post import Post, post
from tests.webhooks.conftest import clock, fail, rows, shell, store
from tests.webhooks.web_stand import Clock

__all__ = ["at_the_post", "clock", "fail", "rows", "shell", "store"]


@pytest_asyncio.fixture
async def at_the_post(store: Store, tmp_path: Path, clock: Clock) -> AsyncIterator[Post]:
    async with post(store, tmp_path / "spool", clock) as opened:
        yield opened
