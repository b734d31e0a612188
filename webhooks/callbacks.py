"""The routes for Safaricom's callbacks: check the address, store the bytes, answer.

Order matters: the token is checked before the body is read and before any database work, so a
stranger costs next to nothing and changes nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

from aiohttp import web

from daraja.callbacks import BadCallback
from payments.audit import Actor, AuditKind
from payments.inbox import InboxRow, RowState, row_id
from webhooks.bodies import mislabelled, read_body
from webhooks.doors import CHECKS
from webhooks.parts import PARTS, WebParts, peer_of

log = logging.getLogger(__name__)

ACCEPTED = {"ResultCode": 0, "ResultDesc": "Accepted"}


def routes() -> list[web.RouteDef]:
    """The callback routes."""
    return [web.post(f"/c/{kind}/{{subject}}/{{token}}", _taker(kind)) for kind in CHECKS]


def _taker(kind: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def take(request: web.Request) -> web.Response:
        parts = request.app[PARTS]
        # Undecoded: an address has one spelling, and no other is ours.
        place, subject, token = request.rel_url.raw_path.rsplit("/", 2)
        if place != f"/c/{kind}" or not parts.addresses.accepts(kind, subject, token):
            peer = peer_of(request)
            log.warning("callback_refused", extra={"kind": kind, "peer": peer})
            parts.watch.note(AuditKind.BAD_CALLBACK_TOKEN, actor=Actor.STRANGER, who=peer)
            raise web.HTTPNotFound
        raw = await read_body(request, parts.body_timeout_s)
        row = _row(request, parts, kind, subject, raw)
        return await _store(parts, row, mislabelled(request) or _unreadable(row))

    return take


def _row(request: web.Request, parts: WebParts, kind: str, subject: str, raw: bytes) -> InboxRow:
    peer = peer_of(request)
    return InboxRow(
        id=row_id(kind, subject, raw),
        kind=kind,
        subject=subject,
        raw=raw,
        peer=peer,
        trusted=parts.sources.lists(peer),
        received_at=parts.now(),
    )


def _unreadable(row: InboxRow) -> str | None:
    try:
        CHECKS[row.kind](row.raw)
    except BadCallback as error:
        return error.reason
    return None


async def _store(parts: WebParts, row: InboxRow, trouble: str | None) -> web.Response:
    if trouble:
        await parts.inbox.add(_condemned(row, trouble))
        parts.arrived()
        log.warning("callback_unreadable", extra={"subject": row.subject, "why": trouble})
        raise web.HTTPBadRequest(text="not a callback")
    if not row.trusted:
        log.warning("callback_unlisted_address", extra={"subject": row.subject, "peer": row.peer})
    await parts.inbox.add(row)
    parts.arrived()
    return web.json_response(ACCEPTED)


def _condemned(row: InboxRow, why: str) -> InboxRow:
    """Whoever holds a payment's address and sends nonsense is worth a look: nothing is thrown away.

    The worker sets it aside. Under a key of its own, so that the same bytes, sent well, are still taken.
    """
    return replace(row, id=f"{row.id}:{RowState.QUARANTINE}", verdict=why)
