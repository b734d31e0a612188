"""The page's web server: static files, the whole picture, the stream of news, and the deeds."""

from __future__ import annotations

import asyncio
import errno
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self

from aiohttp import web

from sandbox.telegram.webhook import is_loopback

from .deeds import Gone, read_deed
from .guard import dress, no, only_this_machine
from .hub import Hub, Tab, TooManyTabsError
from .personas import PIN
from .stage import Nonsense, Stage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Sequence

    from sandbox.safaricom import DarajaSimulator
    from sandbox.telegram import FakeBotApi

    from .personas import Persona

log = logging.getLogger(__name__)

STATIC: Final = Path(__file__).parent / "static"
_BODY_LIMIT: Final = 16 * 1024
_HEARTBEAT_S: Final = 15.0
_PICTURES: Final = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class DemoPage:
    """The page over a running fake Bot API and a running simulator. Personas are introduced to both at once.

    Use it as an async context manager, or call `start` and `stop`.
    """

    def __init__(self, botapi: FakeBotApi, simulator: DarajaSimulator, personas: Sequence[Persona]) -> None:
        self._stage = Stage(botapi, simulator, personas)
        self._hub = Hub()
        self._followers: list[asyncio.Task[None]] = []
        self._runner: web.AppRunner | None = None
        self._url = ""
        for persona in personas:
            botapi.person(
                persona.user_id,
                persona.name,
                username=persona.username,
                language_code=persona.language_code,
            )
            simulator.phone(persona.phone).pin = PIN

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    @property
    def url(self) -> str:
        """The page's address. Raises RuntimeError before the start."""
        if not self._url:
            raise RuntimeError("the page has not been started")
        return self._url

    async def start(self, host: str = "127.0.0.1", port: int = 8100) -> None:
        """Listen; at any free port when `port` is taken, so look at `url`.

        Raises:
            ValueError: the host is not loopback.
        """
        if not is_loopback(host):
            raise ValueError(f"the page listens on loopback only, not on {host}")
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        try:
            await _listen(self._runner, host, port)
        except OSError:
            await self.stop()
            raise
        shown_host = f"[{host}]" if ":" in host else host
        self._url = f"http://{shown_host}:{self._runner.addresses[0][1]}/"
        self._followers = [self._follow(self._watch_chats), self._follow(self._watch_phones)]

    async def stop(self) -> None:
        """Stop listening; event streams end at once."""
        for follower in self._followers:
            follower.cancel()
        await asyncio.gather(*self._followers, return_exceptions=True)
        self._followers = []
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def _application(self) -> web.Application:
        app = web.Application(client_max_size=_BODY_LIMIT, middlewares=[only_this_machine])
        app.on_response_prepare.append(dress)
        app.on_shutdown.append(self._end_streams)
        app.router.add_get("/", self._index)
        app.router.add_static("/static", STATIC)
        app.router.add_get("/ui/state", _in_words(self._state))
        app.router.add_get("/ui/events", _in_words(self._events))
        app.router.add_get("/ui/files/{file_id}", _in_words(self._file))
        app.router.add_post("/ui/act", _in_words(self._act))
        return app

    async def _end_streams(self, _: web.Application) -> None:
        self._hub.close()

    # News

    def _follow(self, watch: Callable[[], Coroutine[None, None, None]]) -> asyncio.Task[None]:
        task = asyncio.create_task(watch(), name="page follows the stand-ins")
        task.add_done_callback(_report)
        return task

    async def _watch_chats(self) -> None:
        botapi = self._stage.botapi
        async for happening in botapi.events(botapi.world.stream.last_number):
            for news in self._stage.chat_news(happening):
                self._hub.tell(news)

    async def _watch_phones(self) -> None:
        async for event in self._stage.simulator.events():
            if event.phone:
                self._stage.notice_line(event.phone)
                self._hub.tell(self._stage.phone_news(event.phone))

    # Requests

    async def _index(self, _: web.Request) -> web.StreamResponse:
        return web.FileResponse(STATIC / "index.html")

    async def _state(self, request: web.Request) -> web.StreamResponse:
        """Tell the whole picture for one persona, the first when none is named."""
        wanted = request.query.get("uid", str(next(iter(self._stage.personas), "")))
        if not wanted.isascii() or not wanted.isdecimal() or len(wanted) > len(str(2**53)):
            raise Nonsense("uid is a number")
        return web.json_response(self._stage.state_json(int(wanted)))

    async def _events(self, request: web.Request) -> web.StreamResponse:
        """Stream news from now on; a tab asks for the whole picture after this has begun."""
        tab = self._hub.open()
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        try:
            await response.prepare(request)
            await response.write(b"retry: 1000\n: open\n\n")
            await _pour(tab, response)
        except ConnectionResetError:
            pass  # the tab was closed
        finally:
            self._hub.leave(tab)
        return response

    async def _act(self, request: web.Request) -> web.StreamResponse:
        if request.content_type != "application/json":
            return no(415, "send JSON")
        deed = read_deed(await request.read())
        told = await deed.play(self._stage)
        if deed.do == "balance":  # the simulator says nothing of it, as no network would
            self._hub.tell(self._stage.phone_news(deed.phone))
        return web.json_response({"ok": True, **told})

    async def _file(self, request: web.Request) -> web.StreamResponse:
        """Hand out what the bot sent: pictures to be shown, everything else to be saved."""
        stored = self._stage.botapi.world.files.get(request.match_info["file_id"])
        if stored is None:
            return no(404, "no such file was sent")
        picture = next((mime for magic, mime in _PICTURES.items() if stored.content.startswith(magic)), None)
        response = web.Response(body=stored.content, content_type=picture or "application/octet-stream")
        if picture is None:
            response.headers["Content-Disposition"] = _attachment(stored.name)
        return response


def _attachment(name: str) -> str:
    plain = "".join(sign if sign.isascii() and (sign.isalnum() or sign in "._-") else "_" for sign in name)
    return f'attachment; filename="{plain}"'


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    """Take the wanted port, or any when somebody else has it. Raises OSError."""
    try:
        await web.TCPSite(runner, host, port).start()
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        await web.TCPSite(runner, host, 0).start()


async def _pour(tab: Tab, response: web.StreamResponse) -> None:
    """Write news as they come, and a sign of life that shows who has gone."""
    while (line := await tab.next(_HEARTBEAT_S)) is not None:
        await response.write(line or b": still here\n\n")


def _in_words(
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]],
) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Say in words what was wrong with a request."""

    async def told(request: web.Request) -> web.StreamResponse:
        try:
            return await handler(request)
        except Nonsense as error:
            return no(400, str(error))
        except Gone as error:
            return no(409, str(error))
        except TooManyTabsError as error:
            return no(503, str(error))

    return told


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()):
        log.error("the page lost sight of the stand-ins", exc_info=error)
