"""A payment in the making as the client sees it: one screen for every question.

Pure functions from a draft to a screen. Which question is next is `payments.draft`'s to say.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot import wording
from bot.buttons import DraftAction, DraftTap, pack
from bot.rich import bold, said
from bot.screen import Button, Rows, Screen, Style
from bot.titles import title_of
from payments.catalogue import Fee, FeeKind
from payments.draft import Draft, Question, next_question
from payments.values import mask_phone, show_kes


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a question's screen shows beside the draft.

    Attributes:
        fees: the fixed prices on offer.
        usual: the same as last time, on offer beside the kinds of fees.
        note: a sentence in front of the question, such as what was wrong with the last answer.
        caution: this draft tries again a payment that may still count.
        consent: the client never paid here before, and is told what they agree to by it.
    """

    fees: Sequence[Fee] = ()
    usual: Rows = ()
    note: str = ""
    caution: bool = False
    consent: bool = False


def question_screen(draft: Draft, beside: Beside) -> Screen:
    """The present question, with the note in front."""
    screen = _SCREENS[next_question(draft)](draft, beside)
    if not beside.note:
        return screen
    return replace(screen, text=f"{beside.note}\n\n{screen.text}")


def so_far(draft: Draft) -> str:
    """What is known of the draft already, line by line; may be empty."""
    return "\n".join(_facts(draft))


def _kind(draft: Draft, beside: Beside) -> Screen:
    kinds = [_button(draft, wording.KINDS[kind](), DraftAction.KIND, kind.value) for kind in FeeKind]
    rows = tuple(tuple(kinds[at : at + 2]) for at in range(0, len(kinds), 2))
    return Screen(text=wording.ASK_KIND(), buttons=(*beside.usual, *rows, _cancel_row(draft)))


def _fee(draft: Draft, beside: Beside) -> Screen:
    if not beside.fees:
        return Screen(text=wording.NO_FEES(), buttons=(_cancel_row(draft),))
    rows = tuple((_fee_button(draft, fee),) for fee in beside.fees)
    return Screen(text=wording.ASK_FEE(), buttons=(*rows, _cancel_row(draft)))


def _fee_button(draft: Draft, fee: Fee) -> Button:
    return _button(draft, f"{title_of(fee)[:48]} · {show_kes(fee.amount_kes)}", DraftAction.FEE, fee.code)


def _reference(draft: Draft, _: Beside) -> Screen:
    ask = wording.ASK_REFERENCE[draft.kind or FeeKind.CASE]()
    return Screen(text=_after_facts(draft, ask), buttons=(_cancel_row(draft),))


def _amount(draft: Draft, _: Beside) -> Screen:
    return Screen(text=_after_facts(draft, wording.ASK_AMOUNT()), buttons=(_cancel_row(draft),))


def _phone(draft: Draft, _: Beside) -> Screen:
    return Screen(text=_after_facts(draft, wording.ASK_PHONE()), contact_button=True)


def _whom(draft: Draft, _: Beside) -> Screen:
    myself = _button(draft, wording.FOR_MYSELF(), DraftAction.SELF)
    ask = _after_facts(draft, wording.ASK_WHOM())
    return Screen(text=ask, buttons=((myself, *_cancel_row(draft)),))


def _confirm(draft: Draft, beside: Beside) -> Screen:
    parts = [wording.SUMMARY(), so_far(draft), wording.SUMMARY_END()]
    if beside.caution:
        parts.append(wording.RETRY_CAUTION())
    if beside.consent:
        parts.append(wording.CONSENT())
    amount = wording.PAY(amount=show_kes(draft.amount_kes or 0))
    buttons: Rows = (
        (_button(draft, amount, DraftAction.PAY, style=Style.SUCCESS),),
        (_button(draft, wording.CHANGE_NUMBER(), DraftAction.PHONE), *_whom_buttons(draft)),
        _cancel_row(draft),
    )
    return Screen(text="\n\n".join(parts), buttons=buttons)


def _whom_buttons(draft: Draft) -> tuple[Button, ...]:
    """A fee note says itself whose it is."""
    if draft.note_id is not None:
        return ()
    label = wording.CHANGE_NAME() if draft.for_whom else wording.FOR_SOMEBODY()
    return (_button(draft, label, DraftAction.WHOM),)


_SCREENS: dict[Question, Callable[[Draft, Beside], Screen]] = {
    Question.KIND: _kind,
    Question.FEE: _fee,
    Question.REFERENCE: _reference,
    Question.AMOUNT: _amount,
    Question.PHONE: _phone,
    Question.WHOM: _whom,
    Question.CONFIRM: _confirm,
}


def _facts(draft: Draft) -> list[str]:
    facts = []
    if draft.title:
        facts.append(wording.PURPOSE(title=bold(said(title_of(draft)))))
    if draft.reference:
        facts.append(wording.REFERENCE(reference=bold(said(draft.reference))))
    if draft.for_whom:
        facts.append(wording.ON_BEHALF(name=bold(said(draft.for_whom))))
    if draft.amount_kes is not None:
        facts.append(wording.AMOUNT(amount=bold(show_kes(draft.amount_kes))))
    if draft.phone is not None:
        facts.append(wording.FROM_PHONE(phone=bold(mask_phone(draft.phone))))
    return facts


def _after_facts(draft: Draft, ask: str) -> str:
    known = so_far(draft)
    return f"{known}\n\n{ask}" if known else ask


def _cancel_row(draft: Draft) -> tuple[Button, ...]:
    return (_button(draft, wording.CANCEL(), DraftAction.CANCEL, style=Style.DANGER),)


def _button(
    draft: Draft, label: str, action: DraftAction, argument: str = "", *, style: Style | None = None
) -> Button:
    return Button(label, pack(DraftTap(draft.id, action, argument)), style)
