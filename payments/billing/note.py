"""A fee note: what a client is asked to pay for a matter, all at once or in parts, and what has come in.

Owns the shape and the arithmetic. That no more than its amount can be asked for, however many pay at once, is
enforced where it is kept.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from payments.catalogue import FeeKind
from payments.payment import OPEN, Payment, State
from payments.values import LEAST_KES, MOST_KES, BadValue, NoteId, UserId

NoteCode = NewType("NoteCode", str)
"""What opens a fee note: 22 characters that nobody can guess, fit for a link (Telegram: deep linking)."""

CODE_PREFIX = "bill_"
"""Tells a fee note's link from others; the whole stays within 64 characters."""


class NoteState(StrEnum):
    """Where a fee note stands."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    """The office took it back. Payments that were begun still count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeNote:
    """One fee note.

    Attributes:
        number: as people call it, such as `FN-12`.
        client: who alone may open it; None: whoever has the link first, who then is its client.
        matter: the case or document it is about.
        due_on: the day by which it should be paid, in Nairobi.
        in_parts: whether a part may be paid.
        held_kes: what payments that are not settled yet ask for.
        paid_kes: what was paid, refunds not taken off.
        reminded: how many reminders were sent.
        remind_at: when the next one is due; None when none is.
    """

    id: NoteId
    code: NoteCode
    number: str
    client: UserId | None
    matter: str
    kind: FeeKind
    title: str
    amount_kes: int
    due_on: date | None
    in_parts: bool
    created_by: UserId
    created_at: datetime
    state: NoteState = NoteState.OPEN
    version: int = 0
    held_kes: int = 0
    paid_kes: int = 0
    reminded: int = 0
    remind_at: datetime | None = None

    @property
    def due_kes(self) -> int:
        """What is still to be paid, whatever is on its way."""
        return max(0, self.amount_kes - self.paid_kes)

    @property
    def free_kes(self) -> int:
        """What may still be asked for: what is due, less what somebody is paying right now."""
        return max(0, self.amount_kes - self.paid_kes - self.held_kes)

    @property
    def is_payable(self) -> bool:
        """Whether anything of it may be asked for now."""
        return self.state is NoteState.OPEN and self.free_kes > 0

    @property
    def is_settled(self) -> bool:
        """Whether all of it is paid."""
        return self.due_kes == 0


class NotPayable(ValueError):
    """So much of this fee note cannot be paid now. `problem` is a stable word for choosing the sentence."""

    def __init__(self, problem: str, free_kes: int = 0) -> None:
        super().__init__(problem)
        self.problem = problem
        self.free_kes = free_kes


def new_code() -> NoteCode:
    """A code for a new fee note."""
    return NoteCode(secrets.token_urlsafe(16))


def check_part(note: FeeNote, amount_kes: int) -> int:
    """Hand back an amount that may be paid on this note now.

    Raises:
        NotPayable: `withdrawn`, `settled`, `being_paid`, `no_parts` or `too_much`.
        BadValue: M-Pesa would refuse it.
    """
    if note.state is NoteState.WITHDRAWN:
        raise NotPayable("withdrawn")
    if note.is_settled:
        raise NotPayable("settled")
    if note.free_kes == 0:
        raise NotPayable("being_paid")
    if amount_kes > note.free_kes:
        raise NotPayable("too_much", note.free_kes)
    if not note.in_parts and amount_kes != min(note.free_kes, MOST_KES):
        raise NotPayable("no_parts", note.free_kes)
    if amount_kes < LEAST_KES:
        raise BadValue("too_little")
    if amount_kes > MOST_KES:
        raise BadValue("too_much")
    return amount_kes


def asked_at_once(note: FeeNote) -> int:
    """All that can be asked for in one go (Daraja: STK push limits)."""
    return min(note.free_kes, MOST_KES)


@dataclass(frozen=True, slots=True)
class Share:
    """What one payment means for its fee note: what it holds of it, and what it has paid."""

    held_kes: int
    paid_kes: int

    def __sub__(self, other: Share) -> Share:
        """The change from `other` to this."""
        return Share(self.held_kes - other.held_kes, self.paid_kes - other.paid_kes)

    def __bool__(self) -> bool:
        """Whether there is anything at all."""
        return bool(self.held_kes or self.paid_kes)


def share_of(payment: Payment) -> Share:
    """Open payments hold their amount, paid ones have paid it, and a definite no lets it go."""
    if payment.state is State.PAID:
        return Share(0, payment.paid_kes or payment.amount_kes)
    return Share(payment.amount_kes if payment.state in OPEN else 0, 0)
