"""Bad bodies: refused, kept where the address was right, bounded in size, and never a 500."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from daraja.callbacks import stk_evidence
from storage.connect import Store
from tests.webhooks.web_stand import ID, Site, answer_from, callback, items, line, request
from webhooks.bodies import MOST_BYTES

Rows = Callable[[], list[dict[str, Any]]]
OpenSite = Callable[..., Awaitable[Site]]
SOON_S = 2.0
NE = {"$ne": None}


def _with(old: bytes, new: bytes) -> bytes:
    assert callback().count(old) == 1
    return callback().replace(old, new)


def _with_item(**changes: object) -> bytes:
    return callback(CallbackMetadata={"Item": items(**changes)})


BAD: dict[str, bytes] = {
    "nothing": b"",
    "blanks": b" \r\n\t",
    "null": b"null",
    "a number": b"0",
    "a list": b"[]",
    "an empty object": b"{}",
    "an empty envelope": b'{"Body":{}}',
    "a form": b"Body=1&ResultCode=0",
    "XML": b"<Envelope><Body/></Envelope>",
    "half of it": callback()[:-2],
    "two of them": callback() * 2,
    "a byte order mark": b"\xef\xbb\xbf" + callback(),
    "UTF-16": callback().decode().encode("utf-16"),
    "bad UTF-8": _with(b"processed", b"processed \xff\xfe"),
    "an overlong slash": _with(b"processed", b"\xc0\xaf"),
    "NaN": _with(b'"Value": 1500', b'"Value": NaN'),
    "infinity": _with(b'"Value": 1500', b'"Value": -Infinity'),
    "1e400": _with(b'"Value": 1500', b'"Value": 1e400'),
    "5,000 digits": _with(b'"Value": 1500', b'"Value": ' + b"9" * 5_000),
    "5,000 digits as a code": _with(b'"ResultCode": 0', b'"ResultCode": ' + b"9" * 5_000),
    "a truth value as a code": callback(ResultCode=False),
    "a truth value as an amount": _with_item(Amount=True),
    "no code": callback(ResultCode=None),
    "a list as a code": callback(ResultCode=[0]),
    "a fraction as a code": callback(ResultCode=0.5),
    "a key twice": _with(b'"ResultCode": 0', b'"ResultCode": 1032, "ResultCode": 0'),
    "an item twice": callback(CallbackMetadata={"Item": items() + items()}),
    "a NUL": _with(b"processed", b"processed\\u0000"),
    "a raw NUL": _with(b"processed", b"processed\x00"),
    "a lone surrogate": _with(b"processed", b"processed\\ud800"),
    "a lone surrogate as a key": _with(b'"ResultDesc"', b'"\\udfff"'),
    "100,000 brackets": b"[" * 60_000,
    "deep objects": b'{"Body":' * 7_000,
    "deep where nobody looks": _with(b'"ResultCode": 0', b'"ResultCode": 0, "x": ' + b"[" * 50 + b"]" * 50),
    "$ne as the request": callback(MerchantRequestID=NE),
    "$ne as the checkout": callback(CheckoutRequestID=NE),
    "$ne as the code": callback(ResultCode=NE),
    "$ne as the words": callback(ResultDesc=NE),
    "$ne as the items": callback(CallbackMetadata={"Item": NE}),
    "$ne as an item": callback(CallbackMetadata={"Item": [NE]}),
    "$ne as the amount": _with_item(Amount=NE),
    "$ne as the callback": json.dumps({"Body": {"stkCallback": NE}}).encode(),
    "$ne as the body": json.dumps({"Body": NE}).encode(),
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
async def test_a_bad_body_is_refused_at_once_and_kept_to_be_set_aside(
    site: Site, rows: Rows, body: bytes
) -> None:
    async with asyncio.timeout(SOON_S):
        assert (await site.tell(body)).status == 400
    assert site.arrived.is_set()
    (row,) = rows()
    assert (row["state"], row["raw"], row["subject"]) == ("new", body, ID)
    assert row["verdict"]


UNREADABLE_BUT_HARMLESS = {
    "receipt": _with_item(MpesaReceiptNumber=NE),
    "time": _with_item(TransactionDate=NE),
    "phone": _with_item(PhoneNumber=NE),
    "balance": _with_item(Balance=NE),
    "no items": callback(CallbackMetadata=NE),
}


@pytest.mark.parametrize("body", UNREADABLE_BUT_HARMLESS.values(), ids=UNREADABLE_BUT_HARMLESS)
async def test_a_success_with_a_detail_nobody_can_read_is_taken_without_the_detail(
    site: Site, store: Store, body: bytes
) -> None:
    assert (await site.tell(body)).status == 200
    (row,) = await store.inbox.take(1)
    assert "$ne" not in repr(stk_evidence(row))


HEADERS: dict[str, tuple[str, int]] = {
    "no type at all": ("X-Nothing: 0", 200),
    "an unusual type": ("Content-Type: text/plain", 200),
    "a form's type": ("Content-Type: application/x-www-form-urlencoded", 200),
    "a nonsense type": ("Content-Type: ;;;=\u00ff", 200),
    "the usual charset": ("Content-Type: application/json; charset=UTF-8", 200),
    "Java's charset": ("Content-Type: application/json;charset=ISO-8859-1", 200),
    "a bogus charset": ("Content-Type: application/json; charset=bogus", 400),
    "a charset that is no text": ('Content-Type: application/json; charset="\u00ff"', 400),
    "a bogus coding": ("Content-Encoding: bogus", 400),
    "two codings": ("Content-Encoding: gzip, gzip", 400),
    "no coding": ("Content-Encoding: identity", 200),
}


@pytest.mark.parametrize(("header", "status"), HEADERS.values(), ids=HEADERS)
async def test_the_bytes_decide_unless_the_headers_name_what_does_not_exist(
    site: Site, rows: Rows, header: str, status: int
) -> None:
    assert (await site.tell(callback(), header)).status == status
    assert [row["verdict"] == "" for row in rows()] == [status == 200]


async def test_a_callback_once_mislabelled_is_still_taken_when_it_comes_well(
    site: Site, store: Store
) -> None:
    assert (await site.tell(callback(), "Content-Encoding: bogus")).status == 400
    assert (await site.tell(callback())).status == 200
    well = [row for row in await store.inbox.take(10) if not row.verdict]
    assert [row.raw for row in well] == [callback()]


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
async def test_a_body_that_cannot_be_unpacked_is_refused(site: Site, coding: str) -> None:
    assert (await site.tell(callback(), f"Content-Encoding: {coding}")).status == 400


async def test_broken_chunks_are_refused(site: Site, rows: Rows) -> None:
    raw = request(site.path(), b"", "Transfer-Encoding: chunked") + b"5\r\n{    \r\nzz\r\n"
    assert (await site.send(raw)).status == 400
    assert rows() == []


async def test_a_packed_callback_is_kept_unpacked(site: Site, rows: Rows) -> None:
    assert (await site.tell(gzip.compress(callback()), "Content-Encoding: gzip")).status == 200
    assert [row["raw"] for row in rows()] == [callback()]


# Too much

BOMB = gzip.compress(b"0" * 50_000_000)


async def test_a_small_body_that_unfolds_into_a_huge_one_is_too_large(site: Site, rows: Rows) -> None:
    assert len(BOMB) < MOST_BYTES
    assert (await site.tell(BOMB, "Content-Encoding: gzip")).status == 413
    assert rows() == []


async def test_a_body_that_says_it_is_too_large_is_not_even_read(site: Site, rows: Rows) -> None:
    async with line(site.port) as (reader, writer):
        writer.write(request(site.path(), length=MOST_BYTES + 1))
        assert (await answer_from(reader)).status == 413
    assert rows() == []


async def test_a_body_that_grows_too_large_in_chunks_is_cut(site: Site, rows: Rows) -> None:
    async with line(site.port) as (reader, writer):
        writer.write(request(site.path(), b"", "Transfer-Encoding: chunked"))
        writer.write(b"%x\r\n%b\r\n" % (40_000, b" " * 40_000) * 2)
        assert (await answer_from(reader)).status == 413
    assert rows() == []


async def test_the_largest_body_allowed_is_read(site: Site) -> None:
    assert (await site.tell(callback() + b" " * (MOST_BYTES - len(callback())))).status == 200
    assert (await site.tell(callback() + b" " * (MOST_BYTES - len(callback()) + 1))).status == 413


async def test_a_callback_in_chunks_is_kept_whole(site: Site, rows: Rows) -> None:
    body = callback()
    chunks = b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n"
    assert (await site.send(request(site.path(), b"", "Transfer-Encoding: chunked") + chunks)).status == 200
    assert [row["raw"] for row in rows()] == [body]


# Too slow


async def test_a_body_that_never_comes_is_given_up_and_others_are_served_meanwhile(
    open_site: OpenSite, rows: Rows
) -> None:
    site = await open_site(body_timeout_s=0.5)
    async with line(site.port) as (reader, writer), asyncio.timeout(SOON_S):
        writer.write(request(site.path(), callback()[:20], length=500))
        assert (await site.tell(callback())).status == 200
        assert not reader.at_eof()
        assert await reader.read() == b""
    assert len(rows()) == 1


async def test_a_body_that_trickles_is_given_up_all_the_same(open_site: OpenSite) -> None:
    site = await open_site(body_timeout_s=0.3)
    async with line(site.port) as (reader, writer), asyncio.timeout(SOON_S):
        writer.write(request(site.path(), length=60_000))
        gone = asyncio.create_task(reader.read())
        while not gone.done():
            writer.write(b" ")
            await asyncio.wait([gone], timeout=0.02)
        assert await gone == b""


async def test_five_hundred_stalled_bodies_keep_nobody_else_waiting(open_site: OpenSite) -> None:
    site = await open_site(body_timeout_s=1.0)
    stalled = request(site.path(), callback()[:20], length=500)
    lines = await asyncio.gather(*(asyncio.open_connection("127.0.0.1", site.port) for _ in range(500)))
    for _, writer in lines:
        writer.write(stalled)
    async with asyncio.timeout(SOON_S * 3):
        assert (await site.tell(callback())).status == 200
        assert {await reader.read() for reader, _ in lines} == {b""}
    for _, writer in lines:
        writer.close()
        await writer.wait_closed()


@pytest.mark.parametrize("start", [b"", b"POST /c/stk", b"POST / HTTP/1.1\r\nHost: x\r\nX-Slow: "])
async def test_headers_that_never_come_are_given_up(open_site: OpenSite, start: bytes) -> None:
    site = await open_site(keepalive_s=0.3)
    async with line(site.port) as (reader, writer), asyncio.timeout(SOON_S):
        writer.write(start)
        assert await reader.read() == b""


async def test_headers_that_trickle_are_given_up_all_the_same(open_site: OpenSite) -> None:
    site = await open_site(keepalive_s=0.3)
    async with line(site.port) as (reader, writer), asyncio.timeout(SOON_S):
        writer.write(b"POST / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
        gone = asyncio.create_task(reader.read())
        while not gone.done():
            writer.write(b"z")
            await asyncio.wait([gone], timeout=0.02)
        assert await gone == b""
