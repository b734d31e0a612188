"""Whether the program lives, and whether it can work."""

from __future__ import annotations

from aiohttp import web

from webhooks.parts import PARTS

_NEEDED = ("store", "spool", "open")


def routes() -> list[web.RouteDef]:
    """`/healthz` asks nothing of anybody; `/readyz` tells of every part.

    Without Telegram callbacks are taken all the same, so that alone is no reason to be sent away. Without
    room on the disk the next absence of the store would cost callbacks.
    """
    return [web.get("/healthz", _alive), web.get("/readyz", _ready)]


async def _alive(_: web.Request) -> web.Response:
    return web.json_response({"alive": True})


async def _ready(request: web.Request) -> web.Response:
    parts = await request.app[PARTS].ready.parts()
    return web.json_response(parts, status=200 if all(parts[name] for name in _NEEDED) else 503)
