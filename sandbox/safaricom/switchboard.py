"""The HTTP side of the simulator's switches, under `/_control/`; only this machine may turn them.

    GET  scenarios                                the table and the digits
    POST plan {scenario, phone?, times?}          what the next pushes meet
    POST plan/out {scenario, phone?, times?}      what the next payouts and reversals meet
    POST faults {door, answer, times?}            spoil the next answers at oauth, push, query, b2c, ...
    GET  pushes | payouts | callbacks | requests  what was seen so far
    GET  certificate                              what the initiator's password is to be sealed with
    GET  treasury                                 what payouts can be paid from
    POST treasury {utility?}
    POST operator/unlock
    POST callbacks {url, body, headers?}          send a callback of one's own making
    GET  phones/{msisdn}                          balance, prompt, text messages
    POST phones/{msisdn} {balance?, pin?}
    POST phones/{msisdn}/enter {pin} | /cancel | /ignore
    POST weather {down?, slow_s?}
    POST tokens/expire
    GET  events                                   as server-sent events

It decides nothing: each route calls one method of the simulator.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, JsonValue, ValidationError

from sandbox.safaricom.out.scenarios import OUT_SCENARIOS
from sandbox.safaricom.phones import MSISDN_PATTERN, NoPromptError, PromptAnswer
from sandbox.safaricom.scenarios import BY_LAST_DIGITS, SCENARIOS, UnknownScenarioError
from sandbox.safaricom.weather import UnknownFaultError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from typing import TypeVar

    from sandbox.safaricom.events import EventStream
    from sandbox.safaricom.server import DarajaSimulator

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
    Wish = TypeVar("Wish", bound="_Wish")

_HEARTBEAT_S = 15.0
_DEEDS: dict[str, Literal["pin", "cancel", "ignore"]] = {
    "enter": "pin",
    "cancel": "cancel",
    "ignore": "ignore",
}
_PHONE = "/phones/{msisdn:" + MSISDN_PATTERN + "}"


class _Wish(BaseModel):
    """A request body; unknown fields are refused, so that a misspelt switch is noticed."""

    model_config = ConfigDict(extra="forbid", strict=True)


class _Plan(_Wish):
    scenario: str
    phone: str | None = Field(default=None, pattern=f"^{MSISDN_PATTERN}$")
    times: int = Field(default=1, ge=1, le=10_000)


class _Fault(_Wish):
    door: str
    answer: str
    times: int = Field(default=1, ge=1, le=10_000)


class _TreasuryChange(_Wish):
    utility: int = Field(ge=0)


class _PhoneChange(_Wish):
    balance: int | None = Field(default=None, ge=0)
    pin: str | None = Field(default=None, pattern=r"^\d{4}$")


class _Pin(_Wish):
    pin: str


class _Callback(_Wish):
    url: str
    body: JsonValue
    headers: dict[str, str] = {}


class _WeatherChange(_Wish):
    down: bool | None = None
    slow_s: float | None = Field(default=None, ge=0)


class Switchboard:
    """The routes; `app` is mounted by the simulator."""

    def __init__(self, simulator: DarajaSimulator) -> None:
        self._simulator = simulator

    def app(self) -> web.Application:
        """The sub-application of `/_control`."""
        app = web.Application(middlewares=[_only_this_machine, _in_words])
        app.router.add_get("/scenarios", self._scenarios)
        app.router.add_post("/plan", self._plan)
        app.router.add_post("/plan/out", self._plan_out)
        app.router.add_post("/faults", self._faults)
        app.router.add_get("/payouts", self._payouts)
        app.router.add_get("/certificate", self._certificate)
        app.router.add_get("/treasury", self._treasury)
        app.router.add_post("/treasury", self._change_treasury)
        app.router.add_post("/operator/unlock", self._unlock)
        app.router.add_get("/pushes", self._pushes)
        app.router.add_get("/callbacks", self._callbacks)
        app.router.add_get("/requests", self._requests)
        app.router.add_post("/callbacks", self._forge)
        app.router.add_get(_PHONE, self._phone)
        app.router.add_post(_PHONE, self._change_phone)
        app.router.add_post(_PHONE + "/{deed:enter|cancel|ignore}", self._answer)
        app.router.add_post("/weather", self._weather)
        app.router.add_post("/tokens/expire", self._expire)
        app.router.add_get("/events", self._events)
        return app

    async def _scenarios(self, _: web.Request) -> web.Response:
        stories = {name: scenario.story for name, scenario in SCENARIOS.items()}
        out = {name: scenario.story for name, scenario in OUT_SCENARIOS.items()}
        return web.json_response({"scenarios": stories, "by_last_digits": BY_LAST_DIGITS, "out": out})

    async def _plan(self, request: web.Request) -> web.Response:
        wish = await _read(request, _Plan)
        self._simulator.plan(wish.scenario, phone=wish.phone, times=wish.times)
        return _done()

    async def _plan_out(self, request: web.Request) -> web.Response:
        wish = await _read(request, _Plan)
        self._simulator.plan_out(wish.scenario, phone=wish.phone, times=wish.times)
        return _done()

    async def _payouts(self, _: web.Request) -> web.Response:
        return web.json_response([out.as_json() for out in self._simulator.payouts])

    async def _certificate(self, _: web.Request) -> web.Response:
        return web.Response(body=self._simulator.certificate_pem, content_type="application/x-pem-file")

    async def _treasury(self, _: web.Request) -> web.Response:
        return web.json_response(asdict(self._simulator.treasury))

    async def _change_treasury(self, request: web.Request) -> web.Response:
        self._simulator.treasury.utility_kes = (await _read(request, _TreasuryChange)).utility
        return web.json_response(asdict(self._simulator.treasury))

    async def _unlock(self, _: web.Request) -> web.Response:
        self._simulator.operator.unlock()
        return _done()

    async def _faults(self, request: web.Request) -> web.Response:
        wish = await _read(request, _Fault)
        self._simulator.spoil(wish.door, wish.answer, times=wish.times)
        return _done()

    async def _pushes(self, _: web.Request) -> web.Response:
        return web.json_response([push.as_json() for push in self._simulator.pushes])

    async def _callbacks(self, _: web.Request) -> web.Response:
        return web.json_response([callback.as_json() for callback in self._simulator.callbacks])

    async def _requests(self, _: web.Request) -> web.Response:
        return web.json_response([seen.as_json() for seen in self._simulator.requests])

    async def _forge(self, request: web.Request) -> web.Response:
        wish = await _read(request, _Callback)
        sent = await self._simulator.send_callback(wish.url, wish.body, headers=wish.headers)
        return web.json_response(sent.as_json())

    async def _phone(self, request: web.Request) -> web.Response:
        return web.json_response(self._simulator.phone(request.match_info["msisdn"]).as_json())

    async def _change_phone(self, request: web.Request) -> web.Response:
        wish = await _read(request, _PhoneChange)
        phone = self._simulator.phone(request.match_info["msisdn"])
        phone.balance_kes = phone.balance_kes if wish.balance is None else wish.balance
        phone.pin = phone.pin if wish.pin is None else wish.pin
        return web.json_response(phone.as_json())

    async def _answer(self, request: web.Request) -> web.Response:
        deed = request.match_info["deed"]
        pin = (await _read(request, _Pin)).pin if deed == "enter" else ""
        answer = PromptAnswer(_DEEDS[deed], pin)
        self._simulator.answer_now(request.match_info["msisdn"], answer)
        return _done()

    async def _weather(self, request: web.Request) -> web.Response:
        wish = await _read(request, _WeatherChange)
        weather = self._simulator.weather
        weather.down = weather.down if wish.down is None else wish.down
        weather.slow_s = weather.slow_s if wish.slow_s is None else wish.slow_s
        return web.json_response({"down": weather.down, "slow_s": weather.slow_s})

    async def _expire(self, _: web.Request) -> web.Response:
        self._simulator.expire_tokens()
        return _done()

    async def _events(self, request: web.Request) -> web.StreamResponse:
        stream = self._simulator.events()
        headers = {"Content-Type": "text/event-stream", "Cache-Control": "no-store"}
        response = web.StreamResponse(headers=headers)
        await response.prepare(request)
        while (line := await _next_line(stream)) is not None:
            await response.write(line)
        return response


async def _next_line(stream: EventStream) -> bytes | None:
    """The next event as it is sent, or a heartbeat that shows who has gone; None at the end."""
    try:
        async with asyncio.timeout(_HEARTBEAT_S):
            event = await anext(stream)
    except TimeoutError:
        return b": still here\n\n"
    except StopAsyncIteration:
        return None
    return f"event: {event.kind}\ndata: {json.dumps(event.as_json())}\n\n".encode()


async def _read(request: web.Request, model: type[Wish]) -> Wish:
    return model.model_validate_json(await request.read() or b"{}")


def _done() -> web.Response:
    return web.json_response({"ok": True})


def _complaint(status: int, text: str) -> web.Response:
    return web.json_response({"ok": False, "error": text}, status=status)


@web.middleware
async def _only_this_machine(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse other machines, and web pages of other sites in a browser on this one."""
    if not is_loopback(request.remote or ""):
        return _complaint(403, "the switchboard answers this machine only")
    origin = request.headers.get("Origin")
    if origin is not None and not is_loopback(urlsplit(origin).hostname or ""):
        return _complaint(403, "the switchboard answers pages of this machine only")
    return await handler(request)


@web.middleware
async def _in_words(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Say what was wrong with a request."""
    try:
        return await handler(request)
    except NoPromptError:
        return _complaint(409, "this phone shows no prompt")
    except (UnknownScenarioError, UnknownFaultError) as error:
        return _complaint(404, f"there is no {error}")
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, part["loc"])) or part["msg"] for part in error.errors())
        return _complaint(400, f"not understood: {wrong}")


def is_loopback(name: str) -> bool:
    """Whether an address or host name can only be this machine."""
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"
