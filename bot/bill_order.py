"""What stands behind /bill: an amount, a kind, a matter, a title, and at its end what is special about it.

Owns the reading of it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date

from bot.wording import KINDS
from payments.catalogue import FeeKind
from payments.values import BadValue, UserId, parse_bill_kes, parse_reference

MOST_TITLE = 60
_LEAST_WORDS = 3
_NUMBER = re.compile(r"[1-9][0-9]{0,15}", re.ASCII)
"""Telegram: User.id has at most 52 significant bits."""


class BadBill(ValueError):
    """It is no order for a fee note. `problem` is a word of `payments.values.BadValue`, or empty."""

    def __init__(self, problem: str = "") -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class BillOrder:
    """A fee note as it was asked for."""

    amount_kes: int
    kind: FeeKind
    matter: str
    title: str = ""
    due_on: date | None = None
    in_parts: bool = False
    client: UserId | None = None


def read_bill(text: str) -> BillOrder:
    """Read the whole command.

    Raises:
        BadBill: it does not say all that is needed, or something in it is not as it should be.
    """
    _, *words = text.split()
    if len(words) < _LEAST_WORDS or words[1].lower() not in set(FeeKind):
        raise BadBill
    kind = FeeKind(words[1].lower())
    try:
        order = BillOrder(amount_kes=parse_bill_kes(words[0]), kind=kind, matter=parse_reference(words[2]))
    except BadValue as bad:
        raise BadBill(bad.problem) from bad
    order, title = _specials(order, words[3:])
    if len(title) > MOST_TITLE:
        raise BadBill
    return replace(order, title=title or KINDS[kind].english)


def _specials(order: BillOrder, words: list[str]) -> tuple[BillOrder, str]:
    """What stands at the end is taken off, one after the other; what is left is the title."""
    while words:
        if words[-1].lower() == "parts":
            order, words = replace(order, in_parts=True), words[:-1]
        elif len(words) > 1 and words[-2].lower() == "by":
            order, words = replace(order, due_on=_day(words[-1])), words[:-2]
        elif len(words) > 1 and words[-2].lower() == "for" and _NUMBER.fullmatch(words[-1]):
            order, words = replace(order, client=UserId(int(words[-1]))), words[:-2]
        else:
            break
    return order, " ".join(words)


def _day(word: str) -> date:
    try:
        return date.fromisoformat(word)
    except ValueError as odd:
        raise BadBill from odd
