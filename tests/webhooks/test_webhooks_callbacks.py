"""A true callback is stored before it is acknowledged, once; a stranger's costs nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from pymongo import AsyncMongoClient
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from payments.inbox import InboxRow
from storage.connect import Address, Store
from tests.webhooks.web_stand import (
    BASE,
    ID,
    KEY,
    OLD_KEY,
    T0,
    Answer,
    Clock,
    Site,
    answer_from,
    callback,
    line,
    request,
    serving,
)
from webhooks.addresses import TOKEN_LENGTH, CallbackAddresses
from webhooks.sources import SAFARICOM_IPS, Sources, networks

Rows = Callable[[], list[dict[str, Any]]]
OpenSite = Callable[..., Awaitable[Site]]
Fail = Callable[..., Awaitable[None]]
DISK_FULL = 14_031
WRITE_CONCERN_FAILED = 64


class Commands(CommandListener):
    """Every command that one client gave."""

    def __init__(self) -> None:
        self.given: list[CommandStartedEvent] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.given.append(event)

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to note."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to note."""


@pytest.fixture
def commands() -> Commands:
    return Commands()


async def test_an_accepted_callback_is_answered_as_safaricom_wants(site: Site) -> None:
    answer = await site.tell(callback())
    assert answer.status == 200
    assert json.loads(answer.body) == {"ResultCode": 0, "ResultDesc": "Accepted"}
    assert site.arrived.is_set()


async def test_a_callback_is_kept_byte_for_byte_with_where_and_when_it_came(site: Site, rows: Rows) -> None:
    body = callback() + b" \n"
    await site.tell(body)
    (row,) = rows()
    kept = {name: row[name] for name in ("kind", "subject", "raw", "peer", "trusted", "received_at", "state")}
    assert kept == {
        "kind": "stk",
        "subject": ID,
        "raw": body,
        "peer": "127.0.0.1",
        "trusted": True,
        "received_at": T0,
        "state": "new",
    }


@pytest.fixture
async def watched(
    mongod_uri: str, database_name: str, store: Store, clock: Clock, commands: Commands
) -> AsyncIterator[Store]:
    """A second store on the collections that the first has put in place; its commands are noted."""
    assert await store.inbox.take(1) == []
    client: AsyncMongoClient[dict[str, Any]] = AsyncMongoClient(
        mongod_uri, w="majority", journal=True, event_listeners=[commands]
    )
    async with client:
        yield Store(client, Address(mongod_uri, database_name), clock)


async def test_a_callback_is_durable_before_it_is_answered(
    watched: Store, clock: Clock, commands: Commands, rows: Rows
) -> None:
    async with serving(watched.inbox, clock) as site:
        assert (await site.tell(callback())).status == 200
        assert len(rows()) == 1
    (insert,) = (event for event in commands.given if event.command_name == "insert")
    assert insert.command["writeConcern"] == {"w": "majority", "j": True}


async def test_f41_a_write_that_was_not_confirmed_is_not_acknowledged(site: Site, fail: Fail) -> None:
    unconfirmed = {"code": WRITE_CONCERN_FAILED, "errmsg": "waiting for replication timed out"}
    await fail("insert", "inbox", 2, writeConcernError=unconfirmed)
    assert (await site.tell(callback())).status == 503
    assert not site.arrived.is_set()
    assert (await site.tell(callback())).status == 200


async def test_f41_a_write_that_is_confirmed_at_the_second_try_is_acknowledged(
    site: Site, fail: Fail, rows: Rows
) -> None:
    unconfirmed = {"code": WRITE_CONCERN_FAILED, "errmsg": "waiting for replication timed out"}
    await fail("insert", "inbox", 1, writeConcernError=unconfirmed)
    assert (await site.tell(callback())).status == 200
    assert len(rows()) == 1


async def test_without_a_store_nothing_is_promised(site: Site, fail: Fail, rows: Rows) -> None:
    await fail("insert", "inbox", errorCode=DISK_FULL)
    assert await site.tell(callback()) == Answer(503)
    assert await site.tell(b"no callback") == Answer(503)
    assert rows() == []
    assert not site.arrived.is_set()


async def test_the_same_bytes_twice_are_one_row(site: Site, rows: Rows) -> None:
    assert [(await site.tell(callback())).status for _ in range(2)] == [200, 200]
    assert len(rows()) == 1


