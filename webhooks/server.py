"""The aiohttp server: its routes, its limits, and its promise never to answer 500.

Owns the application and the runner. What a route does stands in the route's own module.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from payments.ports import StoreUnavailable
from webhooks import callbacks, health, metrics, telegram, verify
from webhooks.bodies import MOST_BYTES, TooSlow
from webhooks.noise import server_logger
from webhooks.parts import PARTS, WebParts

log = logging.getLogger(__name__)

KEEPALIVE_S = 10.0
"""Also ends connections whose headers never come, which aiohttp would keep for an hour."""


def build_web_app(parts: WebParts) -> web.Application:
    """The application with all its routes."""
    app = web.Application(client_max_size=MOST_BYTES, middlewares=[metrics.counted, _never_500])
    app[PARTS] = parts
    for part in (callbacks, telegram, verify, health, metrics):
        app.add_routes(part.routes())
    return app


def build_runner(
    app: web.Application, *, shutdown_timeout_s: float = 5.0, keepalive_s: float = KEEPALIVE_S
) -> web.AppRunner:
    """A runner without access log (addresses hold keys) whose handlers outlive their callers."""
    return web.AppRunner(
        app,
        access_log=None,
        logger=server_logger(),
        keepalive_timeout=keepalive_s,
        handler_cancellation=False,
        shutdown_timeout=shutdown_timeout_s,
    )


@web.middleware
async def _never_500(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """What cannot be done now is 503: the caller may come again, and nothing was promised."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except TooSlow:
        return _hung_up(request)
    except StoreUnavailable:
        log.warning("store_unavailable", extra={"route": _route(request)})
    except Exception:
        log.exception("request_failed", extra={"route": _route(request)})
    return web.Response(status=503, headers={"Retry-After": "5"})


def _hung_up(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.close()
    return web.Response(status=400)  # Never seen: the line is closed.


def _route(request: web.Request) -> str:
    """The route's pattern; the address itself may hold a key."""
    resource = request.match_info.route.resource
    return resource.canonical if resource else "none"
