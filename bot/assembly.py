"""Who is who inside the bot: the one place that knows all of its parts. Read it top to bottom.

Owns the putting together. Nothing is sent and nothing runs here.
"""

from __future__ import annotations

import logging

from telegram import Update
from telegram.error import TelegramError

from bot import assembly_office as office
from bot import wording
from bot.application import BotApplication, Hands, add_handlers, new_application
from bot.cards import Cards
from bot.commands import Commands
from bot.door import UpdateDoor
from bot.excuses import Excuses
from bot.fate import describe
from bot.flow import PayingFlow
from bot.gate import Gate
from bot.inbox_teller import InboxTeller
from bot.incoming import whoever
from bot.lanes import LaneHands, Lanes
from bot.manners import Manners
from bot.menu import Menu
from bot.messenger import Messenger
from bot.minutes import Minutes
from bot.note_fit import NoteFit
from bot.office import Office
from bot.office_buttons import Keys
from bot.pace import Pace
from bot.parts import BotParts
from bot.payment_buttons import PaymentButtons
from bot.payment_teller import PaymentTeller
from bot.poller import Poller
from bot.privacy import Privacy
from bot.receipts import Receipts
from bot.refund_tellers import BalanceTeller, RefundTeller
from bot.refusals import Refusals
from bot.running import Bot
from bot.screen import Screen
from bot.screens import apology_screen
from bot.sender import Sender
from bot.silence_teller import SilenceTeller
from bot.steps import Steps
from bot.tellers import Teller
from payments.audit import Actor, AuditKind
from payments.billing.note import CODE_PREFIX, NoteCode
from payments.notices import Topic
from payments.values import ChatId
from payments.wake import Wake

log = logging.getLogger(__name__)


def build_bot(parts: BotParts) -> Bot:
    """Put the parts together; nothing is sent and nothing runs yet."""
    limits, arrivals = parts.limits, Wake()
    lanes = Lanes(inbox=parts.updates, minutes=parts.minutes, wake=arrivals, limits=limits.lanes)
    application = new_application(token=parts.token, api_url=parts.api_url, file_url=parts.file_url)
    pace = Pace(limits.pace)
    sender = Sender(application.bot, pace, parts.meter)
    refusals = Refusals(sender, parts.minutes)
    gate = Gate(admins=parts.admins, refusals=refusals)
    every_key = Keys(nonces=parts.nonces, admins=parts.admins, now=parts.now)
    support = office.support(parts, sender, gate)
    rulings = office.rulings(parts, sender, gate, every_key)
    keys = every_key if parts.refunds else None
    payment_teller = PaymentTeller(
        payments=parts.payments, book=parts.deliveries, sender=sender, figures=parts.figures, keys=keys
    )
    cards = _cards(parts, sender, keys)
    messenger = Messenger(
        tellers={
            Topic.PAYMENT: payment_teller,
            Topic.RULING: rulings,
            Topic.BRIEF: office.brief_teller(parts, sender),
            Topic.NOTE: office.reminder_teller(parts, sender),
            Topic.QUESTION: support,
            Topic.SILENCE: SilenceTeller(book=parts.silences, sender=sender),
            Topic.INBOX: InboxTeller(rows=parts.callbacks, sender=sender),
            **_refund_tellers(parts, sender, cards),
        },
        book=parts.deliveries,
        pace=pace,
        admins=parts.admins,
        now=parts.now,
        wake=parts.wake,
        limits=limits.messenger,
    )
    menu = Menu(application.bot)
    door = UpdateDoor(
        inbox=parts.updates,
        bot=application.bot,
        manners=Manners(limits.manners),
        arrived=arrivals.ring,
        absent=Excuses(sender).say,
    )
    mouth = office.Mouth(
        sender=sender,
        messenger=messenger,
        teller=payment_teller,
        menu=menu,
        cards=cards,
        keys=keys,
        rulings=rulings,
        support=support,
        link=lambda code: note_link(application.bot.username, code),
    )
    hands = _hands(parts, mouth, gate)
    add_handlers(application, hands, lanes)
    lanes.attach(_lane_hands(application, door, sender, pace, parts.minutes))
    return Bot(
        application=application,
        door=door,
        lanes=lanes,
        pace=pace,
        sender=sender,
        messenger=messenger,
        boards=hands.boards,
        menu=menu,
        admins=parts.admins,
        poller=Poller(application.bot, door, parts.polling, limits.poll),
        webhook=parts.webhook,
        limits=limits,
    )


def note_link(bot_name: str, code: NoteCode) -> str:
    """What opens a fee note in chat (Telegram: deep linking)."""
    return f"https://t.me/{bot_name}?start={CODE_PREFIX}{code}"


