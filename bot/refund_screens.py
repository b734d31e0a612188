"""Refunds as the office and as the payer see them, and the firm's balance.

Pure functions of the present records: the same record gives the same screen, whatever the news was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime

from bot import refund_wording as wording
from bot.buttons import OfficeDeed
from bot.office_buttons import Minted, rows_of
from bot.rich import bold, code, day_and_clock, living_clock, said
from bot.screen import Screen
from bot.titles import title_of
from payments.audited import tellable
from payments.payment import Payment
from payments.refunds.balance import BalanceCheck, CheckState, float_of
from payments.refunds.reasons import Why
from payments.refunds.refund import Approval, Refund, RefundState
from payments.refunds.rules import may_approve
from payments.refunds.service import cooling_ends_at
from payments.refunds.timing import can_be_asked_about
from payments.values import UserId, mask_phone, show_kes

_S = RefundState
_MOST_SAID = 160
_MOST_WHY = 260
_NOT_SURE = frozenset({_S.UNCLEAR, _S.REVIEW, _S.FAILED})
"""Where Safaricom's own last words help a person."""


# What the office sees.


def deeds_for(refund: Refund, admin: UserId) -> tuple[OfficeDeed, ...]:
    """What this admin is offered on the refund's card, as far as their rights reach."""
    if refund.state is _S.REQUESTED and not may_approve(refund, admin):
        return (OfficeDeed.TAKE_BACK,)
    deeds = _DEEDS.get(refund.state, ())
    pointless = set() if can_be_asked_about(refund) else {OfficeDeed.CHECK}
    return tuple(deed for deed in deeds if deed not in pointless)


_DEEDS: dict[RefundState, tuple[OfficeDeed, ...]] = {
    _S.REQUESTED: (OfficeDeed.ALLOW, OfficeDeed.REJECT),
    _S.APPROVED: (OfficeDeed.STOP,),
    _S.ACCEPTED: (OfficeDeed.CHECK,),
    _S.UNCLEAR: (OfficeDeed.CHECK,),
    _S.REVIEW: (OfficeDeed.PAID, OfficeDeed.NOT_PAID, OfficeDeed.CHECK),
}


def card_screen(refund: Refund, minted: Minted, *, name: str, now: datetime, odd: bool = False) -> Screen:
    """A refund's card in an office chat. `odd`: something contradicts what is settled."""
    lines = [
        *([wording.ODD()] if odd else []),
        wording.HEAD(amount=f"{bold(_amount(refund))}: {wording.STATES[refund.state]}."),
        *_facts(refund, name),
        *_people(refund),
        *_arrival(refund),
        *_times(refund, now),
        *_troubles(refund),
    ]
    return Screen(text="\n".join(lines), buttons=rows_of(minted))


def surely_screen(refund: Refund, minted: Minted, *, name: str, now: datetime) -> Screen:
    """The card, asking once more before a person's word settles the refund."""
    card = card_screen(refund, minted, name=name, now=now)
    return replace(card, text=f"{card.text}\n\n{bold(wording.SURELY())}")


def asked_screen(refund: Refund, name: str) -> Screen:
    """What is left of the summary once it was asked for: no buttons, and where to look."""
    head = wording.HEAD(amount=bold(_amount(refund)))
    return Screen(text="\n".join([head, *_facts(refund, name), "", wording.ASKED_FOR()]))


def queue_screen(counts: Mapping[RefundState, int], hidden: int) -> Screen:
    """How many refunds are where, and how many of them are not shown."""
    if not counts:
        return Screen(text=wording.NOTHING_WAITS())
    lines = [words(count=counts[state]) for state, words in wording.QUEUE.items() if counts.get(state)]
    if hidden:
        lines.append(wording.MORE(count=hidden))
    return Screen(text="\n".join(lines))


def to_client(name: str, phone: str) -> str:
    """Who gets the money; the name as far as it is known."""
    return wording.TO(client=" ".join(filter(None, [said(name), said(mask_phone(phone))])))


def why_words(why: Why, remark: str) -> str:
    """The reason in words."""
    label = "" if why is Why.OTHER and remark else wording.WHY_LABELS[why]()
    return said(": ".join(filter(None, [label, remark])), _MOST_WHY)


def _facts(refund: Refund, name: str) -> list[str]:
    receipt = code(said(refund.receipt or refund.payment_id))
    return [
        wording.OF_PAYMENT(title=said(refund.title), receipt=receipt),
        to_client(name, refund.phone),
        wording.REASON(why=why_words(refund.why, refund.remark)),
        wording.ROUTE(route=wording.ROUTES[refund.route]),
    ]


def _people(refund: Refund) -> list[str]:
    asked_at = day_and_clock(refund.created_at)
    lines = [wording.ASKED_BY(name=said(refund.requested_by_name), time=asked_at)]
    if refund.approved_at:
        allowed_at = day_and_clock(refund.approved_at)
        words = _ALLOWED[refund.approval]
        lines.append(words(name=said(refund.approved_by_name), time=allowed_at))
    return lines


