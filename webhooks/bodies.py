"""Reading a body from a stranger: bounded in size and in time.

Owns the two bounds. Refuses to look into the bytes.
"""

from __future__ import annotations

import asyncio

from aiohttp import ClientError, web
from aiohttp.http import HttpProcessingError

MOST_BYTES = 64 * 1024
READ_S = 5.0


class TooSlow(Exception):
    """The body did not come in time; the connection is to be closed without an answer."""


async def read_body(request: web.Request, timeout_s: float = READ_S) -> bytes:
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
    except (ClientError, HttpProcessingError, OSError, ValueError) as error:
        raise web.HTTPBadRequest(text="the body cannot be read") from error
