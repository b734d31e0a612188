"""Both sandboxes behind the power switch: every call that reaches them is an effect of the program.

Owns where a call is counted and how it is cut off. A long poll that acknowledges nothing changes nothing, so
it is not counted.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Middleware

from sandbox.safaricom import DarajaSimulator, SimulatorConfig
from sandbox.telegram import FakeBotApi
from tests.crash.power import Mains, PowerCut

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class CountedBotApi(FakeBotApi):
    """A Bot API whose calls are counted."""

    def __init__(self, mains: Mains) -> None:
        super().__init__()
        self._mains = mains

    def _application(self) -> web.Application:
        app = super()._application()
        app.middlewares.append(_counting(self._mains, self._name))
        return app

    async def _name(self, request: web.Request) -> str:
        method = request.match_info.get("method", "")
        if method == "getUpdates":
            return await self._acknowledging(request)
        return f"telegram {method}" if method else ""

    async def _acknowledging(self, request: web.Request) -> str:
        """What a long poll does, it does at once; for the rest of its time it only waits."""
        given = dict(await request.post()) | dict(request.query)
        offset = int(str(given.get("offset", "0")))
        if any(update.update_id < offset for update in self.world.updates.pending):
            power = self._mains.power
            number = await power.begin("telegram getUpdates")
            self.world.updates.acknowledge(offset)
            await power.end(number)
        return ""


class CountedSimulator(DarajaSimulator):
    """A Safaricom whose calls are counted."""

    def __init__(self, mains: Mains, config: SimulatorConfig) -> None:
        super().__init__(config=config)
        self._mains = mains

    def _app(self) -> web.Application:
        app = super()._app()
        app.middlewares.append(_counting(self._mains, _daraja_name))
        return app

    @property
    def at_rest(self) -> bool:
        """Whether no push is under way any more."""
        return not self._tasks._running


async def _daraja_name(request: web.Request) -> str:
    return "" if request.path.startswith("/_control") else f"safaricom {request.path.rsplit('/', 1)[-1]}"


def _counting(mains: Mains, name_of: Callable[[web.Request], Awaitable[str]]) -> Middleware:
    """The power may go as the call arrives, or when it is done and before it is answered."""

    @web.middleware
    async def counted(request: web.Request, handler: Handler) -> web.StreamResponse:
        power = mains.power
        try:
            name = await name_of(request)
            number = await power.begin(name) if name else 0
            response = await handler(request)
            await power.end(number)
        except PowerCut:
            if request.transport is not None:
                request.transport.abort()
            return web.Response(status=500)  # never seen: the line is cut
        else:
            return response

    return counted
