"""The way in to every Daraja route: weather, then the route; refusals become answers and all is noted."""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.safaricom import envelopes
from sandbox.safaricom.envelopes import RefusedError
from sandbox.safaricom.records import SeenRequest

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from sandbox.safaricom.weather import DoorName, Weather

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Gate:
    """Wraps handlers; keeps the list of requests seen, without their bodies."""

    def __init__(self, weather: Weather, *, remembered: int) -> None:
        self.seen: deque[SeenRequest] = deque(maxlen=remembered)
        self._weather = weather

    def guard(self, door: DoorName | None, handler: Handler) -> Handler:
        """The handler behind the gate; no door means that no scripted fault waits there."""

        async def guarded(request: web.Request) -> web.StreamResponse:
            response = await self._answer(door, handler, request)
            gone = request.transport is None or request.transport.is_closing()
            self.seen.append(SeenRequest(request.method, request.path, 0 if gone else response.status))
            return response

        return guarded

    async def _answer(
        self, door: DoorName | None, handler: Handler, request: web.Request
    ) -> web.StreamResponse:
        if self._weather.slow_s:
            await asyncio.sleep(self._weather.slow_s)
        if self._weather.down:
            return envelopes.answer("incapsula")
        fault = self._weather.next_fault(door) if door else None
        if fault == "cut_off":
            return cut_off(request)
        if fault:
            return envelopes.answer(fault, detail=_token_of(request))
        try:
            return await handler(request)
        except RefusedError as refused:
            return refused.response()


def post_only(handler: Handler) -> Handler:
    """GET is told that its authentication is wrong, as Daraja does; other verbs that they are not allowed."""

    async def checked(request: web.Request) -> web.StreamResponse:
        if request.method == "GET":
            raise RefusedError("invalid_header")
        if request.method != "POST":
            raise RefusedError("method_not_allowed")
        return await handler(request)

    return checked


async def nothing_here(_: web.Request) -> web.StreamResponse:
    """Any path that Daraja does not have."""
    raise RefusedError("not_found")


def cut_off(request: web.Request) -> web.Response:
    """Close the connection; the response returned is never sent."""
    if request.transport:
        request.transport.abort()
    return web.Response(status=500)


def _token_of(request: web.Request) -> str:
    return request.headers.get("Authorization", "").removeprefix("Bearer ")
