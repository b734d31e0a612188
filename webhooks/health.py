"""Whether the program lives, and whether it can work."""

from __future__ import annotations

from aiohttp import web

from webhooks.parts import PARTS


def routes() -> list[web.RouteDef]:
    """`/healthz` asks nothing of anybody; `/readyz` asks every part."""
    return [web.get("/healthz", _alive), web.get("/readyz", _ready)]


async def _alive(_: web.Request) -> web.Response:
    return web.json_response({"alive": True})


async def _ready(request: web.Request) -> web.Response:
    parts = await request.app[PARTS].ready()
    return web.json_response(parts, status=200 if all(parts.values()) else 503)
