"""Who is who inside the chat's side: the second part of the wiring.

Owns what the bot is handed, and the desk for receipts. Nothing runs and nothing is sent here.
"""

from __future__ import annotations

import hashlib

from bot.assembly import build_bot
from bot.minutes import Minutes
from bot.parts import BotLimits, BotParts, ReceiptParts, RefundParts, WebhookAddress
from bot.running import Bot
from legalpro.around import Around
from legalpro.settings import Settings
from payments.billing.receipt import Seals
from payments.billing.receipts import ReceiptDesk
from payments.roll_keeping import RollKeeper
from payments.rulings.service import RulingService
from payments.service import PaymentService
from payments.timing import Timing
from reports.facts import Firm
from storage.sole import LeasedRight
from webhooks.telegram import PATH as TELEGRAM_PATH


def wire_bot(
    around: Around,
    service: PaymentService,
    receipts: ReceiptDesk,
    refunds: RefundParts | None,
    *,
    figures: Timing,
    limits: BotLimits,
) -> Bot:
    """Build the bot; without `refunds` it says what they need."""
    settings, store = around.settings, around.store
    parts = BotParts(
        token=settings.telegram_bot_token.get_secret_value(),
        api_url=settings.telegram_api_url,
        file_url=settings.telegram_file_url or settings.telegram_api_url,
        firm_name=settings.firm_name,
        admins=around.admins,
        nonces=store.nonces,
        service=service,
        rulings=_rulings(around, service),
        roll=RollKeeper(book=store.roll, admins=around.admins, now=around.now),
        payments=store.payments,
        drafts=store.drafts,
        clients=store.clients,
        fees=store.fees,
        notes=store.notes,
        deliveries=store.deliveries,
        updates=store.updates,
        polling=LeasedRight(store.leases, polling_of(settings)),
        now=around.now,
        wake=around.bells.chat,
        figures=figures,
        webhook=_webhook(settings),
        minutes=Minutes(around.now),
        meter=around.metrics,
        limits=limits,
        ledger=store.ledger,
        rollups=store.rollups,
        briefs=store.briefs,
        silences=store.silences,
        boards=store.boards,
        drawing=LeasedRight(store.leases, "boards"),
        questions=store.questions,
        pauses=store.pauses,
        search=store.search,
        searches=store.searches,
        trail=store.audit,
        all_refunds=store.refunds,
        callbacks=store.inbox,
        receipts=_receipt_parts(settings, receipts),
        refunds=refunds,
    )
    return build_bot(parts)


def _rulings(around: Around, service: PaymentService) -> RulingService:
    store = around.store
    return RulingService(
        book=store.rulings,
        payments=store.payments,
        service=service,
        admins=around.admins,
        now=around.now,
        poke=around.bells.chat.ring,
    )


def receipt_desk(around: Around) -> ReceiptDesk:
    """Who gives receipts out, and tells of them."""
    store = around.store
    return ReceiptDesk(
        book=store.receipts,
        payments=store.payments,
        clients=store.clients,
        notes=store.notes,
        seals=Seals(around.settings.callback_keys()),
        now=around.now,
    )


def polling_of(settings: Settings) -> str:
    """The name of the right to poll for this bot; a digest, because the token is in it."""
    token = settings.telegram_bot_token.get_secret_value()
    return f"polling:{hashlib.sha256(token.encode()).hexdigest()[:16]}"


def _webhook(settings: Settings) -> WebhookAddress | None:
    if settings.telegram_mode != "webhook":
        return None
    secret = settings.telegram_webhook_secret.get_secret_value()
    return WebhookAddress(settings.callback_base + TELEGRAM_PATH, secret)


def _receipt_parts(settings: Settings, desk: ReceiptDesk) -> ReceiptParts:
    firm = Firm(name=settings.firm_name, lines=tuple(settings.firm_details))
    return ReceiptParts(desk=desk, firm=firm, verify_base=settings.verify_base)
