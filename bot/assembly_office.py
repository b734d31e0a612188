"""Who is who in the office: the second part of the bot's putting together.

Owns what only admins meet. Nothing is sent and nothing runs here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.analytics import Analytics
from bot.beginnings import Beginnings
from bot.bills import Bills
from bot.board import DayBoards
from bot.briefs import BriefTeller
from bot.cards import Cards
from bot.deeds import Deeds
from bot.desk import PaymentDesk
from bot.exports import Exports
from bot.fees import Fees
from bot.gate import Gate
from bot.maintenance import Maintenance
from bot.menu import Menu
from bot.messenger import Messenger
from bot.office import RefundOffice
from bot.office_buttons import Keys
from bot.parts import BotParts, RefundParts
from bot.payment_teller import PaymentTeller
from bot.receipts import Receipts
from bot.refund_flow import RefundFlow
from bot.refund_steps import RefundSteps
from bot.refusals import Refusals
from bot.reminder_teller import ReminderTeller
from bot.roll import OfficeRoll
from bot.rulings import Rulings
from bot.sender import Sender
from bot.support import Support
from bot.tongues import Tongues
from bot.trail import Trail
from payments.billing.note import NoteCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Mouth:
    """What speaks: needed by most hands."""

    sender: Sender
    tongues: Tongues
    messenger: Messenger
    teller: PaymentTeller
    menu: Menu
    cards: Cards | None
    keys: Keys | None
    rulings: Rulings
    support: Support
    link: Callable[[NoteCode], str]


def refund_office(
    parts: BotParts, sender: Sender, refusals: Refusals, cards: Cards | None
) -> RefundOffice | None:
    """Where refunds are asked for and decided; None where they are not set up."""
    refunds = parts.refunds
    if refunds is None or cards is None:
        return None
    flow = _refund_flow(parts, refunds, sender, refusals)
    deeds = Deeds(
        service=refunds.service,
        flow=flow,
        cards=cards,
        admins=parts.admins,
        sender=sender,
        refusals=refusals,
    )
    return RefundOffice(
        service=refunds.service,
        flow=flow,
        cards=cards,
        deeds=deeds,
        balances=refunds.balances,
        poke=refunds.poke,
    )


def _refund_flow(parts: BotParts, refunds: RefundParts, sender: Sender, refusals: Refusals) -> RefundFlow:
    steps = RefundSteps(
        service=refunds.service,
        drafts=refunds.drafts,
        clients=parts.clients,
        sender=sender,
        cooling_s=refunds.cooling_s,
    )
    return RefundFlow(
        steps=steps,
        service=refunds.service,
        payments=parts.payments,
        drafts=refunds.drafts,
        sender=sender,
        refusals=refusals,
        now=parts.now,
    )


def rulings(parts: BotParts, sender: Sender, gate: Gate, keys: Keys) -> Rulings:
    """Who takes what the office found out about payments under review."""
    return Rulings(
        service=parts.rulings,
        payments=parts.payments,
        admins=parts.admins,
        gate=gate,
        keys=keys,
        sender=sender,
        refusals=gate.refusals,
        minutes=parts.minutes,
    )


def roll(parts: BotParts, mouth: Mouth, gate: Gate) -> OfficeRoll:
    """Who says who belongs to the office."""
    return OfficeRoll(
        keeper=parts.roll,
        clients=parts.clients,
        gate=gate,
        menu=mouth.menu,
        sender=mouth.sender,
        tongues=mouth.tongues,
        minutes=parts.minutes,
        firm_name=parts.firm_name,
    )


def fees(parts: BotParts, sender: Sender, gate: Gate) -> Fees:
    """Who sets the fixed prices."""
    return Fees(book=parts.fees, gate=gate, sender=sender, minutes=parts.minutes)


def brief_teller(parts: BotParts, sender: Sender) -> BriefTeller:
    """Who tells the morning's brief."""
    return BriefTeller(
        book=parts.briefs,
        rollups=parts.rollups,
        search=parts.search,
        admins=parts.admins,
        sender=sender,
        firm_name=parts.firm_name,
        now=parts.now,
    )


def bills(parts: BotParts, mouth: Mouth, gate: Gate, beginnings: Beginnings) -> Bills:
    """Who writes fee notes, and opens them for clients."""
    return Bills(
        notes=parts.notes,
        clients=parts.clients,
        beginnings=beginnings,
        gate=gate,
        sender=mouth.sender,
        refusals=gate.refusals,
        minutes=parts.minutes,
        firm=parts.receipts.firm,
        link=mouth.link,
        now=parts.now,
    )


def reminder_teller(parts: BotParts, sender: Sender) -> ReminderTeller:
    """Who reminds clients of their fee notes."""
    return ReminderTeller(notes=parts.notes, clients=parts.clients, sender=sender, firm_name=parts.firm_name)


def support(parts: BotParts, sender: Sender, gate: Gate) -> Support:
    """Who carries questions and answers between clients and the office."""
    return Support(
        questions=parts.questions,
        service=parts.service,
        payments=parts.payments,
        gate=gate,
        sender=sender,
        poke=parts.wake.ring,
        now=parts.now,
    )


def exports(parts: BotParts, sender: Sender, gate: Gate) -> Exports:
    """Who hands out the books."""
    return Exports(ledger=parts.ledger, gate=gate, sender=sender, minutes=parts.minutes, now=parts.now)


def analytics(parts: BotParts, sender: Sender, gate: Gate) -> Analytics:
    """Who shows the figures."""
    return Analytics(
        rollups=parts.rollups,
        gate=gate,
        sender=sender,
        minutes=parts.minutes,
        firm_name=parts.firm_name,
        now=parts.now,
    )


def trail(parts: BotParts, sender: Sender, gate: Gate) -> Trail:
    """Who reads the trail aloud."""
    return Trail(
        trail=parts.trail, payments=parts.payments, refunds=parts.all_refunds, gate=gate, sender=sender
    )


def boards(parts: BotParts, mouth: Mouth, gate: Gate) -> DayBoards:
    """Who keeps the day boards."""
    return DayBoards(
        book=parts.boards,
        rollups=parts.rollups,
        search=parts.search,
        admins=parts.admins,
        gate=gate,
        sender=mouth.sender,
        tongues=mouth.tongues,
        right=parts.drawing,
        now=parts.now,
        limits=parts.limits.boards,
    )


def maintenance(parts: BotParts, sender: Sender, gate: Gate) -> Maintenance:
    """Who begins and ends pauses."""
    return Maintenance(pauses=parts.pauses, gate=gate, sender=sender, minutes=parts.minutes, now=parts.now)


def desk(parts: BotParts, mouth: Mouth, gate: Gate, receipts: Receipts) -> PaymentDesk:
    """Who finds payments."""
    return PaymentDesk(
        search=parts.search,
        searches=parts.searches,
        service=parts.service,
        payments=parts.payments,
        clients=parts.clients,
        rulings=mouth.rulings,
        receipts=receipts,
        gate=gate,
        sender=mouth.sender,
        minutes=parts.minutes,
        refusals=gate.refusals,
        now=parts.now,
        keys=mouth.keys,
    )
