"""What /payments shows: pages of what was found, and a payment's card. Owns the composing."""

from __future__ import annotations

from collections.abc import Sequence

from bot import desk_wording as wording
from bot.buttons import AskAllTap, CardAction, CardTap, PageTap, pack
from bot.payment_screens import admin_screen
from bot.rich import bold, code, day_and_clock, said
from bot.ruling_screens import settle_rows
from bot.screen import Button, Rows, Screen
from bot.titles import title_of
from bot.wording import ON_BEHALF, STATUS_WORDS
from payments.payment import OPEN, Payment, State
from payments.search import Found, KeptSearch, Page
from payments.timing import can_be_asked_about
from payments.values import PaymentId, show_kes

CARD = "card"


def page_screen(search: KeptSearch, page: Page, *, is_first: bool) -> Screen:
    """A page: each payment a number, whose button opens its card."""
    head = bold(wording.FOUND(words=said(search.words)) if search.words else wording.ALL())
    lines = [found_line(number, found) for number, found in enumerate(page.found, start=1)] or [
        wording.NOTHING()
    ]
    return Screen(text="\n\n".join([head, *lines]), buttons=_page_rows(search, page, is_first=is_first))


def found_line(number: int, found: Found) -> str:
    """One payment of a page, with its client where they are named."""
    payment = found.payment
    receipt = code(said(payment.receipt)) if payment.receipt else ""
    whom = ON_BEHALF(name=said(payment.for_whom)) if payment.for_whom else ""
    words = [said(found.client), whom, said(title_of(payment)), said(payment.reference), receipt]
    return wording.LINE(
        number=number,
        when=day_and_clock(payment.created_at),
        amount=show_kes(payment.paid_kes or payment.amount_kes),
        state=bold(STATUS_WORDS[payment.state]()),
        what=" · ".join(filter(None, words)),
    )


def _page_rows(search: KeptSearch, page: Page, *, is_first: bool) -> Rows:
    cards = tuple(
        Button(str(number), pack(CardTap(found.payment.id, CardAction.OPEN)))
        for number, found in enumerate(page.found, start=1)
    )
    turns = []
    if not is_first:
        turns.append(Button(wording.NEWEST(), pack(PageTap(search.id, None))))
    if page.rest is not None:
        turns.append(Button(wording.OLDER(), pack(PageTap(search.id, page.rest))))
    hangs = any(can_be_asked(found.payment) for found in page.found)
    ask_all = (Button(wording.ASK_ALL(), pack(AskAllTap(search.id, sure=False))),) if hangs else ()
    return tuple(row for row in (cards, tuple(turns), ask_all) if row)


def can_be_asked(payment: Payment) -> bool:
    """Whether Safaricom may know more of it."""
    return payment.state in OPEN and can_be_asked_about(payment)


def surely_ask_screen(search_id: str, payments: Sequence[Payment]) -> Screen:
    """Before many are asked about: how many, and how much money that is."""
    if not payments:
        return Screen(text=wording.NONE_TO_ASK())
    amount = show_kes(sum(payment.amount_kes for payment in payments))
    label = wording.SURE_ASK_ALL(count=len(payments))
    return Screen(
        text=wording.ASK_ALL_SURELY(count=len(payments), amount=amount),
        buttons=((Button(label, pack(AskAllTap(search_id, sure=True))),),),
    )


def card_screen(payment: Payment, client: str) -> Screen:
    """All that is known of a payment, and what can be done about it now."""
    lines = [admin_screen(payment, CARD).text]
    if client:
        lines.append(wording.CLIENT(name=said(client)))
    lines.append(wording.BEGUN(time=day_and_clock(payment.created_at)))
    if payment.refunded_kes:
        lines.append(wording.REFUNDED(amount=show_kes(payment.refunded_kes)))
    if held := payment.refund_reserved_kes - payment.refunded_kes:
        lines.append(wording.HELD(amount=show_kes(held)))
    ask = _row(wording.ASK(), payment.id, CardAction.ASK) if can_be_asked(payment) else ()
    paid = payment.state is State.PAID
    receipt = _row(wording.RECEIPT(), payment.id, CardAction.RECEIPT) if paid else ()
    return Screen(text="\n".join(lines), buttons=(*ask, *receipt, *settle_rows(payment)))


def _row(label: str, payment_id: PaymentId, action: CardAction) -> Rows:
    return ((Button(label, pack(CardTap(payment_id, action))),),)
