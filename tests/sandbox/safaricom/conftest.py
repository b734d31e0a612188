"""A shop for the simulator's tests: a merchant who asks over real HTTP, and where callbacks arrive."""

from __future__ import annotations

import base64
import ssl
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import pytest_asyncio
from aiohttp import web

from sandbox.safaricom import QUICK, DarajaSimulator
from sandbox.safaricom.nairobi import now, stamp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from sandbox.safaricom.records import Push

    OpenShop = Callable[..., Awaitable["Shop"]]

PHONE = "254708374149"
TLS = ssl.create_default_context()  # made once: it costs more than a whole test


@dataclass(slots=True)
class Mailbox:
    """Where callbacks arrive; `status` is what it answers."""

    url: str = ""
    status: int = 200
    bodies: list[dict[str, Any]] = field(default_factory=list)

    async def receive(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.json())
        return web.json_response({"ResultCode": 0, "ResultDesc": "Accepted"}, status=self.status)


@dataclass(slots=True)
class Shop:
    """A merchant of the simulated Safaricom."""

    simulator: DarajaSimulator
    mailbox: Mailbox
    http: httpx.AsyncClient
    bearer: str = ""

    async def sign_in(self) -> httpx.Response:
        config = self.simulator.config
        reply = await self.http.get(
            "/oauth/v1/generate",
            params={"grant_type": "client_credentials"},
            auth=(config.consumer_key, config.consumer_secret),
        )
        self.bearer = reply.json()["access_token"]
        return reply

    def credentials(self) -> dict[str, Any]:
        config, timestamp = self.simulator.config, stamp(now())
        password = base64.b64encode(f"{config.shortcode}{config.passkey}{timestamp}".encode()).decode()
        return {
            "BusinessShortCode": int(config.shortcode),
            "Password": password,
            "Timestamp": timestamp,
        }

    def order(self, phone: str = PHONE, **changes: object) -> dict[str, Any]:
        body = self.credentials() | {
            "TransactionType": "CustomerPayBillOnline",
            "Amount": 1500,
            "PartyA": int(phone),
            "PartyB": 174379,
            "PhoneNumber": int(phone),
            "CallBackURL": self.mailbox.url,
            "AccountReference": "LP-2026-1",
            "TransactionDesc": "Consultation",
        }
        return {name: value for name, value in (body | changes).items() if value is not None}

    async def push(self, phone: str = PHONE, **changes: object) -> httpx.Response:
        return await self.post("/mpesa/stkpush/v1/processrequest", self.order(phone, **changes))

    async def ask(self, checkout_request_id: str, **changes: object) -> httpx.Response:
        body = self.credentials() | {"CheckoutRequestID": checkout_request_id} | changes
        return await self.post("/mpesa/stkpushquery/v1/query", body)

    async def post(self, path: str, body: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.bearer}"}
        return await self.http.post(path, json=body, headers=headers)

    async def buy(self, scenario: str, phone: str = PHONE, **changes: object) -> Push:
        """Push with this scenario and wait for its first result."""
        self.simulator.plan(scenario, phone=phone)
        await self.push(phone, **changes)
        return await self.simulator.wait_for_result(self.simulator.pushes[-1])

    async def told(self, count: int = 1) -> list[dict[str, Any]]:
        """What the first callbacks said, as soon as there are so many."""
        await self.simulator.wait_for_callbacks(count)
        return [body["Body"]["stkCallback"] for body in self.mailbox.bodies]


@pytest_asyncio.fixture
async def open_shop() -> AsyncIterator[OpenShop]:
    """Opens a shop whose simulator is quick, with the settings given."""
    async with AsyncExitStack() as stack:

        async def opened(**settings: Any) -> Shop:
            simulator = DarajaSimulator(config=replace(QUICK, **settings))
            await simulator.start()
            stack.push_async_callback(simulator.stop)
            mailbox = Mailbox()
            application = web.Application()
            application.router.add_post("/told", mailbox.receive)
            runner = web.AppRunner(application, shutdown_timeout=0.2)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            mailbox.url = f"http://127.0.0.1:{runner.addresses[0][1]}/told"
            client = httpx.AsyncClient(base_url=simulator.url, trust_env=False, verify=TLS)
            shop = Shop(simulator, mailbox, await stack.enter_async_context(client))
            await shop.sign_in()
            return shop

        yield opened


@pytest_asyncio.fixture
async def shop(open_shop: OpenShop) -> Shop:
    """A shop that is signed in."""
    return await open_shop()


@pytest.fixture
def phone() -> str:
    """Safaricom's public test number, which simply pays."""
    return PHONE
