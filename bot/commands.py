"""The commands and the menu: /start, /pay, /status, /cancel, /help, and whatever else is written.

Owns what each does. A command works at every step of everything.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot import wording
from bot.beginnings import Beginnings
from bot.bills import Bills
from bot.buttons import MenuAction, MenuTap
from bot.flow import PayingFlow
from bot.incoming import Said, Tap, Who
from bot.languages import CHOICES, Languages
from bot.menu import Menu
from bot.messenger import Messenger
from bot.payment_buttons import cancel_payment
from bot.payment_screens import latest_screen
from bot.payment_teller import PaymentTeller
from bot.refund_flow import RefundFlow
from bot.screen import Screen
from bot.screens import greeting_screen, help_screen, menu_screen
from bot.sender import Sender
from bot.usual import Usual
from payments.admins import Admins, Deed
from payments.billing.note import CODE_PREFIX, NoteCode
from payments.ports import ClientBook
from payments.refunds.draft import RefundDraft
from payments.service import PaymentService

_SHOWN_AFRESH = 3
"""Open payments that /status shows in messages of their own, so as not to flood the chat."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Commands:
    """Answers commands and the menu's buttons."""

    service: PaymentService
    beginnings: Beginnings
    flow: PayingFlow
    usual: Usual
    messenger: Messenger
    teller: PaymentTeller
    sender: Sender
    clients: ClientBook
    firm_name: str
    admins: Admins
    menu: Menu
    bills: Bills
    languages: Languages
    refunds: RefundFlow | None = None

    async def start(self, said: Said) -> None:
        """Greet; or open what a link was made for (Telegram: deep linking)."""
        who = said.who
        earlier = await self.clients.get(who.user_id)
        await self.clients.seen(self.beginnings.client(who))
        if await self.admins.may(who.user_id, Deed.SEE_REFUNDS):
            await self.menu.for_office(who.chat_id)
        _, _, word = (said.text or "").partition(" ")
        if word.startswith(CODE_PREFIX):
            await self.bills.open(who, NoteCode(word.removeprefix(CODE_PREFIX).strip()))
            return
        usual = await self.usual.offer(who.user_id)
        screen = greeting_screen(who.first_name, self.firm_name, new=earlier is None, usual=usual)
        await self.sender.send(who.chat_id, screen)

    async def pay(self, said: Said) -> None:
        """Begin a payment."""
        await self.beginnings.afresh(said.who)

    async def status(self, said: Said) -> None:
        """Tell how the client's payments are doing."""
        await self._tell_status(said.who)

    async def cancel(self, said: Said) -> None:
        """Stop: what is being made, else the newest payment that is not settled."""
        refund = await self._refund_begun_last(said.who)
        if refund is not None and self.refunds is not None:
            await self.refunds.cancel(refund)
            return
        if await self.flow.cancel(said.who):
            return
        still_open = await self.service.open_payments(said.who.user_id)
        answer = wording.NOTHING_TO_CANCEL()
        if still_open:
            answer = await cancel_payment(self.service, still_open[0])
        await self.sender.send(said.who.chat_id, Screen(text=answer))

    async def help(self, said: Said) -> None:
        """Explain."""
        await self.sender.send(said.who.chat_id, help_screen(self.firm_name))

    async def anything(self, said: Said) -> None:
        """A text, a contact, a picture: an answer if something was asked, else the menu."""
        refund = await self._refund_begun_last(said.who)
        if refund is not None and self.refunds is not None:
            await self.refunds.typed(said, refund)
            return
        if await self.flow.typed(said):
            return
        if said.contact is not None:
            screen = Screen(text=wording.CONTACT_NOT_NEEDED(), remove_keyboard=True)
            await self.sender.send(said.who.chat_id, screen)
            return
        note = wording.ONLY_TEXT() if said.text is None else ""
        usual = await self.usual.offer(said.who.user_id)
        await self.sender.send(said.who.chat_id, menu_screen(note, usual))

    async def tapped(self, tap: Tap, button: MenuTap) -> None:
        """A button of the menu. Its message stays as it is: it can be used again."""
        if button.action in CHOICES:
            await self.languages.tapped(tap, button)
            return
        await self.sender.answer(tap.query_id)
        if button.action is MenuAction.PAY:
            await self.beginnings.afresh(tap.who)
        elif button.action is MenuAction.STATUS:
            await self._tell_status(tap.who)
        else:
            await self.sender.send(tap.who.chat_id, help_screen(self.firm_name))

    async def _refund_begun_last(self, who: Who) -> RefundDraft | None:
        """The refund being made here, unless a payment was begun since: what is typed answers the later."""
        refund = await self.refunds.draft_of(who) if self.refunds else None
        payment = await self.beginnings.draft_of(who) if refund else None
        return refund if refund and (payment is None or payment.created_at < refund.created_at) else None

    async def _tell_status(self, who: Who) -> None:
        still_open = (await self.service.open_payments(who.user_id))[:_SHOWN_AFRESH]
        for payment in still_open:
            async with self.messenger.turn(payment.chat_id):
                await self.teller.show_afresh(await self.service.status(payment.id, who.user_id))
            await self.service.ask_now(payment.id, who.user_id)
        if not still_open:
            screen = latest_screen(await self.service.latest(who.user_id))
            await self.sender.send(who.chat_id, screen)
