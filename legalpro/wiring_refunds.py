"""Who is who where refunds are set up: the second half of the wiring, for money that goes out.

Owns the building of the operator's identity, the payout gateway, the rules' service and their engine. Nothing
runs and nothing is sent here.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from bot.parts import RefundParts
from daraja.initiator import Initiator
from daraja.oauth import TokenSource
from daraja.payout_client import PayoutClient
from daraja.payout_gateway import DarajaPayoutGateway
from daraja.security import SecurityCredential, sealed
from legalpro.around import Around
from legalpro.exits import BadSettings
from legalpro.metrics import Metrics
from legalpro.settings import Settings
from payments.ports import AskLater
from payments.refunds.balance import BalanceAnswer, BalanceCheck
from payments.refunds.engine import RefundEngine, RefundEngineLimits
from payments.refunds.evidence import RefundEvidence
from payments.refunds.ports import Asked, SafaricomOut
from payments.refunds.refund import Refund
from payments.refunds.rules import RefundPolicy
from payments.refunds.service import RefundService
from payments.refunds.timing import RefundTiming
from payments.wake import Wake
from webhooks.addresses import CallbackAddresses


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunds:
    """What works on refunds, at rest."""

    service: RefundService
    engine: RefundEngine
    bot: RefundParts


def wire_refunds(
    around: Around, *, figures: RefundTiming | None = None, limits: RefundEngineLimits | None = None
) -> Refunds | None:
    """Build it all; None where there is no operator.

    Raises:
        BadSettings: the operator's certificate or sealed password is none.
    """
    settings, store, now = around.settings, around.store, around.now
    if not settings.refunds_set_up:
        return None
    figures, wake = figures or RefundTiming(), Wake()

    def poke() -> None:
        wake.ring()
        around.bells.chat.ring()

    service = RefundService(
        store.refunds,
        store.payments,
        around.admins,
        now=now,
        figures=figures,
        policy=RefundPolicy(
            approval_above_kes=settings.refund_approval_above,
            reverse_in_full=settings.refund_route == "reversal",
        ),
        poke=poke,
        alarm=around.alarm,
    )
    engine = RefundEngine(
        book=store.refunds,
        balances=store.balances,
        service=service,
        safaricom=MeteredSafaricomOut(_gateway(around), around.metrics),
        now=now,
        wake=wake,
        limits=limits or RefundEngineLimits(),
    )
    parts = RefundParts(
        service=service,
        book=store.refunds,
        drafts=store.refund_drafts,
        balances=store.balances,
        poke=poke,
        low_float_kes=settings.low_float_kes,
        cooling_s=figures.cooling_s,
    )
    return Refunds(service=service, engine=engine, bot=parts)


def _gateway(around: Around) -> DarajaPayoutGateway:
    settings, credentials = around.settings, around.credentials
    vault = around.store.token_vault(credentials.consumer_key)
    tokens = TokenSource(vault, around.http, credentials, around.now, timeouts=around.timeouts)
    client = PayoutClient(credentials, initiator_of(settings), around.http, tokens, timeouts=around.timeouts)
    keys = settings.callback_keys()
    kinds = {kind: CallbackAddresses(base, keys) for kind, base in settings.refund_bases.items()}
    return DarajaPayoutGateway(
        client=client,
        address=lambda kind, subject: kinds[kind].url(kind, subject),
        now=around.now,
        limit=around.store.limits,
        rates=settings.rates,
    )


def initiator_of(settings: Settings) -> Initiator:
    """The operator who pays money back.

    Raises:
        BadSettings: the certificate or the sealed password is none; without the value.
    """
    try:
        return Initiator(
            shortcode=settings.mpesa_b2c_shortcode or "",
            name=settings.mpesa_initiator_name or "",
            credential=_credential(settings),
            collects=settings.shortcode,
        )
    except OSError as error:
        raise BadSettings([f"MPESA_CERTIFICATE cannot be read: {error.strerror}"]) from None
    except ValueError as error:
        name = "MPESA_SECURITY_CREDENTIAL" if settings.mpesa_security_credential else "MPESA_CERTIFICATE"
        raise BadSettings([f"{name}: {error}"]) from None


def _credential(settings: Settings) -> SecurityCredential:
    if settings.mpesa_security_credential is not None:
        return SecurityCredential(settings.mpesa_security_credential.get_secret_value())
    password, certificate = settings.mpesa_initiator_password, settings.mpesa_certificate
    if password is None or certificate is None:
        raise ValueError("missing")
    return sealed(password.get_secret_value(), certificate.read_bytes())


class MeteredSafaricomOut:
    """See `payments.refunds.ports.SafaricomOut`: another one, its calls counted by what they came to."""

    def __init__(self, safaricom: SafaricomOut, metrics: Metrics) -> None:
        self._safaricom = safaricom
        self._metrics = metrics

    async def pay_out(self, refund: Refund) -> RefundEvidence:
        """See `SafaricomOut.pay_out`."""
        began = time.perf_counter()
        said = await self._safaricom.pay_out(refund)
        self._metrics.daraja(refund.route, said.kind, time.perf_counter() - began)
        return said

    async def ask(self, refund: Refund) -> RefundEvidence | AskLater:
        """See `SafaricomOut.ask`."""
        began = time.perf_counter()
        said = await self._safaricom.ask(refund)
        later = isinstance(said, AskLater)
        outcome = "later" if isinstance(said, AskLater) else said.kind
        self._metrics.daraja("status", outcome, None if later else time.perf_counter() - began)
        return said

    async def ask_balance(self, check: BalanceCheck) -> Asked | AskLater | BalanceAnswer:
        """See `SafaricomOut.ask_balance`."""
        said = await self._safaricom.ask_balance(check)
        self._metrics.daraja("balance", type(said).__name__.strip("_").lower(), None)
        return said