_ALLOWED = {
    Approval.SECOND_ADMIN: wording.ALLOWED_BY,
    Approval.ALONE: wording.ALLOWED_ALONE,
    Approval.NOT_NEEDED: wording.ALLOWED_SMALL,
}


def _arrival(refund: Refund) -> list[str]:
    lines = []
    if refund.mpesa_code:
        lines.append(wording.CODE(code=code(said(refund.mpesa_code))))
    if refund.paid_out_at:
        lines.append(wording.PAID_AT(time=day_and_clock(refund.paid_out_at)))
    return lines


def _times(refund: Refund, now: datetime) -> list[str]:
    lines = []
    if refund.state is _S.REQUESTED and refund.deadline_at:
        lines.append(wording.LAPSES(time=day_and_clock(refund.deadline_at)))
    if cooling_ends := cooling_ends_at(refund, now):
        lines.append(wording.WAITS_UNTIL(time=living_clock(cooling_ends)))
    if refund.state is _S.APPROVED and refund.attempts:
        lines.append(wording.TRIED(count=refund.attempts))
    if refund.asked_at:
        lines.append(wording.ASKED_AT(time=day_and_clock(refund.asked_at)))
    return lines


def _troubles(refund: Refund) -> list[str]:
    lines = [wording.OBSTACLES[refund.obstacle]()] if refund.obstacle else []
    if claim := refund.claim:
        amount = show_kes(claim.amount_kes) if claim.amount_kes is not None else None
        mpesa_code = code(said(claim.mpesa_code)) if claim.mpesa_code else None
        parts = [part for part in (amount, mpesa_code) if part]
        lines.append(wording.CLAIMED(claim=" · ".join(parts) or "-"))
    last = next((entry for entry in reversed(refund.history) if entry.code), None)
    if last is not None and refund.state in _NOT_SURE:
        lines.append(wording.SAID(words=_masked(f"{last.code} {last.note}")))
    return lines


# What the payer reads.


def on_its_way_screen(refund: Refund, payment: Payment | None) -> Screen:
    """Safaricom has it."""
    words = wording.ON_ITS_WAY[refund.route](amount=bold(_amount(refund)), phone=_phone(refund))
    return Screen(text="\n".join([words, _for_what(refund, payment)]))


def arrived_screen(refund: Refund, payment: Payment | None) -> Screen:
    """The money arrived; and what of the payment remains paid."""
    lines = [wording.ARRIVED(amount=bold(_amount(refund)), phone=_phone(refund))]
    lines += [*_arrival(refund), _for_what(refund, payment)]
    if payment is not None and payment.paid_kes:
        left_kes = payment.paid_kes - payment.refunded_kes
        words = wording.REMAINS if left_kes > 0 else wording.ALL_BACK
        receipt = code(said(payment.receipt or payment.id))
        lines.append(words(receipt=receipt, left=show_kes(left_kes)))
    return Screen(text="\n".join(lines))


def recalled_screen(refund: Refund, _: Payment | None) -> Screen:
    """What was announced did not come."""
    return Screen(text=wording.RECALLED(amount=bold(_amount(refund)), phone=_phone(refund)))


def _for_what(refund: Refund, payment: Payment | None) -> str:
    return wording.FOR_WHAT(title=said(title_of(payment) if payment else refund.title))


PayerScreen = Callable[[Refund, Payment | None], Screen]


# The balance.


def balance_screen(check: BalanceCheck, low_float_kes: int) -> Screen:
    """What Safaricom said of the firm's accounts."""
    answer = check.answer
    if answer is None or check.state is not CheckState.KNOWN:
        said_so = answer is not None and answer.problem not in {"", "no_answer"}
        why = _masked(answer.problem) if answer is not None and said_so else wording.NO_ANSWER()
        return Screen(text="\n".join([wording.BALANCE[CheckState.UNANSWERED](), why]))
    head = bold(wording.BALANCE[CheckState.KNOWN](time=day_and_clock(answer.at)))
    accounts = [
        wording.ACCOUNT(name=said(account.name), figure=f"{account.available:,.2f}")
        for account in answer.accounts[:_MOST_ACCOUNTS]
    ]
    left = float_of(answer)
    is_low = left is not None and left < low_float_kes
    low = [wording.LOW_FLOAT(limit=show_kes(low_float_kes))] if is_low else []
    return Screen(text="\n".join([head, *accounts, *low]))


_MOST_ACCOUNTS = 20
"""Daraja tells of half a dozen (Account Balance, result)."""


def _masked(words: str) -> str:
    """Safaricom's own words, which may hold a number."""
    return said(tellable(words), _MOST_SAID)


def _amount(refund: Refund) -> str:
    return show_kes(refund.amount_kes)


def _phone(refund: Refund) -> str:
    return said(mask_phone(refund.phone))
