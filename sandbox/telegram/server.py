"""The HTTP side: one aiohttp server on loopback with the Bot API's addresses and the switchboard.

It reads calls, lets faults strike, answers and records. What a method does is in the table of methods.
"""

from __future__ import annotations

import asyncio
import hmac
import inspect
import logging
import socket
import struct
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from aiohttp import web

from sandbox.doors import is_loopback
from sandbox.practice import BOT_TOKEN

from .faults import HTML_PAGE, Fault
from .journal import CallRecord
from .methods import METHODS, NAMES
from .people import People
from .refusals import Refusal, refusal
from .switchboard import add_switchboard
from .watching import Watching
from .wire import Call, read_call
from .world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from .wire import JsonObject

log = logging.getLogger(__name__)

_BODY_LIMIT: Final = 60 * 1024 * 1024
"""Bytes; above Telegram's own 50 MB for a document."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What the caller shall hear: an HTTP status, or 0 for a broken connection, and the JSON."""

    status: int
    body: JsonObject
    html: bool = False


class FakeBotApi(People, Watching):
    """A Bot API server with one bot and as many people as are introduced; strict, in memory, on loopback.

    The token is what the bot must use, `name` what people see; the clock tells Unix seconds. Use it as an
    async context manager, or call `start` and `stop`.
    """

    def __init__(
        self,
        *,
        token: str = BOT_TOKEN,
        name: str = "Practice Bot",
        clock: Callable[[], float] | None = None,
    ) -> None:
        self.token = token
        bot_id = int(token.split(":", maxsplit=1)[0])
        self.world = World(bot_id=bot_id, bot_name=name, clock=clock or time.time)
        self._runner: web.AppRunner | None = None
        self._address: tuple[str, int] | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """The root address; `/bot<token>/<method>` is appended. Raises RuntimeError before the start."""
        if self._address is None:
            raise RuntimeError("the fake Bot API has not been started")
        host, port = self._address
        return f"http://{host}:{port}"

    @property
    def port(self) -> int:
        """The port; kept after a stop, to start again at the same place."""
        return int(self.url.rpartition(":")[2])

    async def start(
        self, host: str = "127.0.0.1", port: int = 0, *, door: socket.socket | None = None
    ) -> None:
        """Listen, behind `door` if one is given; port 0 takes a free one.

        After a stop it goes on with all it knew.

        Raises:
            ValueError: the host is not loopback. OSError: the port is taken.
        """
        host = door.getsockname()[0] if door else host
        if not is_loopback(host):
            raise ValueError(f"the fake Bot API listens on loopback only, not on {host}")
        runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        site = web.SockSite(runner, door) if door else web.TCPSite(runner, host, port)
        try:
            await site.start()
        except OSError:
            await runner.cleanup()
            raise
        self._runner = runner
        self._address = (host, int(runner.addresses[0][1]))
        self.world.bell.closed = False
        await self.world.delivery.set(self.world.delivery.webhook)

    async def stop(self) -> None:
        """Stop listening and posting; long polls and event streams end at once."""
        self.world.bell.close()
        await self.world.delivery.stop()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _application(self) -> web.Application:
        app = web.Application(client_max_size=_BODY_LIMIT)
        app.router.add_route("*", "/bot{token}/test/{method}", self._call)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        add_switchboard(app, self)
        return app

    async def _call(self, request: web.Request) -> web.StreamResponse:
        given = request.match_info["method"]
        name = NAMES.get(given.lower(), given)
        call, fault, outcome = Call(given, {}), None, None
        try:
            self._check_token(request)
            call = await read_call(request, given)
            fault = self.world.faults.take(name, "before", "after")
            outcome = await self._outcome(call, name, fault)
        except Refusal as refused:
            outcome = _refused(refused)
        self._record(call, name, outcome, fault)
        return _response(request, _struck(outcome, fault))

    def _check_token(self, request: web.Request) -> None:
        if not hmac.compare_digest(request.match_info["token"].encode(), self.token.encode()):
            raise refusal("unauthorized")

    async def _outcome(self, call: Call, name: str, fault: Fault | None) -> _Outcome:
        """Carry the call out, unless a fault strikes before that. Raises Refusal."""
        if fault is not None and fault.does.when == "before":
            return _Outcome(fault.does.status, _fault_body(fault), fault.does.html)
        if name not in METHODS:
            self.world.journal.unknown_methods.append(name)
            log.error("UNKNOWN BOT API METHOD %r: the fake Bot API has no such method", name)
            raise refusal("unknown_method")
        result = METHODS[name](self.world, call)
        if inspect.isawaitable(result):
            result = await result
        if fault is not None and fault.kind == "slow_s":
            await asyncio.sleep(fault.delay_s)
        return _Outcome(200, {"ok": True, "result": result})

    def _record(self, call: Call, name: str, outcome: _Outcome, fault: Fault | None) -> None:
        record = CallRecord(
            number=self.world.journal.next_number(),
            method=name,
            parameters=call.parameters,
            uploads=tuple(call.uploads),
            ok=bool(outcome.body.get("ok")),
            status=outcome.status,
            description=str(outcome.body.get("description", "")),
            result=outcome.body.get("result"),
            fault=fault.kind if fault else None,
        )
        self.world.journal.calls.append(record)
        told: JsonObject = {"method": name, "status": record.status, "description": record.description}
        if name != "getUpdates":
            self.world.stream.add("call", None, told)
        self.world.bell.ring()

    async def _download(self, request: web.Request) -> web.StreamResponse:
        """Hand out a file, as `file_path` of getFile named it."""
        try:
            self._check_token(request)
        except Refusal as refused:
            return _response(request, _refused(refused))
        wanted = request.match_info["path"]
        stored = next((file for file in self.world.files.values() if file.path == wanted), None)
        if stored is None:
            return _response(request, _refused(refusal("unknown_method")))
        return web.Response(body=stored.content, content_type="application/octet-stream")


def _refused(refused: Refusal) -> _Outcome:
    body: JsonObject = {"ok": False, "error_code": refused.code, "description": refused.description}
    return _Outcome(refused.code, body | ({"parameters": refused.parameters} if refused.parameters else {}))


def _fault_body(fault: Fault) -> JsonObject:
    body: JsonObject = {"ok": False, "error_code": fault.does.status, "description": fault.says()}
    return body | ({"parameters": {"retry_after": fault.retry_after_s}} if fault.kind == "too_many" else {})


def _struck(outcome: _Outcome, fault: Fault | None) -> _Outcome:
    """Spoil the answer of a call that was carried out; the record keeps the true one."""
    if fault is None or fault.does.when != "after" or fault.kind == "slow_s":
        return outcome
    return _Outcome(fault.does.status, outcome.body, fault.does.html)


def _response(request: web.Request, outcome: _Outcome) -> web.StreamResponse:
    if outcome.status == 0:
        _break_connection(request)
        return web.Response()
    if outcome.html:
        page = HTML_PAGE.format(status=outcome.status)
        return web.Response(status=outcome.status, text=page, content_type="text/html")
    return web.json_response(outcome.body, status=outcome.status)


def _break_connection(request: web.Request) -> None:
    """Reset the connection: with lingering off, the caller sees it break instead of end."""
    if request.transport is None:
        return
    connection = request.transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    request.transport.abort()
