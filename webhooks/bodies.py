"""Reading a body from a stranger: bounded in size and in time.

Owns the two bounds, and what the headers may say of a body. Refuses to look into the bytes.
"""

from __future__ import annotations

import asyncio
import codecs

from aiohttp import web
from aiohttp.http import HttpProcessingError

MOST_BYTES = 64 * 1024
READ_S = 5.0
_CODINGS = frozenset({"", "identity", "gzip", "deflate", "br", "zstd"})
"""HTTP: Content-Encoding. The server has unpacked these, or has failed to, before anybody sees the bytes."""


class TooSlow(Exception):
    """The body did not come in time; the connection is to be closed without an answer."""


async def read_body(request: web.Request, timeout_s: float) -> bytes:
    """The whole body.

    Raises:
        web.HTTPRequestEntityTooLarge: it is over `MOST_BYTES`, unpacked.
        web.HTTPBadRequest: it cannot be read (a broken encoding, a connection cut).
        TooSlow: it did not come in time.
    """
    if (request.content_length or 0) > MOST_BYTES:
        raise web.HTTPRequestEntityTooLarge(MOST_BYTES, request.content_length or 0)
    try:
        async with asyncio.timeout(timeout_s):
            return await request.read()
    except TimeoutError:
        raise TooSlow from None
    except (web.RequestPayloadError, HttpProcessingError, OSError) as error:
        raise web.HTTPBadRequest(text="the body cannot be read") from error


def mislabelled(request: web.Request) -> str | None:
    """What is wrong with what the headers say of the body: a short fixed phrase, or None.

    An unusual Content-Type is nothing wrong: the bytes decide, and whoever knows the address sent them.
    """
    if request.headers.get("Content-Encoding", "").strip().lower() not in _CODINGS:
        return "an unknown content coding"
    try:
        codecs.lookup(request.charset or "utf-8")
    except (LookupError, ValueError):
        return "an unknown charset"
    return None
