"""A scripted Daraja behind httpx's own transport seam, and builders for what the tests need."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx

from daraja.client import DarajaClient
from daraja.credentials import DarajaCredentials
from daraja.oauth import Patience, TokenSource
from daraja.push import PushRequest
from daraja.vault import MemoryVault, TokenVault

CHECKOUT = "ws_CO_04022026101530412700000123"
NOON = datetime(2026, 2, 4, 9, 0, tzinfo=UTC)  # 12:00 in Nairobi
QUICK = Patience(lease_s=30.0, wait_s=0.05, poll_s=0.005)

Reply = httpx.Response | Exception


def reply(status: int, body: object) -> httpx.Response:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return httpx.Response(status, content=content)


def error(status: int, code: str, message: str) -> httpx.Response:
    return reply(status, {"requestId": None, "errorCode": code, "errorMessage": message})


def fault(status: int, code: str, message: str) -> httpx.Response:
    return reply(status, {"fault": {"faultstring": message, "detail": {"errorcode": code}}})


def accepted(**changes: object) -> httpx.Response:
    body = {
        "MerchantRequestID": "7c1d-4e02-9ab3-5f60c1d2e3a4118822",
        "CheckoutRequestID": CHECKOUT,
        "ResponseCode": "0",
        "ResponseDescription": "Success. Request accepted for processing",
        "CustomerMessage": "Success. Request accepted for processing",
    }
    return reply(200, {key: value for key, value in (body | changes).items() if value is not None})


def queried(code: object, **changes: object) -> httpx.Response:
    body = {
        "ResponseCode": "0",
        "ResponseDescription": "The service request has been accepted successfully",
        "MerchantRequestID": "7c1d-4e02-9ab3-5f60c1d2e3a4118822",
        "CheckoutRequestID": CHECKOUT,
        "ResultCode": code,
        "ResultDesc": "As the code says",
    }
    return reply(200, body | changes)


@dataclass
class Clock:
    """A clock that moves only when told."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_s(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class FakeDaraja:
    """Answers calls from a script; everything that arrived can be read in ``calls`` and ``token_calls``."""

    script: deque[Reply] = field(default_factory=deque)
    token_script: deque[Reply] = field(default_factory=deque)
    calls: list[httpx.Request] = field(default_factory=list)
    token_calls: list[httpx.Request] = field(default_factory=list)

    def http(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._answer), trust_env=False)

    def bodies(self) -> list[dict[str, object]]:
        return [json.loads(call.content) for call in self.calls]

    def bearers(self) -> list[str]:
        return [call.headers["Authorization"].removeprefix("Bearer ") for call in self.calls]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/oauth/v1/generate"):
            self.token_calls.append(request)
            usual = {"access_token": f"token-{len(self.token_calls)}", "expires_in": "3599"}
            return _say(self.token_script.popleft() if self.token_script else reply(200, usual))
        self.calls.append(request)
        return _say(self.script.popleft())


def _say(answer: Reply) -> httpx.Response:
    if isinstance(answer, Exception):
        raise answer
    return answer


def credentials(
    *, till: str | None = None, base_url: str = "http://127.0.0.1:9/base", production: bool = False
) -> DarajaCredentials:
    return DarajaCredentials(
        environment="production" if production else "sandbox",
        consumer_key="consumerkey",
        consumer_secret="consumersecret",
        shortcode="174379",
        passkey="thepasskey",
        till=till,
        base_url=base_url,
    )


def request(**changes: object) -> PushRequest:
    values: dict[str, object] = {
        "amount_kes": 1500,
        "msisdn": "254700000123",
        "account_reference": "LP1024",
        "description": "Consultation",
        "callback_url": "https://pay.example.co.ke/c/stk/p1/abcdef",
    }
    values |= changes
    return PushRequest(**values)  # type: ignore[arg-type] # wrong types are among what is tested


def client(
    *replies: Reply,
    identity: DarajaCredentials | None = None,
    clock: Callable[[], datetime] | None = None,
    vault: TokenVault | None = None,
) -> tuple[DarajaClient, FakeDaraja]:
    """A real client whose Daraja gives these replies in turn."""
    fake = FakeDaraja(deque(replies))
    who, now, http = identity or credentials(), clock or Clock(), fake.http()
    tokens = TokenSource(vault or MemoryVault(), http, who, now, patience=QUICK)
    return DarajaClient(who, http, tokens, now), fake
