"""A payment as its payer sees it: one screen for every state, and the admins' notices.

Pure functions of the payment's present record: the same record gives the same screen, whatever the
news was that caused it to be drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot import wording
from bot.buttons import PaymentAction, PaymentTap, pack
from bot.reason_wording import REASONS
from bot.rich import bold, clock_s, code, day_and_clock, living_clock, said
from bot.screen import Button, Rows, Screen, Style
from bot.titles import title_of
from bot.wording import STATUS_WORDS
from payments.payment import HistoryEntry, Payment, State
from payments.reasons import Reason
from payments.timing import Timing, prompt_ends_at
from payments.values import mask_phone, show_kes

_HISTORY_LINES = 3
_NOTE_MOST = 160


def payment_screen(payment: Payment, figures: Timing) -> Screen:
    """What the payment's living message shows now."""
    return _SCREENS[payment.state](payment, figures)


def _queued(payment: Payment, _: Timing) -> Screen:
    waits = payment.push_attempts or payment.reason
    words = wording.QUEUED_AGAIN if waits else wording.QUEUED
    if payment.reason:
        words = wording.QUEUED_BECAUSE.get(payment.reason, words)
    time = living_clock(payment.not_before) if payment.not_before else ""
    buttons: Rows = ((_button(payment, wording.CANCEL(), PaymentAction.CANCEL, Style.DANGER),),)
    return Screen(text=_with_facts(payment, words(phone=_phone(payment), time=time)), buttons=buttons)


def _sending(payment: Payment, _: Timing) -> Screen:
    return Screen(text=_with_facts(payment, wording.SENDING_TEXT(phone=_phone(payment))))


def _prompted(payment: Payment, figures: Timing) -> Screen:
    lines = [wording.PROMPTED(phone=_phone(payment))]
    if ends_at := prompt_ends_at(payment, figures):
        lines.append(wording.PROMPT_ENDS(time=living_clock(ends_at)))
    return Screen(text=_with_facts(payment, *lines, *_asked(payment)), buttons=_check_row(payment))


def _unclear(payment: Payment, _: Timing) -> Screen:
    return Screen(text=_with_facts(payment, wording.UNCLEAR(), *_asked(payment)), buttons=_check_row(payment))


def _review(payment: Payment, _: Timing) -> Screen:
    text = _with_facts(payment, wording.REVIEW(), *_asked(payment), wording.REVIEW_CAUTION())
    again = _button(payment, wording.PAY_AGAIN(), PaymentAction.AGAIN)
    return Screen(text=text, buttons=(*_check_row(payment), (again,)))


def _paid(payment: Payment, _: Timing) -> Screen:
    amount = bold(show_kes(payment.paid_kes or payment.amount_kes))
    head = wording.PAID_LATE if payment.late else wording.PAID
    receipt = wording.RECEIPT_FOLLOWS()
    if payment.receipt:
        receipt = wording.RECEIPT(receipt=code(said(payment.receipt)))
    lines = [head(amount=amount), receipt]
    if payment.refunded_kes:
        lines.append(wording.GIVEN_BACK(amount=show_kes(payment.refunded_kes)))
    if payment.paid_at:
        lines.append(wording.PAID_AT(time=day_and_clock(payment.paid_at)))
    text = "\n".join([*lines, *_purpose(payment), "", wording.THANKS()])
    return Screen(text=text, buttons=((_button(payment, wording.RECEIPT_LABEL(), PaymentAction.RECEIPT),),))


def _unpaid(payment: Payment, _: Timing) -> Screen:
    why = REASONS[payment.reason or Reason.UNKNOWN]
    head = wording.NOT_PAID(amount=bold(show_kes(payment.amount_kes)))
    row = [_button(payment, wording.TRY_AGAIN(), PaymentAction.AGAIN, Style.SUCCESS)]
    if why.other_number:
        row.append(_button(payment, wording.OTHER_NUMBER(), PaymentAction.OTHER))
    text = "\n".join([head, *_purpose(payment), "", f"{why.sentence} {why.advice}"])
    return Screen(text=text, buttons=(tuple(row),))


_SCREENS: dict[State, Callable[[Payment, Timing], Screen]] = {
    State.QUEUED: _queued,
    State.SENDING: _sending,
    State.PROMPTED: _prompted,
    State.UNCLEAR: _unclear,
    State.REVIEW: _review,
    State.PAID: _paid,
    State.UNPAID: _unpaid,
}


