"""What /history shows: a page of a client's own payments. Owns the composing."""

from __future__ import annotations

from dataclasses import replace

from bot import desk_wording
from bot import history_wording as wording
from bot.buttons import HistoryTap, NarrowTap, PaymentAction, PaymentTap, pack
from bot.desk_screens import found_line
from bot.rich import bold, said
from bot.screen import Button, Rows, Screen
from payments.search import KeptSearch, Page


def history_screen(search: KeptSearch, page: Page, *, is_first: bool) -> Screen:
    """A page: each payment a number, whose button opens it; below, ways to narrow it down."""
    words = " ".join(map(_as_read, search.words.split()))
    head = bold(wording.FOUND(words=said(words)) if words else wording.ALL())
    lines = [
        found_line(number, replace(found, client="")) for number, found in enumerate(page.found, start=1)
    ]
    text = "\n\n".join([head, *(lines or [desk_wording.NOTHING()])])
    return Screen(text=text, buttons=_rows(search, page, is_first=is_first))


def _as_read(word: str) -> str:
    phrase = wording.TYPED.get(word.lower())
    return phrase() if phrase else word


def _rows(search: KeptSearch, page: Page, *, is_first: bool) -> Rows:
    cards = tuple(
        Button(str(number), pack(PaymentTap(found.payment.id, PaymentAction.OPEN)))
        for number, found in enumerate(page.found, start=1)
    )
    turns = []
    if not is_first:
        turns.append(Button(desk_wording.NEWEST(), pack(HistoryTap(search.id, None))))
    if page.rest is not None:
        turns.append(Button(desk_wording.OLDER(), pack(HistoryTap(search.id, page.rest))))
    narrow = tuple(Button(label(), pack(NarrowTap(word))) for word, label in wording.NARROW.items())
    return tuple(row for row in (cards, tuple(turns), narrow) if row)
