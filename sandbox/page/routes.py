"""The page's addresses: static files, the whole picture, the stream of news, the deeds, files of the chat."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from aiohttp import web

from .deeds import Gone, read_deed
from .guard import dress, no, only_this_machine
from .hub import Hub, Tab, TooManyTabsError
from .stage import Nonsense, Stage

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

STATIC: Final = Path(__file__).parent / "static"
_BODY_LIMIT: Final = 16 * 1024
_HEARTBEAT_S: Final = 15.0
_PICTURES: Final = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class Routes:
    """What a browser may ask for."""

    def __init__(self, stage: Stage, hub: Hub) -> None:
        self._stage = stage
        self._hub = hub

    def application(self) -> web.Application:
        """Build the web application; event streams end at once when it stops."""
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
        done = await read_deed(await request.read()).play(self._stage)
        for news in done.news:
            self._hub.tell(news)
        return web.json_response({"ok": True, **done.told})

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


async def _pour(tab: Tab, response: web.StreamResponse) -> None:
    """Write news as they come, and a sign of life that shows who has gone."""
    while (line := await tab.next(_HEARTBEAT_S)) is not None:
        await response.write(line or b": still here\n\n")


def _in_words(handler: Handler) -> Handler:
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
