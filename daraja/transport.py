"""One HTTP exchange with Daraja, and the one place where the HTTP library's failures become ours.

Owns deadlines, the size limit of an answer, and the table that says of every failure whether the request
may have left us. Refuses to own what an answer means. Never retries anything, and follows no redirects.

A connection that dies while it was kept alive counts as perhaps sent: from here a server that closed it
before reading our request and one that closed it after look the same.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Final, Literal

import httpx

from daraja.errors import DarajaError, PerhapsSent, Unreached
from daraja.strictjson import MAX_BYTES

LONGEST_PAUSE_S: Final = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Deadlines of one call, in seconds. ``total_s`` also ends an answer that trickles in for ever."""

    connect_s: float = 10.0
    read_s: float = 30.0
    write_s: float = 10.0
    pool_s: float = 5.0
    total_s: float = 75.0

    def as_httpx(self) -> httpx.Timeout:
        """The same in the HTTP library's terms."""
        return httpx.Timeout(connect=self.connect_s, read=self.read_s, write=self.write_s, pool=self.pool_s)


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer as it came: nothing in it has been believed yet.

    ``body`` is cut one byte past the limit of ``strictjson``, which then refuses it as too large.
    """

    status: int
    body: bytes
    retry_after_s: float | None = None


# Every exception class of the HTTP library, once. Beyond the connection nothing is certain, so "perhaps" is
# also the answer for what is not listed here. A test fails when the library gains a class that is not.
FATES: Final[dict[type[Exception], type[DarajaError]]] = {
    # No byte of the request has left.
    httpx.ConnectError: Unreached,  # names, TCP and TLS
    httpx.ConnectTimeout: Unreached,
    httpx.PoolTimeout: Unreached,  # no connection came free
    httpx.ProxyError: Unreached,  # raised only while the tunnel is being made
    httpx.UnsupportedProtocol: Unreached,
    httpx.InvalidURL: Unreached,
    # The request, or a part of it, may have arrived.
    httpx.ReadTimeout: PerhapsSent,
    httpx.WriteTimeout: PerhapsSent,
    httpx.ReadError: PerhapsSent,
    httpx.WriteError: PerhapsSent,
    httpx.CloseError: PerhapsSent,
    httpx.RemoteProtocolError: PerhapsSent,
    httpx.LocalProtocolError: PerhapsSent,
    httpx.DecodingError: PerhapsSent,
    httpx.TooManyRedirects: PerhapsSent,
    httpx.HTTPStatusError: PerhapsSent,
    httpx.CookieConflict: PerhapsSent,
    httpx.StreamConsumed: PerhapsSent,
    httpx.StreamClosed: PerhapsSent,
    httpx.ResponseNotRead: PerhapsSent,
    httpx.RequestNotRead: PerhapsSent,
    # Families of the above: a new member of one is perhaps sent.
    httpx.HTTPError: PerhapsSent,
    httpx.RequestError: PerhapsSent,
    httpx.TransportError: PerhapsSent,
    httpx.TimeoutException: PerhapsSent,
    httpx.NetworkError: PerhapsSent,
    httpx.ProtocolError: PerhapsSent,
    httpx.StreamError: PerhapsSent,
}


async def exchange(
    http: httpx.AsyncClient,
    method: Literal["GET", "POST"],
    url: str,
    *,
    headers: dict[str, str],
    body: bytes | None = None,
    timeouts: Timeouts,
) -> Answer:
    """Send one request, read one bounded answer.

    Being cancelled is not translated: whoever cancels must take the request as perhaps sent.

    Raises:
        Unreached: surely not sent.
        PerhapsSent: anything else that is not an answer.
    """
    if http.is_closed:
        raise Unreached("our HTTP client is closed")
    try:
        async with asyncio.timeout(timeouts.total_s):
            return await _send(http, http.build_request(method, url, headers=headers, content=body), timeouts)
    except Exception as error:  # noqa: BLE001 - whatever it is, the request may have been sent by now
        failure = fate_of(error)
    # Raised outside the handler, so that no request with its headers hangs on the error as its context.
    raise failure


def fate_of(error: Exception) -> DarajaError:
    """Our error for a failed exchange, by the nearest listed ancestor of its class."""
    for kind in type(error).__mro__:
        if kind in FATES:
            return FATES[kind](f"Daraja: {type(error).__name__}")
    return PerhapsSent(f"Daraja: {type(error).__name__}")


async def _send(http: httpx.AsyncClient, request: httpx.Request, timeouts: Timeouts) -> Answer:
    request.extensions["timeout"] = timeouts.as_httpx().as_dict()
    response = await http.send(request, stream=True, follow_redirects=False)
    try:
        body = await _bounded_body(response)
    finally:
        await response.aclose()
    return Answer(response.status_code, body, _pause(response.headers.get("Retry-After", "")))


async def _bounded_body(response: httpx.Response) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > MAX_BYTES:
            break
    return bytes(body[: MAX_BYTES + 1])


def _pause(header: str) -> float | None:
    """``Retry-After`` in seconds; its date form is not used by gateways that limit rates."""
    if not (header.isascii() and header.isdigit() and len(header) <= len("99999")):
        return None
    return min(float(header), LONGEST_PAUSE_S)
