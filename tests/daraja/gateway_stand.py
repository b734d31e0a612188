"""A gateway before a simulated Safaricom, on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import httpx

from daraja.client import DarajaClient
from daraja.credentials import DarajaCredentials
from daraja.gateway import DarajaGateway
from daraja.oauth import TokenSource
from daraja.transport import Timeouts
from daraja.vault import KeptToken, MemoryVault, TokenVault
from payments.catalogue import FeeKind
from payments.evidence import Evidence, EvidenceKind
from payments.limits import Rate, rates
from payments.payment import Payment
from payments.ports import AskLater, StoreUnavailable
from payments.values import ChatId, CheckoutId, PaymentId, Phone, UserId
from sandbox.safaricom import QUICK, DarajaSimulator
from tests.daraja.daraja_fakes import Clock

K = EvidenceKind
PHONE = "254708374149"
NOBODY = "http://127.0.0.1:9"  # the discard port: nobody listens
CHECKOUT = CheckoutId("ws_CO_04022026101530412700000123")
HURRY = Timeouts(connect_s=2.0, read_s=0.3, total_s=2.0)
PATIENT = Timeouts()


class AwayVault(MemoryVault):
    """A store that cannot be reached while `away`."""

    away = True

    async def read(self) -> KeptToken | None:
        if self.away:
            raise StoreUnavailable("no primary")
        return await super().read()


class Plenty:
    """A limit that `left` calls reach; None is without end."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.asked: list[tuple[str, bool]] = []

    async def take(self, name: str, rate: Rate, *, first: bool = False) -> float:
        self.asked.append((name, first))
        if self.left is None:
            return 0.0
        self.left -= 1
        return 0.0 if self.left >= 0 else rate.interval_s


def a_payment(phone: str = PHONE, payment_id: str = "00aa11bb22cc33dd") -> Payment:
    now = datetime.now(UTC)
    return Payment(
        id=PaymentId(payment_id),
        user_id=UserId(7),
        chat_id=ChatId(7),
        message_id=None,
        kind=FeeKind.CASE,
        title="Case fee",
        reference="HCCC/E123/2026",
        account_reference="HCCCE1232026",
        amount_kes=1_500,
        phone=Phone(phone),
        created_at=now,
        changed_at=now,
    )


@dataclass(slots=True, kw_only=True)
class Stand:
    """A gateway and its Safaricom. Callbacks go nowhere; what they say is read off the simulator."""

    simulator: DarajaSimulator
    gateway: DarajaGateway
    clock: Clock
    limit: Plenty

    async def push(self, *scenarios: str) -> Evidence:
        """One push, which meets the first scenario (and its repetition by the client the next)."""
        for scenario in scenarios:
            self.simulator.plan(scenario, phone=PHONE)
        return await self.gateway.push(a_payment())

    async def ask(self, checkout_id: str | None) -> Evidence | AskLater:
        named = CheckoutId(checkout_id) if checkout_id else None
        return await self.gateway.ask(replace(a_payment(), checkout_id=named))

    async def ended(self, scenario: str) -> str:
        """Push, and wait for the result; the request's id."""
        word = await self.push(scenario)
        await self.simulator.wait_for_result(self.simulator.pushes[-1])
        assert word.checkout_id is not None
        return word.checkout_id

    def pushes_seen(self) -> int:
        return sum("stkpush/v1" in seen.path for seen in self.simulator.requests)


OpenStand = Callable[..., Awaitable[Stand]]


@asynccontextmanager
async def standing() -> AsyncIterator[OpenStand]:
    """Opens gateways, each before a Safaricom of its own, until the end of the block."""
    async with AsyncExitStack() as stack:
        http = await stack.enter_async_context(httpx.AsyncClient(trust_env=False))

        async def opened(
            *, timeouts: Timeouts = PATIENT, vault: TokenVault | None = None, url: str = "", **config: object
        ) -> Stand:
            simulator = DarajaSimulator(config=replace(QUICK, **config))  # type: ignore[arg-type]  # real fields
            await simulator.start()
            stack.push_async_callback(simulator.stop)
            clock, limit = Clock(), Plenty()
            who = DarajaCredentials(
                environment="sandbox",
                consumer_key=simulator.config.consumer_key,
                consumer_secret=simulator.config.consumer_secret,
                shortcode=simulator.config.shortcode,
                passkey=simulator.config.passkey,
                base_url=url or simulator.url,
            )
            tokens = TokenSource(vault or MemoryVault(), http, who, clock)
            client = DarajaClient(who, http, tokens, clock, timeouts=timeouts)
            return Stand(
                simulator=simulator,
                gateway=DarajaGateway(
                    client=client,
                    callback_url=lambda payment: f"{NOBODY}/c/stk/{payment}/00",
                    now=clock,
                    limit=limit,
                    rates=rates(queries_per_minute=5, pushes_per_second=5),
                ),
                clock=clock,
                limit=limit,
            )

        yield opened
