"""Who is who inside the bot: the one place that knows all of its parts. Read it top to bottom.

Owns the putting together. Nothing is sent and nothing runs here.
"""

from __future__ import annotations

import logging

from bot import assembly_office as office
from bot.application import Hands, add_handlers, new_application
from bot.beginnings import Beginnings
from bot.cards import Cards
from bot.commands import Commands
from bot.door import UpdateDoor
from bot.excuses import Excuses
from bot.flow import PayingFlow
from bot.gate import Gate
from bot.history import History
from bot.inbox_teller import InboxTeller
from bot.lane_work import LaneWork
from bot.lanes import LaneHands, Lanes
from bot.languages import Languages
from bot.manners import Manners
from bot.menu import Menu
from bot.messenger import Messenger
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
from bot.sender import Sender
from bot.silence_teller import SilenceTeller
from bot.steps import Steps
from bot.tellers import Teller
from bot.tongues import Tongues
from bot.usual import Usual
from payments.billing.note import CODE_PREFIX, NoteCode
from payments.notices import Topic
from payments.wake import Wake

log = logging.getLogger(__name__)


def build_bot(parts: BotParts) -> Bot:
    """Put the parts together; nothing is sent and nothing runs yet."""
    limits, arrivals = parts.limits, Wake()
    lanes = Lanes(inbox=parts.updates, minutes=parts.minutes, wake=arrivals, limits=limits.lanes)
    application = new_application(token=parts.token, api_url=parts.api_url, file_url=parts.file_url)
    pace = Pace(limits.pace)
    sender = Sender(application.bot, pace, parts.meter)
    tongues = Tongues(clients=parts.clients)
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
        tongues=tongues,
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
        tongues=tongues,
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
    work = LaneWork(application=application, sender=sender, tongues=tongues, pace=pace, minutes=parts.minutes)
    lanes.attach(
        LaneHands(
            read=door.read, process=work.process, apologise=work.apologise, ask_patience=work.ask_patience
        )
    )
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
    usual = Usual(service=parts.service, clients=parts.clients, fees=parts.fees)
    steps = Steps(
        drafts=parts.drafts,
        fees=parts.fees,
        clients=parts.clients,
        service=parts.service,
        usual=usual,
        sender=sender,
    )
    beginnings = Beginnings(
        steps=steps,
        drafts=parts.drafts,
        clients=parts.clients,
        fees=parts.fees,
        sender=sender,
        pauses=parts.pauses,
        now=parts.now,
    )
    flow = PayingFlow(
        beginnings=beginnings,
        steps=steps,
        drafts=parts.drafts,
        clients=parts.clients,
        fees=parts.fees,
        fit=NoteFit(parts.notes),
        service=parts.service,
        sender=sender,
        refusals=refusals,
        now=parts.now,
    )
    languages = Languages(clients=parts.clients, admins=parts.admins, menu=mouth.menu, sender=sender)
    bills = office.bills(parts, mouth, gate, beginnings)
    refunds = office.refund_office(parts, sender, refusals, cards)
    commands = Commands(
        service=parts.service,
        beginnings=beginnings,
        flow=flow,
        usual=usual,
        messenger=mouth.messenger,
        teller=mouth.teller,
        sender=sender,
        clients=parts.clients,
        firm_name=parts.firm_name,
        admins=parts.admins,
        menu=mouth.menu,
        bills=bills,
        languages=languages,
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
    receipts = _receipts(parts, mouth)
    buttons = PaymentButtons(
        service=parts.service,
        beginnings=beginnings,
        receipts=receipts,
        sender=sender,
        messenger=mouth.messenger,
        teller=mouth.teller,
        refusals=refusals,
    )
    return Hands(
        commands=commands,
        languages=languages,
        flow=flow,
        payment_buttons=buttons,
        receipts=receipts,
        history=_history(parts, sender, refusals),
        office=back_office,
        rulings=mouth.rulings,
        roll=office.roll(parts, mouth, gate),
        bills=bills,
        support=mouth.support,
        privacy=_privacy(parts, mouth),
        fees=office.fees(parts, sender, gate),
        exports=office.exports(parts, sender, gate),
        analytics=office.analytics(parts, sender, gate),
        trail=office.trail(parts, sender, gate),
        desk=office.desk(parts, mouth, gate, receipts),
        boards=office.boards(parts, mouth, gate),
        maintenance=office.maintenance(parts, sender, gate),
        sender=sender,
        refusals=refusals,
    )


def _privacy(parts: BotParts, mouth: office.Mouth) -> Privacy:
    return Privacy(
        service=parts.service,
        clients=parts.clients,
        drafts=parts.drafts,
        refunds=parts.all_refunds,
        notes=parts.notes,
        questions=parts.questions,
        admins=parts.admins,
        menu=mouth.menu,
        sender=mouth.sender,
        firm_name=parts.firm_name,
    )


def _history(parts: BotParts, sender: Sender, refusals: Refusals) -> History:
    return History(
        search=parts.search, searches=parts.searches, sender=sender, refusals=refusals, now=parts.now
    )


def _receipts(parts: BotParts, mouth: office.Mouth) -> Receipts:
    return Receipts(
        desk=parts.receipts.desk,
        service=parts.service,
        payments=parts.payments,
        sender=mouth.sender,
        tongues=mouth.tongues,
        firm=parts.receipts.firm,
        verify_base=parts.receipts.verify_base,
    )
