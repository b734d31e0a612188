"""Whether it lives and whether it can work are two questions."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable

import pytest

from storage.connect import Store
from tests.webhooks.web_stand import Site, roomy
from webhooks.readiness import Readiness

OpenSite = Callable[..., Awaitable[Site]]
Fail = Callable[..., Awaitable[None]]
DISK_FULL = 14_031


@pytest.fixture
async def ready_site(open_site: OpenSite, store: Store) -> Site:
    return await open_site(ready=Readiness(ping=store.ping, spool=roomy, telegram=True))


async def test_a_program_that_can_work_says_so(ready_site: Site) -> None:
    answer = await ready_site.get("/readyz")
    assert answer.status == 200
    assert json.loads(answer.body) == {"store": True, "spool": True, "telegram": True, "open": True}


async def test_a_store_that_takes_no_writes_makes_it_unready_but_not_dead(
    ready_site: Site, fail: Fail
) -> None:
    await fail("findAndModify", "leases", errorCode=DISK_FULL)
    answer = await ready_site.get("/readyz")
    assert answer.status == 503
    assert json.loads(answer.body)["store"] is False
    assert (await ready_site.get("/healthz")).status == 200


async def test_a_program_that_is_ending_asks_to_be_sent_no_more(ready_site: Site) -> None:
    ready_site.ready.draining = True
    assert (await ready_site.get("/readyz")).status == 503
    assert (await ready_site.get("/healthz")).status == 200


async def test_without_telegram_callbacks_are_taken_all_the_same(ready_site: Site) -> None:
    ready_site.ready.telegram = False
    answer = await ready_site.get("/readyz")
    assert answer.status == 200
    assert json.loads(answer.body)["telegram"] is False


async def _cramped() -> bool:
    return False


async def test_f40_a_disk_without_room_for_the_spool_makes_it_unready_but_not_dead(
    open_site: OpenSite, store: Store
) -> None:
    site = await open_site(ready=Readiness(ping=store.ping, spool=_cramped, telegram=True))
    answer = await site.get("/readyz")
    assert answer.status == 503
    assert json.loads(answer.body)["spool"] is False
    assert (await site.get("/healthz")).status == 200
