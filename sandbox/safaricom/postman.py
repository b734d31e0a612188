"""Delivers callbacks: one POST each and never a second try (Daraja: callbacks are not retried)."""

from __future__ import annotations

import json
from collections import deque
from typing import TYPE_CHECKING

import aiohttp

from sandbox.safaricom.records import SentCallback

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.safaricom.events import Feed


class Postman:
    """Sends what it is given and remembers what was answered."""

    def __init__(self, feed: Feed, *, timeout_s: float, remembered: int) -> None:
        self.sent: deque[SentCallback] = deque(maxlen=remembered)
        self._feed = feed
        self._timeout = aiohttp.ClientTimeout(total=timeout_s)
        self._session: aiohttp.ClientSession | None = None

    async def start(self) -> None:
        """Open the client; needs a running event loop."""
        self._session = aiohttp.ClientSession(timeout=self._timeout, cookie_jar=aiohttp.DummyCookieJar())

    async def stop(self) -> None:
        """Close every connection."""
        if self._session:
            await self._session.close()

    async def post(
        self,
        url: str,
        body: object,
        *,
        checkout_request_id: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> SentCallback:
        """POST the body once, as JSON, or as it is if it is bytes; whatever happens is in the record."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        shown = body.decode(errors="replace") if isinstance(body, bytes) else body
        record = SentCallback(url=url, body=shown, checkout_request_id=checkout_request_id)
        self.sent.append(record)
        try:
            record.status = await self._send(url, raw, headers or {})
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as error:
            record.error = type(error).__name__
        self._tell(record)
        return record

    async def _send(self, url: str, raw: bytes, headers: Mapping[str, str]) -> int:
        if self._session is None:
            raise ConnectionError("the simulator is not running")
        everything = {"Content-Type": "application/json", **headers}
        async with self._session.post(url, data=raw, headers=everything, allow_redirects=False) as reply:
            await reply.read()
            return reply.status

    def _tell(self, record: SentCallback) -> None:
        outcome = f"answered {record.status}" if record.status is not None else f"failed: {record.error}"
        self._feed.tell(
            "callback_sent", f"Callback {outcome}.", checkout_request_id=record.checkout_request_id
        )
