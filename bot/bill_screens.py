"""Fee notes as the office and as clients see them. Pure functions of the present record."""

from __future__ import annotations

from collections.abc import Sequence

from bot import bill_wording as wording
from bot.buttons import NoteAction, NoteTap, pack
from bot.phrases import spoken
from bot.rich import bold, said
from bot.screen import Button, Rows, Screen, Style
from payments.billing.note import FeeNote, NoteState, asked_at_once
from payments.values import MOST_KES, show_kes
from reports.wording import on_paper


def note_screen(note: FeeNote, firm_name: str) -> Screen:
    """What its client sees: what it is for, what is due, and how to pay it."""
    head = bold(wording.HEAD(number=said(note.number), firm=said(firm_name)))
    lines = [head, said(note.title), wording.MATTER(matter=said(note.matter)), *_sums(note)]
    return Screen(text="\n".join(lines), buttons=_paying(note))


def matters_screens(notes: Sequence[FeeNote], firm_name: str) -> list[Screen]:
    """A client's fee notes, each in a message with its own buttons."""
    if not notes:
        return [Screen(text=wording.NO_MATTERS())]
    return [note_screen(note, firm_name) for note in notes]


def written_screen(note: FeeNote, link: str, firm_name: str) -> Screen:
    """What the office sees of a note that it wrote."""
    shown = note_screen(note, firm_name).text
    told = wording.WRITTEN(number=said(note.number), link=said(link, 200))
    return Screen(text=f"{told}\n\n{shown}", buttons=office_rows(note))


def office_rows(note: FeeNote) -> Rows:
    """What the office can do with it."""
    if note.state is not NoteState.OPEN:
        return ()
    return ((_button(note, wording.WITHDRAW(), NoteAction.WITHDRAW, Style.DANGER),),)


def surely_screen(note: FeeNote) -> Screen:
    """Before it is withdrawn."""
    yes = _button(note, wording.SURE_WITHDRAW(), NoteAction.SURE, Style.DANGER)
    return Screen(
        text=wording.SURELY(number=said(note.number)),
        buttons=((yes, _button(note, wording.KEEP(), NoteAction.KEEP)),),
    )


def bills_screen(notes: Sequence[FeeNote]) -> Screen:
    """The open ones, a line each, with a button to look at one."""
    if not notes:
        return Screen(text=wording.NO_BILLS())
    lines = [bold(wording.BILLS()), *(_line(note) for note in notes)]
    buttons = [_button(note, note.number, NoteAction.KEEP) for note in notes]
    rows = tuple(tuple(buttons[at : at + 3]) for at in range(0, len(buttons), 3))
    return Screen(text="\n".join(lines), buttons=rows)


def _line(note: FeeNote) -> str:
    return wording.BILL_LINE(
        number=said(note.number),
        due=show_kes(note.due_kes),
        amount=show_kes(note.amount_kes),
        by=wording.BILL_BY(day=on_paper(note.due_on, spoken())) if note.due_on else "",
        matter=said(note.matter),
        client=f" · {note.client}" if note.client else "",
    )


def _sums(note: FeeNote) -> list[str]:
    lines = [wording.AMOUNT(amount=show_kes(note.amount_kes))]
    if note.paid_kes:
        lines.append(wording.PAID_SO_FAR(amount=show_kes(note.paid_kes)))
    if note.state is NoteState.WITHDRAWN:
        return [*lines, "", wording.WITHDRAWN_FOR_CLIENT()]
    if note.is_settled:
        return [*lines, "", wording.SETTLED()]
    if note.held_kes:
        lines.append(wording.HELD(amount=show_kes(note.held_kes)))
    lines.append(bold(_due(note)))
    if note.free_kes > MOST_KES:
        lines.append(wording.IN_ONE(most=show_kes(MOST_KES)))
    return lines


def _due(note: FeeNote) -> str:
    amount = show_kes(note.due_kes)
    if note.due_on is None:
        return wording.DUE(amount=amount)
    return wording.DUE_BY(amount=amount, day=on_paper(note.due_on, spoken()))


def _paying(note: FeeNote) -> Rows:
    if not note.is_payable:
        return ()
    whole = wording.PAY(amount=show_kes(asked_at_once(note)))
    row = [_button(note, whole, NoteAction.ALL, Style.SUCCESS)]
    if note.in_parts:
        row.append(_button(note, wording.PAY_PART(), NoteAction.PART))
    return (tuple(row),)


def _button(note: FeeNote, label: str, action: NoteAction, style: Style | None = None) -> Button:
    return Button(label, pack(NoteTap(note.id, action)), style)
