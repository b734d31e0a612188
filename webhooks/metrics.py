"""`/metrics` for whoever watches the program from this machine, and the counting of callbacks.

Owns who may read: only a caller on this machine who speaks to the program itself. What came through a proxy
is a stranger's, and so is what names another host; both are told that there is no such page.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from ipaddress import ip_address

from aiohttp import web

from webhooks.parts import PARTS

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""Prometheus: text-based exposition format."""

VERDICTS = {200: "accepted", 400: "unreadable", 404: "refused", 413: "too_large", 503: "unavailable"}
_FORWARDED = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")
_CALLBACKS = "/c/"


def routes() -> list[web.RouteDef]:
    """The one route."""
    return [web.get("/metrics", _show)]


async def _show(request: web.Request) -> web.Response:
    tell = request.app[PARTS].metrics
    if tell is None or not _is_from_here(request):
        raise web.HTTPNotFound
    return web.Response(body=await tell(), headers={"Content-Type": CONTENT_TYPE})


def _is_from_here(request: web.Request) -> bool:
    if any(header in request.headers for header in _FORWARDED):
        return False
    return _is_loopback(request.remote or "") and _is_loopback(request.url.host or "")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return (getattr(address, "ipv4_mapped", None) or address).is_loopback


@web.middleware
async def counted(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """Count what a callback was answered, and how soon. The outermost: it sees what the others made of it."""
    resource = request.match_info.route.resource
    route = resource.canonical if resource else ""
    if not route.startswith(_CALLBACKS):
        return await handler(request)
    began = time.perf_counter()
    status = 0
    try:
        response = await handler(request)
        status = response.status
    except web.HTTPException as refusal:
        status = refusal.status
        raise
    else:
        return response
    finally:
        kind = route.split("/")[2]
        verdict = VERDICTS.get(status, "cut_off" if status == 0 else "other")
        request.app[PARTS].meter.callback(kind, verdict, time.perf_counter() - began)
