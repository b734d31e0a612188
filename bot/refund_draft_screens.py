"""A refund in the making as its admin sees it: one screen for every question.

Pure functions from a draft, and what it would come to, to a screen. Which question is next is
`payments.refunds.draft`'s to say.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot import refund_wording as wording
from bot.buttons import RefundAction, RefundTap, pack
from bot.refund_screens import to_client, why_words
from bot.rich import bold, code, said
from bot.screen import Button, Screen, Style
from bot.titles import title_of
from payments.refunds.draft import RefundDraft, RefundQuestion, next_question
from payments.refunds.orders import Prospect
from payments.refunds.reasons import Why
from payments.refunds.refund import Approval
from payments.values import show_kes


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a question's screen shows beside the draft.

    Attributes:
        prospect: what the refund would be; of all that is left while no amount is chosen.
        name: the client's, as far as it is known.
        cooling_min: how long the only admin may think again, in minutes.
        note: a sentence in front of the question, such as what was wrong with the last answer.
    """

    prospect: Prospect
    name: str
    cooling_min: int
    note: str = ""


def question_screen(draft: RefundDraft, beside: Beside) -> Screen:
    """The present question, with the note in front."""
    screen = _SCREENS[next_question(draft)](draft, beside)
    return replace(screen, text=f"{beside.note}\n\n{screen.text}") if beside.note else screen


def _amount(draft: RefundDraft, beside: Beside) -> Screen:
    left = show_kes(beside.prospect.payment.refundable_kes)
    everything = _button(draft, wording.ALL_THAT_IS_LEFT(amount=left), RefundAction.ALL)
    text = f"{_known(draft, beside)}\n\n{wording.ASK_AMOUNT(left=bold(left))}"
    return Screen(text=text, buttons=((everything,), _cancel_row(draft)))


def _why(draft: RefundDraft, beside: Beside) -> Screen:
    labels = wording.WHY_LABELS.items()
    reasons = [_button(draft, label(), RefundAction.WHY, why.value) for why, label in labels]
    rows = tuple(tuple(reasons[at : at + 2]) for at in range(0, len(reasons), 2))
    return Screen(text=f"{_known(draft, beside)}\n\n{wording.ASK_WHY()}", buttons=(*rows, _cancel_row(draft)))


def _remark(draft: RefundDraft, beside: Beside) -> Screen:
    return Screen(text=f"{_known(draft, beside)}\n\n{wording.ASK_REMARK()}", buttons=(_cancel_row(draft),))


def _proof(draft: RefundDraft, beside: Beside) -> Screen:
    payment = beside.prospect.payment
    receipt = said(payment.receipt or payment.id.upper())
    ask = wording.ASK_PROOF(receipt=receipt, minutes=beside.cooling_min)
    return Screen(text=f"{_known(draft, beside)}\n\n{ask}", buttons=(_cancel_row(draft),))


def _confirm(draft: RefundDraft, beside: Beside) -> Screen:
    prospect = beside.prospect
    lines = [
        wording.SUMMARY(),
        "",
        _known(draft, beside),
        wording.ROUTE(route=wording.ROUTES[prospect.route]()),
        wording.LEFT_AFTER(left=bold(show_kes(prospect.left_after_kes))),
        "",
        wording.SUMMARY_END[prospect.approval](minutes=beside.cooling_min),
        *([] if draft.remark else [wording.ADD_REMARK()]),
    ]
    label = wording.ASK_FOR_IT() if prospect.approval is Approval.SECOND_ADMIN else wording.SEND_IT()
    ask = _button(draft, label, RefundAction.ASK, style=Style.SUCCESS)
    return Screen(text="\n".join(lines), buttons=((ask,), _cancel_row(draft)))


_SCREENS: dict[RefundQuestion, Callable[[RefundDraft, Beside], Screen]] = {
    RefundQuestion.AMOUNT: _amount,
    RefundQuestion.WHY: _why,
    RefundQuestion.REMARK: _remark,
    RefundQuestion.PROOF: _proof,
    RefundQuestion.CONFIRM: _confirm,
}


def _known(draft: RefundDraft, beside: Beside) -> str:
    """The payment, its client, and what was answered so far, line by line."""
    payment = beside.prospect.payment
    receipt = code(said(payment.receipt or payment.id))
    lines = [wording.OF_PAYMENT(title=said(title_of(payment)), receipt=receipt)]
    lines.append(to_client(beside.name, payment.phone))
    if draft.amount_kes is None:
        lines.append(wording.LEFT(left=bold(show_kes(payment.refundable_kes))))
    else:
        lines.append(wording.HEAD(amount=bold(show_kes(draft.amount_kes))))
    if draft.why not in {None, Why.OTHER} or draft.remark:
        lines.append(wording.REASON(why=why_words(draft.why or Why.OTHER, draft.remark)))
    return "\n".join(lines)


def _cancel_row(draft: RefundDraft) -> tuple[Button, ...]:
    return (_button(draft, wording.CANCEL(), RefundAction.CANCEL, style=Style.DANGER),)


def _button(
    draft: RefundDraft, label: str, action: RefundAction, argument: str = "", *, style: Style | None = None
) -> Button:
    return Button(label, pack(RefundTap(draft.id, action, argument)), style)
