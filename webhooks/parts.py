"""What the web server is made of, handed in by the wiring.

Owns the record only.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

from payments.ports import Inbox, Now
from webhooks.addresses import CallbackAddresses
from webhooks.bodies import READ_S
from webhooks.readiness import Readiness
from webhooks.sources import Sources


@dataclass(frozen=True, slots=True, kw_only=True)
class WebParts:
    """The server's parts.

    Attributes:
        arrived: called after a callback is stored.
        take_update: stores one update of Telegram; raises ValueError for what is none, and
            StoreUnavailable. None when updates are polled.
        telegram_secret: what Telegram must send along; empty means that nothing is asked for.
    """

    inbox: Inbox
    addresses: CallbackAddresses
    sources: Sources
    now: Now
    arrived: Callable[[], None]
    ready: Readiness
    take_update: Callable[[bytes], Awaitable[bool]] | None = None
    telegram_secret: str = field(default="", repr=False)
    body_timeout_s: float = READ_S


PARTS: web.AppKey[WebParts] = web.AppKey("parts", WebParts)
