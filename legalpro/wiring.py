"""Who is who: the one place that knows every concrete part. Read it top to bottom.

Owns the building of the program from settings and an open store. Nothing runs and nothing is sent here.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
from aiohttp import web

from bot.assembly import build_bot
from bot.parts import BotLimits, BotParts, ReceiptParts, WebhookAddress
from bot.running import Bot
from daraja.client import DarajaClient
from daraja.credentials import DarajaCredentials
from daraja.gateway import DarajaGateway
from daraja.oauth import TokenSource
from daraja.transport import Timeouts
from legalpro.metrics import MeteredSafaricom, Metrics
from legalpro.rounds import Rounds
from legalpro.settings import Settings
from legalpro.wiring_refunds import Around, Refunds, wire_refunds
from payments.admins import Admins, ListedAdmins
from payments.audit import Actor, AuditKind
from payments.auditing import Auditor
from payments.billing.receipt import Seals
from payments.billing.receipts import ReceiptDesk
from payments.engine import Engine, EngineLimits
from payments.ports import Meter, Now, SecurityWatch
from payments.refunds.engine import RefundEngineLimits
from payments.refunds.timing import RefundTiming
from payments.service import Alarm, PaymentService
from payments.timing import Timing
from payments.values import PaymentId
from payments.wake import Wake
from payments.watch import Notebook
from reports.facts import Firm
from storage.connect import Store
from storage.ingest import SafeInbox
from storage.sole import LeasedRight
from storage.spool import Spool
from webhooks.addresses import CallbackAddresses
from webhooks.doors import doors
from webhooks.parts import WebParts
from webhooks.readiness import Readiness
from webhooks.server import build_web_app
from webhooks.sources import SAFARICOM_IPS, Sources, networks
from webhooks.telegram import PATH as TELEGRAM_PATH
from webhooks.worker import InboxWorker

log = logging.getLogger(__name__)

STK = "stk"
"""The kind of callback address that a push gets."""

TIMEOUTS = Timeouts(connect_s=10, read_s=25, total_s=40)
"""A push must be answered well before its payment's `sending` deadline."""


def utc_now() -> datetime:
    """The clock of the whole program."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The program's parts, wired and at rest."""

    settings: Settings
    store: Store
    http: httpx.AsyncClient
    service: PaymentService
    engine: Engine
    ingest: SafeInbox
    worker: InboxWorker
    auditor: Auditor
    rounds: Rounds
    bot: Bot
    refunds: Refunds | None
    web: web.Application
    ready: Readiness = field(repr=False)


def wire(
    settings: Settings,
    store: Store,
    http: httpx.AsyncClient,
    *,
    now: Now = utc_now,
    figures: Timing | None = None,
    engine_limits: EngineLimits | None = None,
    timeouts: Timeouts = TIMEOUTS,
    bot_limits: BotLimits | None = None,
    refund_figures: RefundTiming | None = None,
    refund_limits: RefundEngineLimits | None = None,
) -> Parts:
    """Build everything; the last seven are for tests, which are in a hurry and have clocks of their own.

    Raises:
        BadSettings: a file that a setting names is not what it should be.
    """
    figures = figures or Timing()
    engine_wake, inbox_wake, chat_wake, audit_wake = Wake(), Wake(), Wake(), Wake()
    notebook = Notebook(now, audit_wake.ring)
    metrics = Metrics(store.census, now)

    def poke() -> None:
        """Something changed: there may be an act to do and news to tell."""
        engine_wake.ring()
        chat_wake.ring()

    alarm, admins = _alarm(notebook), ListedAdmins(settings.admin_ids)
    service = PaymentService(store.payments, now=now, figures=figures, poke=poke, alarm=alarm)
    addresses = CallbackAddresses(settings.callback_base, settings.callback_keys())
    engine = Engine(
        book=store.payments,
        service=service,
        safaricom=MeteredSafaricom(
            _gateway(settings, store, http, addresses, now=now, timeouts=timeouts), metrics
        ),
        now=now,
        wake=engine_wake,
        figures=figures,
        limits=engine_limits or EngineLimits(),
        meter=metrics,
    )
    around = Around(
        settings=settings,
        store=store,
        http=http,
        credentials=daraja_credentials(settings),
        admins=admins,
        metrics=metrics,
        now=now,
        alarm=alarm,
        told=chat_wake.ring,
        timeouts=timeouts,
    )
    refunds = wire_refunds(around, figures=refund_figures, limits=refund_limits)
    bot_limits = bot_limits or BotLimits()
    receipts = _receipts(settings, store, now)
    bot = _bot(
        settings,
        store,
        service,
        chat_wake,
        notebook,
        meter=metrics,
        now=now,
        figures=figures,
        limits=bot_limits,
        admins=admins,
        receipts=receipts,
        refunds=refunds,
    )
    in_doors = doors(
        service,
        refunds.service if refunds else None,
        store.balances if refunds else None,
        chat_wake.ring,
    )
    spool = Spool(settings.data_dir / "spool")
    ingest = SafeInbox(store.inbox, spool, ping=store.ping, arrived=inbox_wake.ring)
    ready = Readiness(ping=store.ping, spool=ingest.works)
    web_parts = WebParts(
        inbox=ingest,
        addresses=addresses,
        sources=_sources(settings),
        now=now,
        arrived=inbox_wake.ring,
        ready=ready,
        watch=notebook,
        meter=metrics,
        metrics=metrics.text,
        take_update=bot.door.accept if bot.webhook else None,
        telegram_secret=settings.telegram_webhook_secret.get_secret_value(),
        receipts=receipts,
        firm_name=settings.firm_name,
    )
    return Parts(
        settings=settings,
        store=store,
        http=http,
        service=service,
        engine=engine,
        ingest=ingest,
        worker=InboxWorker(inbox=store.inbox, doors=in_doors, wake=inbox_wake, trail=store.audit),
        auditor=Auditor(feed=store.audit_feed, trail=store.audit, notebook=notebook, wake=audit_wake),
        rounds=Rounds(book=store.invariants, metrics=metrics),
        bot=bot,
        refunds=refunds,
        web=build_web_app(web_parts),
        ready=ready,
    )


