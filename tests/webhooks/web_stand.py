"""A real server on a real store, and a client that may be as rude as it likes: it writes raw bytes."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from aiohttp import web

from payments.ports import InboxDoor
from webhooks.addresses import CallbackAddresses
from webhooks.parts import WebParts
from webhooks.readiness import Readiness
from webhooks.server import KEEPALIVE_S, build_runner, build_web_app
from webhooks.sources import Sources

KEY, OLD_KEY = "the-key-in-use", "the-key-before-it"
ID = "00aa11bb22cc33dd"
CHECKOUT = "ws_CO_04022026101530412700000123"
RECEIPT = "UB47K2M9QX"
BASE = "http://127.0.0.1:1"
T0 = datetime(2026, 2, 4, 7, 15, 30, tzinfo=UTC)
PATIENCE_S = 5.0


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.time = T0

    def __call__(self) -> datetime:
        return self.time

    def forward(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


def items(**changes: object) -> list[dict[str, object]]:
    values: dict[str, object] = {
        "Amount": 1500,
        "MpesaReceiptNumber": RECEIPT,
        "TransactionDate": 20260204101545,
        "PhoneNumber": 254700000123,
    }
    return [{"Name": name, "Value": value} for name, value in (values | changes).items()]


def callback(**changes: object) -> bytes:
    """A success as Safaricom tells it (Daraja: STK push, callback body)."""
    said: dict[str, object] = {
        "MerchantRequestID": "7c1d-4e02-9ab3-5f60c1d2e3a4118822",
        "CheckoutRequestID": CHECKOUT,
        "ResultCode": 0,
        "ResultDesc": "The service request is processed successfully.",
        "CallbackMetadata": {"Item": items()},
    }
    return json.dumps({"Body": {"stkCallback": said | changes}}).encode()


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said; `status` 0 when it closed the line without a word."""

    status: int
    body: bytes = b""


SILENCE = Answer(0)


def request(
    path: str, body: bytes = b"", *headers: str, method: str = "POST", length: int | None = None
) -> bytes:
    """A request's bytes; `length` is what it says of its body, where that is not the truth."""
    lines = [f"{method} {path} HTTP/1.1", "Host: pay.example.co.ke", *headers]
    if not any(header.lower().startswith("transfer-encoding") for header in headers):
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join([*lines, "", ""]).encode() + body


async def answer_from(reader: asyncio.StreamReader) -> Answer:
    try:
        async with asyncio.timeout(PATIENCE_S):
            head = await reader.readuntil(b"\r\n\r\n")
            found = re.search(rb"(?i)content-length: *(\d+)", head)
            body = await reader.readexactly(int(found[1])) if found else b""
    except (asyncio.IncompleteReadError, ConnectionError):
        return SILENCE
    return Answer(int(head.split(b" ", 2)[1]), body)


@contextlib.asynccontextmanager
async def line(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """One connection, closed at the end without ceremony."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@dataclass(slots=True, kw_only=True)
class Site:
    """A running server."""

    port: int
    addresses: CallbackAddresses
    ready: Readiness
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def path(self, subject: str = ID, kind: str = "stk") -> str:
        return self.addresses.url(kind, subject).removeprefix(BASE)

    async def send(self, raw: bytes) -> Answer:
        """Write these bytes and read one answer."""
        async with line(self.port) as (reader, writer):
            with contextlib.suppress(ConnectionError):  # An answer may come before all is written.
                writer.write(raw)
                await writer.drain()
            return await answer_from(reader)

    async def tell(self, body: bytes, *headers: str, path: str | None = None) -> Answer:
        """A callback to the payment's own address."""
        return await self.send(request(path or self.path(), body, *headers))

    async def get(self, path: str) -> Answer:
        return await self.send(request(path, method="GET"))


async def _well() -> None:
    """A store that is there."""


async def roomy() -> bool:
    """A disk with room."""
    return True


@contextlib.asynccontextmanager
async def serving(
    inbox: InboxDoor, clock: Clock, *, keepalive_s: float = KEEPALIVE_S, **changes: object
) -> AsyncIterator[Site]:
    """A server with these parts until the end of the block."""
    arrived = asyncio.Event()
    parts = WebParts(
        inbox=inbox,
        addresses=CallbackAddresses(BASE, [KEY, OLD_KEY]),
        sources=Sources(),
        now=clock,
        arrived=arrived.set,
        ready=Readiness(ping=_well, spool=roomy, telegram=True),
    )
    parts = replace(parts, **changes)  # type: ignore[arg-type]  # the test names real fields
    runner = build_runner(build_web_app(parts), shutdown_timeout_s=0.2, keepalive_s=keepalive_s)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port: int = runner.addresses[0][1]
        yield Site(port=port, addresses=parts.addresses, ready=parts.ready, arrived=arrived)
    finally:
        await runner.cleanup()