async def test_ten_copies_at_once_are_one_row_and_all_are_acknowledged(site: Site, rows: Rows) -> None:
    answers = await asyncio.gather(*(site.tell(callback()) for _ in range(10)))
    assert [answer.status for answer in answers] == [200] * 10
    assert len(rows()) == 1


async def test_two_different_words_about_one_payment_are_both_kept(site: Site, rows: Rows) -> None:
    await site.tell(callback())
    await site.tell(callback(ResultCode=1032))
    assert len(rows()) == 2


async def test_the_same_bytes_about_two_payments_are_two_rows(site: Site, rows: Rows) -> None:
    await site.tell(callback())
    await site.tell(callback(), path=site.path("ffffffffffffffff"))
    assert sorted(row["subject"] for row in rows()) == [ID, "ffffffffffffffff"]


class SlowInbox:
    """The real inbox, which begins only when it is told to."""

    def __init__(self, store: Store) -> None:
        self._inbox = store.inbox
        self.asked, self.go = asyncio.Event(), asyncio.Event()

    async def add(self, row: InboxRow) -> bool:
        self.asked.set()
        await self.go.wait()
        return await self._inbox.add(row)


async def test_a_callback_outlives_the_caller_who_hung_up(
    open_site: OpenSite, store: Store, rows: Rows
) -> None:
    slow = SlowInbox(store)
    site = await open_site(inbox=slow)
    async with asyncio.timeout(5), line(site.port) as (_, writer):
        writer.write(request(site.path(), callback()))
        await slow.asked.wait()
        writer.transport.abort()
        assert (await site.get("/healthz")).status == 200  # By now the server knows that the line is gone.
        slow.go.set()
        await site.arrived.wait()
    assert len(rows()) == 1


async def test_half_a_callback_leaves_no_trace(site: Site, rows: Rows) -> None:
    raw = request(site.path(), callback())
    async with line(site.port) as (_, writer):
        writer.write(raw[:-10])
        await writer.drain()
    assert (await site.tell(callback(ResultCode=1032))).status == 200
    assert [row["raw"] for row in rows()] == [callback(ResultCode=1032)]


async def test_several_callbacks_on_one_line_are_each_answered(site: Site, rows: Rows) -> None:
    async with line(site.port) as (reader, writer):
        for code in (0, 1032):
            writer.write(request(site.path(), callback(ResultCode=code)))
        answers = [await answer_from(reader) for _ in range(2)]
    assert [answer.status for answer in answers] == [200, 200]
    assert len(rows()) == 2


# A stranger


async def test_a_wrong_token_costs_no_database_work(watched: Store, clock: Clock, commands: Commands) -> None:
    async with serving(watched.inbox, clock) as site:
        assert (await site.tell(callback(), path=f"/c/stk/{ID}/{'0' * TOKEN_LENGTH}")).status == 404
        assert (await site.tell(b"nonsense", path=f"/c/stk/{ID}/short")).status == 404
        assert commands.given == []
        assert (await site.tell(callback())).status == 200
    assert [event.command_name for event in commands.given] == ["insert"]


async def test_a_wrong_token_is_refused_before_the_body_is_read(site: Site) -> None:
    async with line(site.port) as (reader, writer):
        writer.write(request(f"/c/stk/{ID}/{'0' * TOKEN_LENGTH}", length=1_000))
        assert (await answer_from(reader)).status == 404


def _token(kind: str = "stk", subject: str = ID, key: str = KEY) -> str:
    return CallbackAddresses(BASE, [key]).url(kind, subject).rsplit("/", 1)[1]


REFUSED: dict[str, str] = {
    "of another payment": f"/c/stk/{ID}/{_token(subject='ffffffffffffffff')}",
    "of another kind": f"/c/stk/{ID}/{_token(kind='b2c')}",
    "of another key": f"/c/stk/{ID}/{_token(key='somebody-elses')}",
    "in capitals": f"/c/stk/{ID}/{_token().upper()}",
    "cut short": f"/c/stk/{ID}/{_token()[:-1]}",
    "with more behind": f"/c/stk/{ID}/{_token()}0",
    "not ASCII, escaped": f"/c/stk/{ID}/{_token()[:-2]}%C3%A9",
    "not even UTF-8, escaped": f"/c/stk/{ID}/{_token()[:-1]}%FF",
    "escaped": f"/c/stk/{ID}/%{ord(_token()[0]):02x}{_token()[1:]}",
    "with its payment escaped": f"/c/stk/%30{ID[1:]}/{_token()}",
    "with its kind escaped": f"/c/s%74k/{ID}/{_token()}",
    "with an escaped slash": f"/c/stk/{ID}%2F{_token()}",
    "with a slash behind": f"/c/stk/{ID}/{_token()}/",
    "with two slashes": f"/c/stk//{ID}/{_token()}",
    "empty": f"/c/stk/{ID}/",
}