def _gateway(
    settings: Settings,
    store: Store,
    http: httpx.AsyncClient,
    addresses: CallbackAddresses,
    *,
    now: Now,
    timeouts: Timeouts,
) -> DarajaGateway:
    credentials = daraja_credentials(settings)
    vault = store.token_vault(credentials.consumer_key)
    tokens = TokenSource(vault, http, credentials, now, timeouts=timeouts)

    def callback_url(payment_id: PaymentId) -> str:
        return addresses.url(STK, payment_id)

    client = DarajaClient(credentials, http, tokens, now, timeouts=timeouts)
    return DarajaGateway(
        client=client, callback_url=callback_url, now=now, limit=store.limits, rates=settings.rates
    )


def daraja_credentials(settings: Settings) -> DarajaCredentials:
    """Who we are to Safaricom."""
    return DarajaCredentials(
        environment=settings.mpesa_environment,
        consumer_key=settings.mpesa_consumer_key.get_secret_value(),
        consumer_secret=settings.mpesa_consumer_secret.get_secret_value(),
        shortcode=settings.shortcode,
        passkey=settings.passkey,
        till=settings.mpesa_till,
        base_url=settings.mpesa_api_url or "",
    )


def _sources(settings: Settings) -> Sources:
    """In production only listed addresses are believed at once; the sandbox's are not published."""
    listed = settings.safaricom_ips
    if listed is None:
        listed = list(SAFARICOM_IPS) if settings.mpesa_environment == "production" else []
    return Sources(proxies=networks(settings.trusted_proxies), safaricom=networks(listed))


def _bot(
    settings: Settings,
    store: Store,
    service: PaymentService,
    wake: Wake,
    watch: SecurityWatch,
    *,
    meter: Meter,
    now: Now,
    figures: Timing,
    limits: BotLimits,
    admins: Admins,
    receipts: ReceiptDesk,
    refunds: Refunds | None,
) -> Bot:
    secret = settings.telegram_webhook_secret.get_secret_value()
    webhook = WebhookAddress(settings.callback_base + TELEGRAM_PATH, secret)
    parts = BotParts(
        token=settings.telegram_bot_token.get_secret_value(),
        api_url=settings.telegram_api_url,
        file_url=settings.telegram_file_url or settings.telegram_api_url,
        firm_name=settings.firm_name,
        admins=admins,
        nonces=store.nonces,
        service=service,
        payments=store.payments,
        drafts=store.drafts,
        clients=store.clients,
        fees=store.fees,
        deliveries=store.deliveries,
        updates=store.updates,
        polling=LeasedRight(store.leases, polling_of(settings)),
        now=now,
        wake=wake,
        figures=figures,
        webhook=webhook if settings.telegram_mode == "webhook" else None,
        watch=watch,
        meter=meter,
        limits=limits,
        ledger=store.ledger,
        callbacks=store.inbox,
        receipts=ReceiptParts(
            desk=receipts,
            firm=Firm(name=settings.firm_name, lines=tuple(settings.firm_details)),
            verify_base=settings.verify_base,
        ),
        refunds=refunds.bot if refunds else None,
    )
    return build_bot(parts)


def _receipts(settings: Settings, store: Store, now: Now) -> ReceiptDesk:
    return ReceiptDesk(
        book=store.receipts,
        payments=store.payments,
        clients=store.clients,
        notes=store.notes,
        seals=Seals(settings.callback_keys()),
        now=now,
    )


def polling_of(settings: Settings) -> str:
    """The name of the right to poll for this bot; a digest, because the token is in it."""
    token = settings.telegram_bot_token.get_secret_value()
    return f"polling:{hashlib.sha256(token.encode()).hexdigest()[:16]}"


def _alarm(watch: SecurityWatch) -> Alarm:
    """Into the log, and into the audit trail what belongs there."""

    def alarm(event: str, **details: str) -> None:
        log.error(event, extra=details)
        if event in set(AuditKind):
            payment, word = details.get("payment", ""), details.get("word", "")
            watch.note(
                AuditKind(event),
                actor=Actor.ENGINE,
                subject=payment,
                why=details.get("what", ""),
                key=f"{payment}:{word}" if word else "",
            )

    return alarm
