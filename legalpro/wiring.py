"""Who is who: the one place that knows every concrete part. Read it top to bottom.

Owns the building of the program from settings and an open store. Nothing runs and nothing is sent here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
from aiohttp import web

from bot.parts import BotLimits
from bot.running import Bot
from daraja.client import DarajaClient
from daraja.credentials import DarajaCredentials
from daraja.gateway import DarajaGateway
from daraja.oauth import TokenSource
from daraja.transport import Timeouts
from legalpro.around import Around, Bells
from legalpro.metrics import MeteredSafaricom, Metrics
from legalpro.rounds import Rounds
from legalpro.settings import Settings
from legalpro.wiring_bot import receipt_desk, wire_bot
from legalpro.wiring_refunds import Refunds, wire_refunds
from legalpro.witness import Witness
from payments.analytics.bookkeeping import Bookkeeper
from payments.auditing import Auditor
from payments.billing.receipts import ReceiptDesk
from payments.billing.reminding import Reminder
from payments.briefs import Briefer
from payments.engine import Engine, EngineLimits
from payments.ports import Now
from payments.refunds.engine import RefundEngineLimits
from payments.refunds.timing import RefundTiming
from payments.roll_keeping import EnrolledAdmins
from payments.service import PaymentService
from payments.silence import Listener
from payments.timing import Timing
from payments.values import PaymentId
from payments.watch import Notebook
from storage.connect import Store
from storage.ingest import SafeInbox
from storage.noticed import NoticedFile
from storage.spool import Spool
from webhooks.addresses import CallbackAddresses
from webhooks.doors import doors
from webhooks.parts import WebParts
from webhooks.readiness import Readiness
from webhooks.server import build_web_app
from webhooks.sources import SAFARICOM_IPS, Sources, networks
from webhooks.worker import InboxWorker

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
    bookkeeper: Bookkeeper
    briefer: Briefer
    listener: Listener
    witness: Witness
    reminder: Reminder
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
    around = _around(settings, store, http, now=now, timeouts=timeouts)
    addresses = CallbackAddresses(settings.callback_base, settings.callback_keys())
    service, engine = _payments(around, addresses, figures, engine_limits or EngineLimits())
    refunds = wire_refunds(around, figures=refund_figures, limits=refund_limits)
    receipts = receipt_desk(around)
    bot = wire_bot(
        around,
        service,
        receipts,
        refunds.bot if refunds else None,
        figures=figures,
        limits=bot_limits or BotLimits(),
    )
    spool = Spool(settings.data_dir / "spool")
    ingest = SafeInbox(store.inbox, spool, ping=store.ping, arrived=around.bells.inbox.ring)
    ready = Readiness(ping=store.ping, spool=ingest.works)
    return Parts(
        settings=settings,
        store=store,
        http=http,
        service=service,
        engine=engine,
        ingest=ingest,
        worker=_worker(around, service, refunds),
        auditor=Auditor(
            feed=store.audit_feed, trail=store.audit, notebook=around.notebook, wake=around.bells.audit
        ),
        bookkeeper=Bookkeeper(rollups=store.rollups),
        briefer=Briefer(
            book=store.briefs,
            trail=store.audit,
            hour=settings.summary_hour,
            now=now,
            poke=around.bells.chat.ring,
        ),
        listener=Listener(book=store.silences, now=now, poke=around.bells.chat.ring),
        witness=Witness(settings, store.audit, now),
        reminder=Reminder(notes=store.notes, now=now, poke=around.bells.chat.ring),
        rounds=Rounds(book=store.invariants, metrics=around.metrics),
        bot=bot,
        refunds=refunds,
        web=_web(around, addresses, ingest, ready=ready, receipts=receipts, bot=bot),
        ready=ready,
    )


def _web(
    around: Around,
    addresses: CallbackAddresses,
    ingest: SafeInbox,
    *,
    ready: Readiness,
    receipts: ReceiptDesk,
    bot: Bot,
) -> web.Application:
    settings = around.settings
    return build_web_app(
        WebParts(
            inbox=ingest,
            addresses=addresses,
            sources=_sources(settings),
            now=around.now,
            arrived=around.bells.inbox.ring,
            ready=ready,
            watch=around.notebook,
            meter=around.metrics,
            metrics=around.metrics.text,
            take_update=bot.door.accept if bot.webhook else None,
            telegram_secret=settings.telegram_webhook_secret.get_secret_value(),
            receipts=receipts,
            firm_name=settings.firm_name,
        )
    )


def _around(
    settings: Settings, store: Store, http: httpx.AsyncClient, *, now: Now, timeouts: Timeouts
) -> Around:
    bells = Bells()
    return Around(
        settings=settings,
        store=store,
        http=http,
        credentials=daraja_credentials(settings),
        admins=EnrolledAdmins(store.roll, settings.admin_ids),
        metrics=Metrics(store.census, now),
        notebook=Notebook(now, bells.audit.ring, NoticedFile(settings.data_dir / "noticed")),
        bells=bells,
        now=now,
        timeouts=timeouts,
    )


def _payments(
    around: Around, addresses: CallbackAddresses, figures: Timing, limits: EngineLimits
) -> tuple[PaymentService, Engine]:
    def poke() -> None:
        """Something changed: there may be an act to do and news to tell."""
        around.bells.engine.ring()
        around.bells.chat.ring()

    book = around.store.payments
    service = PaymentService(
        book, now=around.now, figures=figures, poke=poke, alarm=around.alarm, pauses=around.store.pauses
    )
    engine = Engine(
        book=book,
        service=service,
        safaricom=MeteredSafaricom(_gateway(around, addresses), around.metrics),
        now=around.now,
        wake=around.bells.engine,
        figures=figures,
        limits=limits,
        meter=around.metrics,
    )
    return service, engine


def _worker(around: Around, service: PaymentService, refunds: Refunds | None) -> InboxWorker:
    store, bells = around.store, around.bells
    in_doors = doors(
        service,
        refunds.service if refunds else None,
        store.balances if refunds else None,
        bells.chat.ring,
    )
    return InboxWorker(inbox=store.inbox, doors=in_doors, wake=bells.inbox, trail=store.audit)


def _gateway(around: Around, addresses: CallbackAddresses) -> DarajaGateway:
    credentials, http, now = around.credentials, around.http, around.now
    vault = around.store.token_vault(credentials.consumer_key)
    tokens = TokenSource(vault, http, credentials, now, timeouts=around.timeouts)

    def callback_url(payment_id: PaymentId) -> str:
        return addresses.url(STK, payment_id)

    return DarajaGateway(
        client=DarajaClient(credentials, http, tokens, now, timeouts=around.timeouts),
        callback_url=callback_url,
        now=now,
        limit=around.store.limits,
        rates=around.settings.rates,
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
