"""The switchboard under `/_control/`: the people's doings and what can be seen, for other programs and pages.

Only this machine may use it, and only with JSON bodies, which no form of a foreign web page can send.
"""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Final

from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from sandbox.doors import is_loopback

from .wire import JsonObject

if TYPE_CHECKING:
    from .server import FakeBotApi


class _Order(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")


class _Person(_Order):
    user_id: int
    first_name: str
    username: str | None = None
    language_code: str | None = "en"
    blocked: bool = False


class _Say(_Order):
    user_id: int
    text: str


class _Tap(_Order):
    user_id: int
    button: str
    message_id: int | None = None


class _Contact(_Order):
    user_id: int
    phone: str
    contact_user_id: int | None = None
    first_name: str | None = None


class _Block(_Order):
    user_id: int
    blocked: bool = True


class _Repeat(_Order):
    update_id: int


class _Fault(_Order):
    method: str
    kind: str
    times: int = 1
    skip: int = 0
    retry_after_s: int = 1
    delay_s: float = 1.0
    description: str = ""


Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def add_switchboard(app: web.Application, api: FakeBotApi) -> None:
    """Add the switchboard's addresses to the server."""
    board = _Switchboard(api)
    routes: Final[dict[tuple[str, str], Handler]] = {
        ("POST", "person"): board.person,
        ("POST", "say"): board.say,
        ("POST", "tap"): board.tap,
        ("POST", "contact"): board.contact,
        ("POST", "block"): board.block,
        ("POST", "repeat"): board.repeat,
        ("POST", "fault"): board.fault,
        ("POST", "clear_faults"): board.clear_faults,
        ("GET", "chats"): board.chats,
        ("GET", "chats/{user_id:[0-9]+}"): board.chat,
        ("GET", "calls"): board.calls,
        ("GET", "files/{file_id}"): board.file,
        ("GET", "events"): board.events,
    }
    for (method, path), handler in routes.items():
        app.router.add_route(method, f"/_control/{path}", _guarded(handler))


def _guarded(handler: Handler) -> Handler:
    """Let only this machine in, and turn the usual mistakes into plain answers."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        if not is_loopback(request.remote or ""):
            return _no(403, "only this machine may use the switchboard")
        if request.method == "POST" and request.content_type != "application/json":
            return _no(415, "send JSON")
        try:
            return await handler(request)
        except ValidationError as error:
            return _no(400, str(error.errors(include_url=False, include_context=False)))
        except ValueError as error:
            return _no(400, str(error))
        except LookupError as error:
            return _no(404, str(error))

    return guarded


def _no(status: int, why: str) -> web.Response:
    return web.json_response({"ok": False, "error": why}, status=status)


def _yes(**told: object) -> web.Response:
    return web.json_response({"ok": True, **told})


class _Switchboard:
    def __init__(self, api: FakeBotApi) -> None:
        self._api = api

    async def person(self, request: web.Request) -> web.Response:
        order = _Person.model_validate_json(await request.read())
        return _yes(person=self._api.person(**order.model_dump()).as_user())

    async def say(self, request: web.Request) -> web.Response:
        order = _Say.model_validate_json(await request.read())
        return _yes(update_id=await self._api.says(order.user_id, order.text))

    async def tap(self, request: web.Request) -> web.Response:
        order = _Tap.model_validate_json(await request.read())
        query_id = await self._api.taps(order.user_id, order.button, message_id=order.message_id)
        return _yes(query_id=query_id)

    async def contact(self, request: web.Request) -> web.Response:
        order = _Contact.model_validate_json(await request.read())
        return _yes(update_id=await self._api.shares_contact(**order.model_dump()))

    async def block(self, request: web.Request) -> web.Response:
        order = _Block.model_validate_json(await request.read())
        act = self._api.blocks if order.blocked else self._api.unblocks
        return _yes(update_id=await act(order.user_id))

    async def repeat(self, request: web.Request) -> web.Response:
        self._api.repeat_update(_Repeat.model_validate_json(await request.read()).update_id)
        return _yes()

    async def fault(self, request: web.Request) -> web.Response:
        self._api.fault(**_Fault.model_validate_json(await request.read()).model_dump())
        return _yes()

    async def clear_faults(self, _: web.Request) -> web.Response:
        self._api.clear_faults()
        return _yes()

    async def chats(self, _: web.Request) -> web.Response:
        return _yes(people=[chat.person.as_user() for chat in self._api.world.chats.values()])

    async def chat(self, request: web.Request) -> web.Response:
        user_id = int(request.match_info["user_id"])
        chat = self._api.chat(user_id)
        return _yes(
            person=chat.person.as_user(),
            blocked=chat.person.blocked,
            messages=[message.view() for message in chat.messages],
            reply_keyboard=chat.reply_keyboard.wire if chat.reply_keyboard else None,
            commands=self._api.commands_for(user_id),
            transcript=chat.transcript(),
        )

    async def calls(self, request: web.Request) -> web.Response:
        """List finished calls, all or from number `after` on."""
        after = int(request.query.get("after", "0"))
        return _yes(calls=[call.as_json() for call in self._api.world.journal.after(after)])

    async def file(self, request: web.Request) -> web.Response:
        content = self._api.file(request.match_info["file_id"])
        return web.Response(body=content, content_type="application/octet-stream")

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream happenings as server-sent events; `Last-Event-ID` or `?after=` resumes."""
        after = int(request.headers.get("Last-Event-ID") or request.query.get("after", "0"))
        response = web.StreamResponse(
            headers={"Content-Type": "text/event-stream", "Cache-Control": "no-cache"}
        )
        await response.prepare(request)
        try:
            async for happening in self._api.events(after):
                await response.write(_as_event(happening.number, happening.as_json()))
        except ConnectionResetError:
            pass  # the page was closed
        return response


def _as_event(number: int, body: JsonObject) -> bytes:
    return f"id: {number}\ndata: {json.dumps(body)}\n\n".encode()
