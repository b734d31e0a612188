"""What the office reads of a payment that a person must settle. Pure functions of the present records."""

from __future__ import annotations

from bot import ruling_wording as wording
from bot.buttons import CardAction, CardTap, OfficeDeed, pack
from bot.office_buttons import Minted, rows_of
from bot.phrases import Phrase
from bot.rich import bold, code, day_and_clock, said
from bot.screen import Button, Rows, Screen
from bot.titles import title_of
from bot.wording import STATUS_WORDS
from payments.payment import Payment, State
from payments.rulings.ruling import Outcome, Ruling, RulingState
from payments.values import UserId, mask_phone, show_kes

_MOST_WHY = 260


def settle_rows(payment: Payment) -> Rows:
    """Under a payment that a person must settle: what they may have found."""
    if payment.state is not State.REVIEW:
        return ()
    paid = Button(wording.IT_WAS_PAID(), pack(CardTap(payment.id, CardAction.PAID)))
    unpaid = Button(wording.IT_WAS_NOT(), pack(CardTap(payment.id, CardAction.UNPAID)))
    return ((paid, unpaid),)


def guide_screen(payment: Payment, outcome: Outcome, *, alone: bool) -> Screen:
    """How to say what was found; the command can be copied by a tap."""
    command = code(said(command_for(payment, outcome)))
    how = _guide(payment, outcome)(command=command, amount=show_kes(payment.amount_kes))
    who = wording.ALONE() if alone else wording.SECOND_MUST_AGREE()
    return Screen(text=wording.GUIDE(how=how, who=who))


def _guide(payment: Payment, outcome: Outcome) -> Phrase:
    if outcome is Outcome.UNPAID:
        return wording.GUIDE_UNPAID
    return wording.GUIDE_CLAIMED if payment.claim and payment.claim.receipt else wording.GUIDE_PAID


def command_for(payment: Payment, outcome: Outcome) -> str:
    """The command, with what a callback claimed where there is such a claim."""
    if outcome is Outcome.UNPAID:
        return f"/resolve {payment.id} unpaid {wording.REASON_UNPAID()}"
    claim = payment.claim
    receipt = claim.receipt if claim and claim.receipt else wording.RECEIPT
    amount = f" {claim.amount_kes}" if claim and claim.receipt and claim.amount_kes else ""
    return f"/resolve {payment.id} paid {receipt}{amount} {wording.REASON_PAID()}"


def deeds_for(ruling: Ruling, admin: UserId) -> tuple[OfficeDeed, ...]:
    """What this admin is offered, as far as their rights reach."""
    if ruling.state is not RulingState.PROPOSED:
        return ()
    if ruling.by == admin and not ruling.alone:
        return (OfficeDeed.DROP,)
    return (OfficeDeed.AGREE, OfficeDeed.DROP)


def ruling_screen(ruling: Ruling, payment: Payment, minted: Minted) -> Screen:
    """What was found, by whom, and what became of it."""
    what = [
        show_kes(payment.amount_kes),
        said(title_of(payment)),
        said(payment.reference),
        said(mask_phone(payment.phone)),
    ]
    lines = [
        bold(wording.HEADS[ruling.state]()),
        " · ".join(filter(None, what)),
        code(payment.id),
        _found(ruling),
        wording.WHY(why=said(ruling.why, _MOST_WHY)),
    ]
    if ruling.state is RulingState.PROPOSED:
        lines += [] if ruling.alone else [wording.SECOND_MUST_AGREE()]
    else:
        time = day_and_clock(ruling.decided_at or ruling.created_at)
        lines.append(wording.DECIDED[ruling.state](name=said(ruling.decided_by_name), time=time))
        lines.append(wording.NOW(state=STATUS_WORDS[payment.state]()))
    return Screen(text="\n".join(lines), buttons=rows_of(minted))


def _found(ruling: Ruling) -> str:
    amount = show_kes(ruling.amount_kes) if ruling.amount_kes else ""
    receipt = code(said(ruling.receipt)) if ruling.receipt else ""
    return wording.FOUND[ruling.outcome](name=said(ruling.by_name), amount=amount, receipt=receipt)
