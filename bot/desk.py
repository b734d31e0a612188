"""/payments: what the office looks for among all payments, as pages and as cards.

Owns the command and its buttons. What a button names is looked up anew; who may see it is asked each time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from telegram.error import TelegramError

from bot import desk_wording as wording
from bot.buttons import AskAllTap, CardAction, CardTap, OfficeDeed, PageTap
from bot.desk_screens import can_be_asked, card_screen, page_screen, surely_ask_screen
from bot.fate import Fate, judge
from bot.gate import Gate
from bot.incoming import Said, Tap
from bot.minutes import Minutes
from bot.office_buttons import Keys, rows_of
from bot.receipts import Receipts
from bot.refusals import Refusals
from bot.rulings import Rulings
from bot.screen import Screen
from bot.sender import Sender
from payments.admins import Deed
from payments.audit import AuditKind
from payments.draft import new_id
from payments.payment import Payment
from payments.periods import BadPeriod
from payments.ports import ClientBook, Now, PaymentBook
from payments.rulings.ruling import Outcome
from payments.search import KeptSearch, PaymentSearch, Place, SearchBook, read_wanted
from payments.service import NoSuchPayment, PaymentService
from payments.values import UserId

ON_A_PAGE = 5
ASKED_AT_ONCE = 50
_FOUND = {CardAction.PAID: Outcome.PAID, CardAction.UNPAID: Outcome.UNPAID}


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDesk:
    """Finds payments and shows them."""

    search: PaymentSearch
    searches: SearchBook
    service: PaymentService
    payments: PaymentBook
    clients: ClientBook
    rulings: Rulings
    receipts: Receipts
    gate: Gate
    sender: Sender
    minutes: Minutes
    refusals: Refusals
    now: Now
    keys: Keys | None = None

    async def command(self, said: Said) -> None:
        """Such as `/payments unpaid week`; without words the newest."""
        if not await self.gate.admits(said.who, Deed.SEE_PAYMENTS):
            return
        _, _, words = (said.text or "").partition(" ")
        search = KeptSearch(id=new_id(), user_id=said.who.user_id, words=words.strip(), made_at=self.now())
        try:
            screen = await self._page(search, None)
        except BadPeriod:
            screen = Screen(text=wording.USAGE())
        else:
            await self.searches.keep(search)
        await self.sender.send(said.who.chat_id, screen)

    async def page_tapped(self, tap: Tap, button: PageTap) -> None:
        """Another page, in the same message."""
        if not await self.gate.admits_tap(tap, Deed.SEE_PAYMENTS, button.search_id, "page"):
            return
        search = await self.searches.get(button.search_id, tap.who.user_id)
        if search is None:
            await self.refusals.not_theirs(tap, button.search_id, "a search that is not there, or not theirs")
            return
        await self.sender.answer(tap.query_id)
        await self.sender.edit(tap.who.chat_id, tap.message_id, await self._page(search, button.place))

    async def card_tapped(self, tap: Tap, button: CardTap) -> None:
        """Show a payment in a message of its own, or do something about it."""
        if not await self.gate.admits_tap(tap, Deed.SEE_PAYMENTS, button.payment_id, button.action):
            return
        payment = await self.payments.get(button.payment_id)
        if payment is None:
            await self.refusals.not_theirs(tap, button.payment_id, f"{button.action}: no such payment")
        elif button.action is CardAction.ASK:
            await self._ask(tap, payment)
        elif button.action is CardAction.RECEIPT:
            await self._send_receipt(tap, payment)
        elif button.action in _FOUND:
            await self.rulings.guide(tap, payment, _FOUND[button.action])
        else:
            await self.sender.answer(tap.query_id)
            await self.sender.send(tap.who.chat_id, await self._card(payment, tap.who.user_id))

    async def ask_all_tapped(self, tap: Tap, button: AskAllTap) -> None:
        """Have Safaricom asked about all that a search finds, once that is confirmed."""
        if not await self.gate.admits_tap(tap, Deed.SEE_PAYMENTS, button.search_id, "ask about all"):
            return
        search = await self.searches.get(button.search_id, tap.who.user_id)
        if search is None:
            await self.refusals.not_theirs(tap, button.search_id, "a search that is not there, or not theirs")
            return
        await self.sender.answer(tap.query_id)
        page = await self.search.page(read_wanted(search.words, search.made_at), None, ASKED_AT_ONCE)
        payments = [found.payment for found in page.found if can_be_asked(found.payment)]
        if button.sure and payments:
            asked = sum([await self._asked(payment) for payment in payments])
            words = wording.ASKED_ABOUT(asked=asked, count=len(payments))
            await self.sender.edit(tap.who.chat_id, tap.message_id, Screen(text=words))
        else:
            await self.sender.send(tap.who.chat_id, surely_ask_screen(search.id, payments))

    async def _ask(self, tap: Tap, payment: Payment) -> None:
        """Have Safaricom asked; the card shows what is known now."""
        asked = await self._asked(payment)
        await self.sender.answer(tap.query_id, wording.ASKING() if asked else wording.NOT_ASKED())
        fresh = await self.payments.get(payment.id) or payment
        await self.sender.edit(tap.who.chat_id, tap.message_id, await self._card(fresh, tap.who.user_id))

    async def _send_receipt(self, tap: Tap, payment: Payment) -> None:
        """Hand it over in the client's own chat, and say whether it is there."""
        if not await self.gate.admits_tap(tap, Deed.BILL, payment.id, CardAction.RECEIPT):
            return
        try:
            sent = await self.receipts.hand_over(payment)
        except TelegramError as error:
            if judge(error).fate is not Fate.UNREACHABLE:
                raise
            words = wording.NOT_REACHED()
        else:
            words = wording.RECEIPT_SENT() if sent else wording.NO_RECEIPT()
            if sent:
                self.minutes.note(tap.who, AuditKind.RECEIPT_SENT, subject=payment.id)
        await self.sender.answer(tap.query_id, words, alert=True)

    async def _asked(self, payment: Payment) -> bool:
        try:
            return await self.service.ask_for_office(payment.id)
        except NoSuchPayment:
            return False

    async def _page(self, search: KeptSearch, place: Place | None) -> Screen:
        wanted = read_wanted(search.words, search.made_at)
        page = await self.search.page(wanted, place, ON_A_PAGE)
        return page_screen(search, page, is_first=place is None)

    async def _card(self, payment: Payment, admin: UserId) -> Screen:
        client = await self.clients.get(payment.user_id)
        screen = card_screen(payment, client.first_name if client else "")
        if self.keys is None or payment.refundable_kes <= 0:
            return screen
        minted = await self.keys.mint((OfficeDeed.REFUND,), payment.id, admin)
        return replace(screen, buttons=(*screen.buttons, *rows_of(minted)))
