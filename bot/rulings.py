"""/resolve: an admin says what became of a payment under review, and another agrees.

Owns the command, its guide and its buttons, and how the news of a ruling is told. What counts, and who must
agree, is `payments.rulings.service`'s.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot import ruling_wording as wording
from bot.buttons import OfficeDeed
from bot.gate import Gate
from bot.incoming import Said, Tap, Who
from bot.minutes import Minutes
from bot.office_buttons import Keys
from bot.refusals import Refusals
from bot.rich import code
from bot.rich import said as escaped
from bot.ruling_order import read_finding
from bot.ruling_screens import command_for, deeds_for, guide_screen, ruling_screen
from bot.screen import Screen
from bot.sender import Haste, Sender
from bot.tellers import NotTold, Telling, marked
from bot.wording import STATUS_WORDS
from payments.admins import Admin, Admins, Deed, NotAllowed
from payments.audit import AuditKind
from payments.deliveries import Delivery
from payments.payment import Payment
from payments.ports import PaymentBook
from payments.rulings.ruling import Outcome, Ruling, RulingState
from payments.rulings.service import (
    AnotherIsOpen,
    Decided,
    Finding,
    NoSuchRuling,
    NotTheirs,
    NotUnderReview,
    ReceiptMissing,
    ReceiptOfAnother,
    RulingService,
)
from payments.values import ChatId, UserId

RULING_DEEDS = frozenset({OfficeDeed.AGREE, OfficeDeed.DROP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulings:
    """Takes findings and decisions on them. It is also their news' `bot.tellers.Teller`."""

    service: RulingService
    payments: PaymentBook
    admins: Admins
    gate: Gate
    keys: Keys
    sender: Sender
    refusals: Refusals
    minutes: Minutes

    async def command(self, said: Said) -> None:
        """Such as `/resolve 3f2a9c0b12d4e5f6 paid UB47K2M9QX seen on the statement`."""
        if not await self.gate.admits(said.who, Deed.SETTLE_REVIEW):
            return
        finding = read_finding(said.text or "/resolve")
        refusal = wording.USAGE() if finding is None else await self._proposed(said.who, finding)
        if refusal:
            await self.sender.send(said.who.chat_id, Screen(text=refusal))

    async def guide(self, tap: Tap, payment: Payment, outcome: Outcome) -> None:
        """Tell how to say it; for whoever may."""
        if not await self.gate.admits_tap(tap, Deed.SETTLE_REVIEW, payment.id, outcome):
            return
        alone = await self.service.is_alone(tap.who.user_id)
        await self.sender.answer(tap.query_id)
        await self.sender.send(tap.who.chat_id, guide_screen(payment, outcome, alone=alone))

    async def act(self, tap: Tap, deed: OfficeDeed, ruling_id: str) -> None:
        """Agree, or drop it; what cannot be done is said."""
        try:
            if deed is OfficeDeed.AGREE:
                await self._tell(tap, await self.service.agree(ruling_id, _admin(tap.who)))
            else:
                await self._tell(tap, await self.service.drop(ruling_id, _admin(tap.who)))
        except NotAllowed as refused:
            await self._not_allowed(tap, ruling_id, refused)
        except NotTheirs:
            await self.refusals.not_allowed(tap, ruling_id, f"{deed}: proposed it", wording.NOT_THEIRS())
        except NoSuchRuling:
            await self.refusals.not_theirs(tap, ruling_id, f"{deed}: no such ruling")

    async def prepare(self, delivery: Delivery) -> Telling | NotTold:
        """See `Teller.prepare`."""
        ruling = await self.service.get(delivery.subject)
        payment = await self.payments.get(ruling.payment_id) if ruling else None
        if ruling is None or payment is None:
            return NotTold("no such ruling", lost=True)
        if delivery.event != ruling.state:
            return NotTold("newer news says more")
        screen = marked(await self._screen(ruling, payment, delivery.chat_id), delivery)

        async def tell(haste: Haste) -> None:
            await self.sender.send(delivery.chat_id, screen, haste)

        return Telling(new=True, tell=tell)

    async def _proposed(self, who: Who, finding: Finding) -> str:
        """Propose it. What comes of it is told to the whole office; a refusal in words, or nothing."""
        try:
            ruling = await self.service.propose(f"{who.update_id:016x}", finding, _admin(who))
        except NotUnderReview as error:
            return _not_under_review(error.payment)
        except ReceiptMissing:
            payment = await self.payments.get(finding.payment_id)
            command = code(escaped(command_for(payment, Outcome.PAID))) if payment else ""
            return wording.RECEIPT_MISSING(command=command)
        except ReceiptOfAnother as error:
            return wording.RECEIPT_OF_ANOTHER(receipt=escaped(error.receipt))
        except AnotherIsOpen:
            return wording.ANOTHER_IS_OPEN()
        self._note(AuditKind.RULING_PROPOSED, who, ruling)
        return ""

    async def _tell(self, tap: Tap, decided: Decided) -> None:
        ruling = decided.ruling
        words = wording.DONE[ruling.state]() if decided.moved else wording.ALREADY()
        await self.sender.answer(tap.query_id, words, alert=not decided.moved)
        if ruling.state is RulingState.DROPPED and ruling.decided_by == tap.who.user_id:
            self._note(AuditKind.RULING_DROPPED, tap.who, ruling)
        payment = await self.payments.get(ruling.payment_id)
        if payment is not None:
            screen = await self._screen(ruling, payment, tap.who.chat_id)
            await self.sender.edit(tap.who.chat_id, tap.message_id, screen)

    def _note(self, kind: AuditKind, who: Who, ruling: Ruling) -> None:
        self.minutes.note(
            who,
            kind,
            subject=ruling.payment_id,
            why=f"{ruling.outcome}: {ruling.why}",
            key=f"{ruling.id}:{ruling.state}",
        )

    async def _not_allowed(self, tap: Tap, ruling_id: str, refused: NotAllowed) -> None:
        """They are no admin any more; or whoever proposed it is none."""
        if await self.admins.may(tap.who.user_id, Deed.SETTLE_REVIEW):
            why, words = "whoever proposed it is no admin", wording.PROPOSER_GONE()
            await self.refusals.not_allowed(tap, ruling_id, f"{refused.deed}: {why}", words)
        else:
            await self.refusals.not_allowed(tap, ruling_id, f"{refused.deed}: not an admin")

    async def _screen(self, ruling: Ruling, payment: Payment, chat_id: ChatId) -> Screen:
        admin = UserId(chat_id)  # a private chat has its person's number (Telegram: Chat.id)
        minted = await self.keys.mint(deeds_for(ruling, admin), ruling.id, admin)
        return ruling_screen(ruling, payment, minted)


def _not_under_review(payment: Payment | None) -> str:
    if payment is None:
        return wording.NO_SUCH_PAYMENT()
    return wording.NOT_UNDER_REVIEW(state=STATUS_WORDS[payment.state]())


def _admin(who: Who) -> Admin:
    return Admin(user_id=who.user_id, name=who.first_name, act=str(who.update_id))