def _cards(parts: BotParts, sender: Sender, keys: Keys | None) -> Cards | None:
    if parts.refunds is None or keys is None:
        return None
    book = parts.refunds.book
    return Cards(book=book, clients=parts.clients, keys=keys, sender=sender, now=parts.now)


def _refund_tellers(parts: BotParts, sender: Sender, cards: Cards | None) -> dict[Topic, Teller]:
    refunds = parts.refunds
    if refunds is None or cards is None:
        return {}
    return {
        Topic.REFUND: RefundTeller(book=refunds.book, payments=parts.payments, cards=cards, sender=sender),
        Topic.BALANCE: BalanceTeller(
            book=refunds.balances,
            admins=parts.admins,
            sender=sender,
            low_float_kes=refunds.low_float_kes,
        ),
    }


def _hands(parts: BotParts, mouth: office.Mouth, gate: Gate) -> Hands:
    sender, cards, refusals = mouth.sender, mouth.cards, gate.refusals
    steps = Steps(drafts=parts.drafts, fees=parts.fees, service=parts.service, sender=sender)
    flow = PayingFlow(
        steps=steps,
        drafts=parts.drafts,
        clients=parts.clients,
        fees=parts.fees,
        fit=NoteFit(parts.notes),
        service=parts.service,
        sender=sender,
        refusals=refusals,
        pauses=parts.pauses,
        now=parts.now,
    )
    bills = office.bills(parts, mouth, gate, flow)
    refunds = office.refund_office(parts, sender, refusals, cards)
    commands = Commands(
        service=parts.service,
        flow=flow,
        messenger=mouth.messenger,
        teller=mouth.teller,
        sender=sender,
        clients=parts.clients,
        now=parts.now,
        firm_name=parts.firm_name,
        admins=parts.admins,
        menu=mouth.menu,
        bills=bills,
        refunds=refunds.flow if refunds else None,
    )
    back_office = Office(
        gate=gate,
        rulings=mouth.rulings,
        nonces=parts.nonces,
        sender=sender,
        refusals=refusals,
        now=parts.now,
        refunds=refunds,
    )
    receipts = _receipts(parts, sender)
    buttons = PaymentButtons(
        service=parts.service, flow=flow, receipts=receipts, sender=sender, refusals=refusals
    )
    return Hands(
        commands=commands,
        flow=flow,
        payment_buttons=buttons,
        receipts=receipts,
        office=back_office,
        rulings=mouth.rulings,
        roll=office.roll(parts, mouth, gate),
        bills=bills,
        support=mouth.support,
        privacy=_privacy(parts, sender),
        fees=office.fees(parts, sender, gate),
        exports=office.exports(parts, sender, gate),
        analytics=office.analytics(parts, sender, gate),
        trail=office.trail(parts, sender, gate),
        desk=office.desk(parts, mouth, gate, receipts),
        boards=office.boards(parts, sender, gate),
        maintenance=office.maintenance(parts, sender, gate),
        sender=sender,
        refusals=refusals,
    )


def _privacy(parts: BotParts, sender: Sender) -> Privacy:
    return Privacy(
        service=parts.service,
        clients=parts.clients,
        drafts=parts.drafts,
        refunds=parts.all_refunds,
        notes=parts.notes,
        questions=parts.questions,
        sender=sender,
        firm_name=parts.firm_name,
    )


def _receipts(parts: BotParts, sender: Sender) -> Receipts:
    return Receipts(
        desk=parts.receipts.desk,
        service=parts.service,
        payments=parts.payments,
        sender=sender,
        firm=parts.receipts.firm,
        verify_base=parts.receipts.verify_base,
    )


def _lane_hands(
    application: BotApplication, door: UpdateDoor, sender: Sender, pace: Pace, minutes: Minutes
) -> LaneHands:
    async def process(update: Update) -> None:
        if update.effective_chat is not None:
            pace.acted(ChatId(update.effective_chat.id))
        await application.process_update(update)

    async def tell(chat_id: ChatId, screen: Screen) -> None:
        try:
            await sender.send(chat_id, screen)
        except TelegramError as error:
            log.warning("not_told", extra={"why": describe(error)})

    async def ask_patience(update: Update) -> None:
        who = whoever(update)
        if who is not None:
            minutes.note(who, AuditKind.RATE_LIMITED, actor=Actor.USER)
            await tell(who.chat_id, Screen(text=wording.PATIENCE))

    return LaneHands(
        read=door.read,
        process=process,
        apologise=lambda chat_id, reference: tell(chat_id, apology_screen(reference)),
        ask_patience=ask_patience,
    )