@pytest.mark.parametrize("path", REFUSED.values(), ids=REFUSED)
async def test_a_token_is_good_for_its_own_address_alone(site: Site, rows: Rows, path: str) -> None:
    assert (await site.tell(callback(), path=path)).status == 404
    assert rows() == []


@pytest.mark.parametrize("odd", [b"\xc3\xa9", b"\xff", b"\x00", b"\x7f"])
async def test_raw_bytes_in_a_token_are_refused(site: Site, rows: Rows, odd: bytes) -> None:
    raw = request(site.path()[:-1] + "?", callback()).replace(b"?", odd, 1)
    assert (await site.send(raw)).status in {400, 404}
    assert rows() == []


@pytest.mark.parametrize(("key", "status"), [(KEY, 200), (OLD_KEY, 200), ("a-third", 404)])
async def test_while_keys_rotate_both_are_accepted_and_no_third(site: Site, key: str, status: int) -> None:
    assert (await site.tell(callback(), path=f"/c/stk/{ID}/{_token(key=key)}")).status == status


@pytest.mark.parametrize(
    "path",
    ["/", "/c", "/c/stk", f"/c/stk/{ID}", f"/c/b2b/{ID}/{_token(kind='b2b')}", "/.env", "/api/payments"],
)
async def test_an_unknown_place_is_not_found(site: Site, path: str) -> None:
    assert (await site.tell(callback(), path=path)).status == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_a_callback_can_only_be_posted(site: Site, method: str) -> None:
    assert (await site.send(request(site.path(), method=method))).status == 405
    assert (await site.send(request("/telegram/webhook", method=method))).status == 405
    if method != "GET":
        assert (await site.send(request("/healthz", method=method))).status == 405


# Where it came from

PROXIED = "X-Forwarded-For: "


@pytest.mark.parametrize(
    ("trusted_proxies", "headers", "peer"),
    [
        ((), ("196.201.214.200",), "127.0.0.1"),
        (("10.0.0.0/8",), ("196.201.214.200",), "127.0.0.1"),
        (("127.0.0.1",), ("196.201.214.200",), "196.201.214.200"),
        (("127.0.0.1",), ("196.201.214.200, 41.90.1.1",), "41.90.1.1"),
        (("127.0.0.1",), ("196.201.214.200", "41.90.1.1"), "41.90.1.1"),
        (("127.0.0.1", "10.0.0.0/8"), ("9.9.9.9, 196.201.214.200, 10.1.2.3",), "196.201.214.200"),
        (("127.0.0.1",), ("196.201.214.200, who knows",), "127.0.0.1"),
        (("127.0.0.1",), ("\u00ff" * 3_000,), "127.0.0.1"),
        (("127.0.0.1",), (), "127.0.0.1"),
    ],
    ids=[
        "no proxy",
        "the peer is no proxy",
        "one proxy",
        "forged in front",
        "forged in a line before",
        "two proxies",
        "no address",
        "no text",
        "nothing forwarded",
    ],
)
async def test_a_forwarded_address_is_believed_only_from_our_proxies_and_from_the_right(
    open_site: OpenSite, rows: Rows, trusted_proxies: tuple[str, ...], headers: tuple[str, ...], peer: str
) -> None:
    site = await open_site(sources=Sources(networks(trusted_proxies), networks(["196.201.214.200"])))
    assert (await site.tell(callback(), *(PROXIED + header for header in headers))).status == 200
    (row,) = rows()
    assert (row["peer"], row["trusted"]) == (peer, peer == "196.201.214.200")


async def test_a_callback_from_an_unlisted_address_is_kept_and_marked(
    open_site: OpenSite, rows: Rows
) -> None:
    site = await open_site(sources=Sources(safaricom=networks(SAFARICOM_IPS)))
    assert (await site.tell(callback())).status == 200
    assert [row["trusted"] for row in rows()] == [False]
