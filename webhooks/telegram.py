"""The route for Telegram's updates: check the secret, store the update, answer.

An answer other than 2xx makes Telegram send the update again, so it is given only once the update
is stored.
"""

from __future__ import annotations

import hmac
import logging

from aiohttp import web

from payments.audit import Actor, AuditKind
from webhooks.bodies import read_body
from webhooks.parts import PARTS, WebParts, peer_of

log = logging.getLogger(__name__)

PATH = "/telegram/webhook"


def routes() -> list[web.RouteDef]:
    """The one route, present in both modes: when updates are polled it answers 404."""
    return [web.post(PATH, _take)]


async def _take(request: web.Request) -> web.Response:
    parts = request.app[PARTS]
    if parts.take_update is None:
        log.warning("update_refused", extra={"peer": request.remote})
        raise web.HTTPNotFound
    if not _knows_secret(request, parts):
        peer = peer_of(request)
        log.warning("update_refused", extra={"peer": peer})
        parts.watch.note(AuditKind.BAD_TELEGRAM_SECRET, actor=Actor.STRANGER, who=peer)
        raise web.HTTPNotFound
    raw = await read_body(request, parts.body_timeout_s)
    try:
        await parts.take_update(raw)
    except ValueError as error:
        log.warning("update_unreadable", extra={"why": str(error)[:200]})
        raise web.HTTPBadRequest(text="not an update") from None
    return web.Response()


def _knows_secret(request: web.Request, parts: WebParts) -> bool:
    given = request.headers.get("X-Telegram-Bot-Api-Secret-Token", "")
    expected = parts.telegram_secret
    # Bytes, because comparing text raises for what is not ASCII.
    return not expected or hmac.compare_digest(given.encode("utf-8", "surrogateescape"), expected.encode())
