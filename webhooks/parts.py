"""What the web server is made of, handed in by the wiring.

Owns the record only.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Protocol

from aiohttp import web

from payments.audit_ports import SecurityWatch
from payments.billing.receipt import Genuine
from payments.metering import Unmetered
from payments.ports import InboxDoor, Meter, Now
from payments.watch import Unwatched
from webhooks.addresses import CallbackAddresses
from webhooks.bodies import READ_S
from webhooks.readiness import Readiness
from webhooks.sources import Sources


class ReceiptChecker(Protocol):
    """Whoever knows which receipts are genuine."""

    async def look_up(self, code: str) -> Genuine | None:
        """See `payments.billing.receipts.ReceiptDesk.look_up`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebParts:
    """The server's parts.

    Attributes:
        arrived: called after a callback is stored.
        take_update: stores one update of Telegram; raises ValueError for what is none, and
            StoreUnavailable. None when updates are polled.
        meter: counts callbacks.
        metrics: the text of `/metrics`; None where there is none.
        watch: is told of strangers.
        receipts: tells of receipts by their codes; None where there are none.
        telegram_secret: what Telegram must send along; empty means that nothing is asked for.
    """

    inbox: InboxDoor
    addresses: CallbackAddresses
    sources: Sources
    now: Now
    arrived: Callable[[], None]
    ready: Readiness
    meter: Meter = field(default_factory=Unmetered)
    metrics: Callable[[], Awaitable[bytes]] | None = None
    watch: SecurityWatch = field(default_factory=Unwatched)
    take_update: Callable[[bytes], Awaitable[bool]] | None = None
    telegram_secret: str = field(default="", repr=False)
    receipts: ReceiptChecker | None = None
    firm_name: str = ""
    body_timeout_s: float = READ_S


PARTS: web.AppKey[WebParts] = web.AppKey("parts", WebParts)


def peer_of(request: web.Request) -> str:
    """The address a request really came from, our own proxies left out."""
    forwarded = request.headers.getall("X-Forwarded-For", [])
    return request.app[PARTS].sources.client(request.remote or "", forwarded)
