"""A gateway for money that goes out before a simulated Safaricom, and the refunds it is asked to send."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import httpx

from daraja.credentials import DarajaCredentials
from daraja.initiator import Initiator
from daraja.oauth import TokenSource
from daraja.payout_client import PayoutClient
from daraja.payout_gateway import DarajaPayoutGateway
from daraja.security import sealed
from daraja.transport import Timeouts
from daraja.vault import MemoryVault, TokenVault
from payments.inbox import InboxRow, row_id
from payments.limits import Rate, Rates
from payments.ports import StoreUnavailable
from payments.refunds.evidence import RefundEvidence
from payments.refunds.progress import RefundStep, advance
from payments.refunds.reasons import Why
from payments.refunds.refund import Approval, Refund, RefundState, Route
from payments.refunds.timing import RefundTiming
from payments.values import ChatId, OriginatorId, PaymentId, Phone, Receipt, RefundId, UserId
from sandbox.safaricom import DarajaSimulator
from tests.daraja.daraja_fakes import NOON, Clock
from tests.daraja.gateway_stand import NOBODY, PATIENT, PHONE, Plenty, Stand, standing
from tests.daraja.payout_fakes import OUR_ID
from tests.daraja.result_bodies import AT

RATES = Rates(
    queries=Rate(per_s=0.1), pushes=Rate(per_s=0.5), payouts=Rate(per_s=0.25), statuses=Rate(per_s=0.2)
)
"""Four seconds from payout to payout, five from question to question."""


_TLS = ssl.create_default_context()  # made once: it costs more than a whole test


def a_refund(**changes: object) -> Refund:
    """A refund of KES 1,200 that goes out by B2C and is being sent."""
    values: dict[str, object] = {
        "id": RefundId("r1"),
        "payment_id": PaymentId("00aa11bb22cc33dd"),
        "user_id": UserId(7),
        "chat_id": ChatId(7),
        "phone": Phone(PHONE),
        "title": "Case fee",
        "receipt": Receipt("UB47K2M9QX"),
        "amount_kes": 1_200,
        "why": Why.PAID_TWICE,
        "requested_by": UserId(1),
        "requested_by_name": "Asha",
        "created_at": NOON,
        "changed_at": NOON,
        "claimed_at": NOON,
        "ladder_from": NOON,
        "approval": Approval.SECOND_ADMIN,
        "route": Route.B2C,
        "originator_id": OriginatorId(OUR_ID),
        "state": RefundState.SENDING,
    }
    return Refund(**(values | changes))  # type: ignore[arg-type]  # fields by name


class NoCount(Plenty):
    """A limit whose store is away."""

    async def take(self, name: str, rate: Rate, *, first: bool = False) -> float:
        raise StoreUnavailable(f"no primary for {name} {rate} {first}")


def address(kind: str, subject: str) -> str:
    """Where Safaricom is told to answer; nobody listens there, and the simulator notes what it sent."""
    return f"{NOBODY}/c/{kind}/{subject}/00"


@dataclass(slots=True, kw_only=True)
class PayoutStand:
    """A gateway and its Safaricom."""

    stand: Stand
    gateway: DarajaPayoutGateway
    clock: Clock
    limit: Plenty

    @property
    def simulator(self) -> DarajaSimulator:
        return self.stand.simulator

    async def pay(self, *scenarios: str, **changes: object) -> RefundEvidence:
        """Send one refund, which meets the first scenario (and its repetition by the client the next)."""
        for scenario in scenarios:
            self.simulator.plan_out(scenario)
        return await self.gateway.pay_out(a_refund(**changes))

    async def receipt(self) -> Receipt:
        """The receipt of a payment of KES 1,500 that the firm has received."""
        await self.stand.ended("paid")
        return Receipt(self.simulator.pushes[-1].receipt or "")

    async def reverse(self, *scenarios: str, **changes: object) -> RefundEvidence:
        """Have a payment of KES 1,500 reversed."""
        receipt = await self.receipt()
        return await self.pay(*scenarios, **({"receipt": receipt, "amount_kes": 1_500} | REVERSED | changes))

    def seen(self, part: str) -> int:
        """How many requests came to addresses with this part."""
        return sum(part in seen.path for seen in self.simulator.requests)


REVERSED: dict[str, object] = {"route": Route.REVERSAL}
OpenPayoutStand = Callable[..., Awaitable[PayoutStand]]


@asynccontextmanager
async def paying_out() -> AsyncIterator[OpenPayoutStand]:
    """Opens gateways, each before a Safaricom of its own, until the end of the block."""
    async with AsyncExitStack() as stack:
        open_stand = await stack.enter_async_context(standing())
        http = await stack.enter_async_context(httpx.AsyncClient(trust_env=False, verify=_TLS))

        async def opened(
            *,
            timeouts: Timeouts = PATIENT,
            vault: TokenVault | None = None,
            url: str = "",
            password: str = "",
            production: bool = False,
            **config: object,
        ) -> PayoutStand:
            stand = await open_stand(**config)
            who = _credentials(stand.simulator, url, production=production)
            clock, limit = Clock(datetime.now(UTC)), Plenty()
            tokens = TokenSource(vault or MemoryVault(), http, who, clock)
            client = PayoutClient(who, _initiator(stand.simulator, password), http, tokens, timeouts=timeouts)
            gateway = DarajaPayoutGateway(client=client, address=address, now=clock, limit=limit, rates=RATES)
            return PayoutStand(stand=stand, gateway=gateway, clock=clock, limit=limit)

        yield opened


def _credentials(simulator: DarajaSimulator, url: str, *, production: bool) -> DarajaCredentials:
    return DarajaCredentials(
        environment="production" if production else "sandbox",
        consumer_key=simulator.config.consumer_key,
        consumer_secret=simulator.config.consumer_secret,
        shortcode=simulator.config.shortcode,
        passkey=simulator.config.passkey,
        base_url=url or simulator.url,
    )


def _initiator(simulator: DarajaSimulator, password: str) -> Initiator:
    config = simulator.config
    return Initiator(
        shortcode=config.b2c_shortcode,
        name=config.initiator_name,
        credential=sealed(password or config.initiator_password, simulator.certificate_pem),
        collects=config.shortcode,
    )


def sent(refund: Refund, **changes: object) -> Refund:
    """The same refund, taken by Safaricom."""
    return replace(refund, state=RefundState.ACCEPTED, **changes)  # type: ignore[arg-type]  # fields by name


def taken(**changes: object) -> Refund:
    """A refund that Safaricom has accepted."""
    return sent(a_refund(**changes))


def row_of(raw: bytes, *, trusted: bool = True, kind: str = "b2c") -> InboxRow:
    """One callback about the refund, as it is kept."""
    return InboxRow(
        id=row_id(kind, "r1", raw),
        kind=kind,
        subject="r1",
        raw=raw,
        peer="127.0.0.1",
        trusted=trusted,
        received_at=AT,
    )


def after(refund: Refund, word: RefundEvidence) -> RefundStep:
    """What the word does to the refund."""
    return advance(refund, word, RefundTiming())