def latest_screen(payments: Sequence[Payment]) -> Screen:
    """A client's newest payments, one line each."""
    if not payments:
        return Screen(text=wording.NO_PAYMENTS())
    return Screen(text="\n".join([wording.LATEST(), *(_short_line(payment) for payment in payments)]))


def _short_line(payment: Payment) -> str:
    what = " ".join(filter(None, [said(title_of(payment)), said(payment.reference)]))
    receipt = f" ({code(said(payment.receipt))})" if payment.receipt else ""
    when = day_and_clock(payment.paid_at or payment.created_at)
    amount = show_kes(payment.paid_kes or payment.amount_kes)
    return f"• {when}: {amount}, {what}: {bold(STATUS_WORDS[payment.state]())}{receipt}"


def admin_screen(payment: Payment, event: str) -> Screen:
    """A notice to the firm: which payment, why, and the evidence. No full number, no buttons."""
    head = bold(wording.ADMIN_HEADS.get(event, wording.ADMIN_HEAD_OTHER)())
    state = STATUS_WORDS[payment.state]()
    what = [code(payment.id), show_kes(payment.amount_kes), _phone(payment), state]
    lines = [head, " · ".join(what), *_purpose(payment)]
    if payment.reason:
        lines.append(REASONS[payment.reason].sentence())
    if payment.receipt:
        lines.append(wording.RECEIPT(receipt=code(said(payment.receipt))))
    history = [_history_line(entry) for entry in _telling(payment.history)[-_HISTORY_LINES:]]
    return Screen(text="\n".join([*lines, *_evidence(payment), *history]))


def _evidence(payment: Payment) -> list[str]:
    """What a person needs to find it in the firm's statement, or to ask Safaricom about it."""
    lines = []
    if claim := payment.claim:
        amount = show_kes(claim.amount_kes) if claim.amount_kes is not None else None
        receipt = code(said(claim.receipt)) if claim.receipt else None
        paid_at = day_and_clock(claim.paid_at) if claim.paid_at else None
        parts = [part for part in (amount, receipt, paid_at) if part]
        lines.append(wording.ADMIN_CLAIM(claim=" · ".join(parts) or "-"))
    if payment.merchant_request_id:
        lines.append(wording.ADMIN_REQUEST(id=code(said(payment.merchant_request_id))))
    if payment.asked_at:
        lines.append(wording.ADMIN_ASKED(time=day_and_clock(payment.asked_at)))
    return lines


def _telling(history: Sequence[HistoryEntry]) -> list[HistoryEntry]:
    """What moved it, and of the rest each last of its kind: many unanswered questions are one line."""
    last = {(entry.said, entry.code): entry for entry in history}
    return [
        entry for entry in history if entry.before is not entry.after or last[entry.said, entry.code] is entry
    ]


def _history_line(entry: HistoryEntry) -> str:
    """`note` is left out: it repeats the other side's words, which may hold a payer's number."""
    result = f" [{said(entry.code)}]" if entry.code else ""
    moved = f"{entry.before} → {entry.after}" if entry.before is not entry.after else entry.after.value
    return f"{clock_s(entry.at)} {entry.said}{result}: {moved}, {said(entry.why, _NOTE_MOST)}"


def _with_facts(payment: Payment, *lines: str) -> str:
    amount = wording.AMOUNT(amount=bold(show_kes(payment.amount_kes)))
    return "\n".join(["\n".join(lines), "", amount, *_purpose(payment)])


def _purpose(payment: Payment) -> list[str]:
    purpose = [wording.PURPOSE(title=said(title_of(payment)))]
    if payment.reference:
        purpose.append(wording.REFERENCE(reference=said(payment.reference)))
    if payment.for_whom:
        purpose.append(wording.ON_BEHALF(name=said(payment.for_whom)))
    return purpose


def _asked(payment: Payment) -> list[str]:
    return [wording.ASKED_AT(time=clock_s(payment.asked_at))] if payment.asked_at else []


def _phone(payment: Payment) -> str:
    return said(mask_phone(payment.phone))


def _check_row(payment: Payment) -> Rows:
    return ((_button(payment, wording.CHECK(), PaymentAction.CHECK),),)


def _button(payment: Payment, label: str, action: PaymentAction, style: Style | None = None) -> Button:
    return Button(label, pack(PaymentTap(payment.id, action)), style)
