"""MongoDB away, slow, unsure or cut off: no callback is lost or doubled, and all are answered in time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from payments.ports import StoreUnavailable
from storage.connect import Store
from storage.embedded import EmbeddedMongo
from tests.faults.post import PROMPT_S, Post, post
from tests.faults.proxy import BadLine, bad_line, mongo_uri, to_mongo
from tests.webhooks.web_stand import Clock

Rows = Callable[[], list[dict[str, Any]]]
Fail = Callable[..., Awaitable[None]]
DISK_FULL, STEPPED_DOWN = 14_031, 10_107


def codes(rows: list[dict[str, Any]]) -> list[int]:
    """The result codes of stored callbacks, sorted."""
    return sorted(json.loads(row["raw"])["Body"]["stkCallback"]["ResultCode"] for row in rows)


@dataclass(frozen=True, slots=True)
class Far:
    """A callback server that speaks to MongoDB over a line that may be ill."""

    line: BadLine
    post: Post


@pytest_asyncio.fixture
async def far(
    mongod_uri: str, database_name: str, store: Store, tmp_path: Path, clock: Clock
) -> AsyncIterator[Far]:
    assert await store.inbox.take(1) == []  # The collections are there.
    async with bad_line(to_mongo(mongod_uri)) as line:
        over_it = await Store.open(mongo_uri(line), database_name, now=clock)
        async with post(over_it, tmp_path / "spool", clock) as opened:
            yield Far(line, opened)
        await over_it.close()


# Unsure


@pytest.mark.parametrize("code", [64, 91, 100])
async def test_f41_what_mongodb_does_not_confirm_goes_to_the_spool_and_is_one_row_in_the_end(
    at_the_post: Post, fail: Fail, rows: Rows, code: int
) -> None:
    await fail("insert", "inbox", writeConcernError={"code": code, "errmsg": "not confirmed"})
    assert await at_the_post.tell_in_time(1, 2, 3) == {200}
    assert at_the_post.spooled()
    await fail("insert", "inbox", 1, errorCode=DISK_FULL)
    await at_the_post.emptied()
    assert codes(rows()) == [1, 2, 3]


async def test_f37_a_primary_that_steps_down_costs_nobody_anything(
    at_the_post: Post, fail: Fail, rows: Rows
) -> None:
    await fail("insert", "inbox", 2, errorCode=STEPPED_DOWN)
    assert await at_the_post.tell_in_time(*range(1, 30)) == {200}
    await at_the_post.emptied()
    assert codes(rows()) == [*range(1, 30)]


@pytest.mark.parametrize("times", [1, 2, 1_000])
async def test_f37_an_answer_lost_after_the_commit_makes_no_second_row(
    far: Far, rows: Rows, times: int
) -> None:
    far.line.marker, far.line.lose = b"insert\x00", times
    assert await far.post.tell_in_time(*range(1, 20)) == {200}
    assert far.line.lose < times
    assert rows()
    far.line.heal()
    assert await far.post.tell_in_time(*range(1, 20)) == {200}
    await far.post.emptied()
    assert codes(rows()) == [*range(1, 20)]


# Away


async def test_f38_while_mongodb_fails_callbacks_are_spooled_and_put_back_when_it_is_back(
    at_the_post: Post, fail: Fail, rows: Rows
) -> None:
    await fail("insert", "inbox", errorCode=DISK_FULL)
    assert await at_the_post.tell_in_time(*range(1, 200)) == {200}
    assert rows() == []
    await fail("insert", "inbox", 1, errorCode=DISK_FULL)
    await at_the_post.emptied()
    assert codes(rows()) == [*range(1, 200)]
    assert await at_the_post.tell_in_time(200) == {200}
    assert not at_the_post.spooled()
    assert codes(rows())[-1] == 200


async def test_f38_what_cannot_be_read_is_spooled_as_well(at_the_post: Post, fail: Fail, rows: Rows) -> None:
    await fail("insert", "inbox", errorCode=DISK_FULL)
    assert (await at_the_post.site.tell(b"\xff no callback")).status == 400
    await fail("insert", "inbox", 1, errorCode=DISK_FULL)
    await at_the_post.emptied()
    (row,) = rows()
    assert (row["raw"], bool(row["verdict"])) == (b"\xff no callback", True)


async def test_f38_ten_minutes_without_mongodb_cost_no_callback_and_change_no_order(
    short_folder: Path, tmp_path: Path, clock: Clock
) -> None:
    """A server of its own is stopped; a minute of the clock passes between callbacks; it is started again."""
    server = await EmbeddedMongo.start(short_folder)
    try:
        store = await Store.open(server.uri, "outage", now=clock)
        async with post(store, tmp_path / "spool", clock) as opened:
            assert await opened.tell_in_time(1_000) == {200}
            await server.stop()
            for minute in range(1, 11):
                clock.forward(60)
                assert await opened.tell_in_time(1_000 + minute) == {200}
            assert (await opened.site.get("/readyz")).status == 503
            assert (await opened.site.get("/healthz")).status == 200
            server = await EmbeddedMongo.start(short_folder)
            await opened.emptied()
            taken = await store.inbox.take(100)
            assert [json.loads(row.raw)["Body"]["stkCallback"]["ResultCode"] for row in taken] == [
                *range(1_000, 1_011)
            ]
            assert (await opened.site.get("/readyz")).status == 200
        await store.close()
    finally:
        await server.stop()


async def test_f38_a_program_that_dies_in_an_outage_leaves_its_spool_to_the_next(
    at_the_post: Post, fail: Fail, rows: Rows, clock: Clock, store: Store
) -> None:
    await fail("insert", "inbox", errorCode=DISK_FULL)
    async with post(store, at_the_post.folder, clock) as dying:
        assert await dying.tell_in_time(1, 2, 3) == {200}
    await fail("insert", "inbox", 1, errorCode=DISK_FULL)
    await at_the_post.emptied()
    assert codes(rows()) == [1, 2, 3]


async def test_what_mongodb_will_never_take_is_set_aside_and_holds_up_nobody(
    at_the_post: Post, fail: Fail, rows: Rows, shell: Any, database_name: str
) -> None:
    await fail("insert", "inbox", errorCode=DISK_FULL)
    assert await at_the_post.tell_in_time(1, 2, 3) == {200}
    stricter = {"$or": [{"kind": "probe"}, {"received_at": {"$type": "string"}}]}
    await asyncio.to_thread(shell[database_name].command, "collMod", "inbox", validator=stricter)
    await fail("insert", "inbox", 1, errorCode=DISK_FULL)
    await at_the_post.emptied()
    assert rows() == []
    (bad,) = at_the_post.folder.glob("*.bad")
    assert len(bad.read_bytes().splitlines()) == 3


# Slow


async def test_f39_a_slow_mongodb_keeps_nobody_waiting_and_only_the_first_wait_at_all(
    at_the_post: Post, fail: Fail, rows: Rows
) -> None:
    await fail("insert", "inbox", blockConnection=True, blockTimeMS=5_000)
    assert await at_the_post.tell_in_time(*range(1, 50)) == {200}
    loop = asyncio.get_running_loop()
    began = loop.time()
    assert await at_the_post.tell_in_time(*range(50, 100)) == {200}
    assert loop.time() - began < PROMPT_S / 5
    await fail("insert", "inbox", 1, errorCode=DISK_FULL)
    await at_the_post.emptied()
    assert codes(rows()) == [*range(1, 100)]


@pytest.mark.parametrize(
    "ills",
    [{"latency_s": 0.2}, {"latency_s": 5}, {"deaf": True}, {"answer_bytes": 150}, {"half_closed": True}],
    ids=["late", "very late", "deaf", "cut off", "half closed"],
)
async def test_f37_f39_whatever_ails_the_line_to_mongodb_callbacks_are_taken_in_time_and_kept_once(
    far: Far, rows: Rows, ills: dict[str, Any]
) -> None:
    for name, value in ills.items():
        setattr(far.line, name, value)
    assert await far.post.tell_in_time(*range(1, 30)) == {200}
    assert await far.post.tell_in_time(*range(30, 60)) == {200}
    far.line.heal()
    await far.post.emptied()
    assert await far.post.tell_in_time(60) == {200}
    await far.post.emptied()
    assert codes(rows()) == [*range(1, 61)]


# Neither MongoDB nor the disk


async def test_f40_without_mongodb_and_without_room_nothing_is_promised_and_both_come_back_by_themselves(
    store: Store, tmp_path: Path, clock: Clock, fail: Fail, rows: Rows
) -> None:
    blocked = tmp_path / "spool"
    blocked.write_text("in the way", encoding="ascii")
    async with post(store, blocked, clock) as opened:
        await fail("insert", "inbox", errorCode=DISK_FULL)
        assert await opened.tell_in_time(*range(1, 20)) == {503}
        ready = await opened.site.get("/readyz")
        assert (ready.status, json.loads(ready.body)["spool"]) == (503, False)
        blocked.unlink()
        assert await opened.tell_in_time(*range(1, 20)) == {200}
        assert (await opened.site.get("/readyz")).status == 200
        await fail("insert", "inbox", 1, errorCode=DISK_FULL)
        await opened.emptied()
        assert codes(rows()) == [*range(1, 20)]
        assert await opened.tell_in_time(20) == {200}


async def test_f37_rows_whose_taking_was_answered_by_nothing_are_due_at_once_and_not_after_their_lease(
    far: Far,
) -> None:
    inbox = far.post.store.inbox
    assert await far.post.tell_in_time(1, 2) == {200}
    far.line.marker, far.line.lose = b"holder", 1
    with pytest.raises(StoreUnavailable):
        await inbox.take(5)
    assert not far.line.lose
    rows = await inbox.take(5)  # The clock stands still, so no lease has ended.
    assert [row.attempts for row in rows] == [1, 1]
    assert await inbox.take(5) == []
