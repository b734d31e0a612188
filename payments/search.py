"""Finding payments: what the office may ask for, and how its words are read.

Owns the reading and the port. Who may search, and what is shown of what is found, is `bot`'s.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from payments.catalogue import FeeKind
from payments.payment import OPEN, Payment, State
from payments.periods import Period, read_period
from payments.values import BadValue, PaymentId, Phone, Receipt, UserId, parse_phone

MOST_WORDS = 200
"""Characters of a search that are read."""
_RECEIPT = re.compile(r"(?=[A-Z0-9]*\d)(?=[A-Z0-9]*[A-Z])[A-Z0-9]{10}", re.IGNORECASE | re.ASCII)
_ID = re.compile(r"[0-9a-f]{16}", re.ASCII)
_RANGE = re.compile(r"(\d{1,7})?\.\.(\d{1,7})?", re.ASCII)
_AMOUNT = re.compile(r"\d{1,7}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_NAMED = frozenset({"today", "yesterday", "week", "month", "quarter", "year"})
_STATES: dict[str, frozenset[State]] = {"open": OPEN, **{state.value: frozenset({state}) for state in State}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which payments. What is empty or None does not matter; all that is there must hold.

    Attributes:
        period: when they were begun.
        least_kes: the amount asked for, at least.
        reference: as it was typed, in any case of letters.
        name: how the client's name begins.
        user_id: whose they are.
    """

    states: frozenset[State] = frozenset()
    kinds: frozenset[FeeKind] = frozenset()
    period: Period | None = None
    least_kes: int | None = None
    most_kes: int | None = None
    payment_id: PaymentId | None = None
    receipt: Receipt | None = None
    phone: Phone | None = None
    reference: str = ""
    name: str = ""
    user_id: UserId | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order of payments, newest first: after the one begun then, with this id."""

    at: datetime
    payment_id: PaymentId


@dataclass(frozen=True, slots=True)
class Found:
    """A payment and whose it is."""

    payment: Payment
    client: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what was found; `rest` is where the next page begins, None on the last."""

    found: tuple[Found, ...]
    rest: Place | None


class PaymentSearch(Protocol):
    """Where payments are found. May raise `StoreUnavailable`."""

    async def page(self, wanted: Wanted, after: Place | None, limit: int) -> Page:
        """The newest of them after this place, at most so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSearch:
    """A search that can be gone on with: whose it is, and its words, which are read as of `made_at`."""

    id: str
    user_id: UserId
    words: str
    made_at: datetime


class SearchBook(Protocol):
    """Where searches are kept for a while. May raise `StoreUnavailable`."""

    async def keep(self, search: KeptSearch) -> None:
        """Keep a new one."""

    async def get(self, search_id: str, user_id: UserId) -> KeptSearch | None:
        """This person's search of this id, while it is kept."""


def read_wanted(text: str, now: datetime) -> Wanted:
    """Read such words as `unpaid week`, `0712345678`, `UB47K2M9QX`, `HCCC/E1/2026`, `Asha 1000..5000`.

    Raises:
        BadPeriod: the days that are named are no period.
    """
    words = text[:MOST_WORDS].split()
    days = [word for word in words if word.lower() in _NAMED or _DAY.fullmatch(word)]
    wanted = Wanted(period=read_period(days, now) if days else None)
    rest = []
    for word in words:
        if word in days:
            continue
        read = _read(word, wanted)
        if read is None:
            rest.append(word)
        else:
            wanted = read
    return _with_rest(wanted, " ".join(rest))


def _with_rest(wanted: Wanted, rest: str) -> Wanted:
    """What is left is a reference where it holds a digit or a stroke, else a name."""
    if not rest:
        return wanted
    is_reference = any(character.isdigit() or character == "/" for character in rest)
    return replace(wanted, reference=rest) if is_reference else replace(wanted, name=rest)


def _read(word: str, wanted: Wanted) -> Wanted | None:
    return next((read for reader in _READERS if (read := reader(word, wanted)) is not None), None)


def _state(word: str, wanted: Wanted) -> Wanted | None:
    states = _STATES.get(word.lower())
    return None if states is None else replace(wanted, states=wanted.states | states)


def _kind(word: str, wanted: Wanted) -> Wanted | None:
    is_kind = word.lower() in set(FeeKind)
    return replace(wanted, kinds=wanted.kinds | {FeeKind(word.lower())}) if is_kind else None


def _id(word: str, wanted: Wanted) -> Wanted | None:
    return replace(wanted, payment_id=PaymentId(word.lower())) if _ID.fullmatch(word.lower()) else None


def _receipt(word: str, wanted: Wanted) -> Wanted | None:
    return replace(wanted, receipt=Receipt(word.upper())) if _RECEIPT.fullmatch(word) else None


def _phone(word: str, wanted: Wanted) -> Wanted | None:
    try:
        return replace(wanted, phone=parse_phone(word))
    except BadValue:
        return None


def _amounts(word: str, wanted: Wanted) -> Wanted | None:
    if found := _RANGE.fullmatch(word):
        least, most = (int(end) if end else None for end in found.groups())
        return replace(wanted, least_kes=least, most_kes=most)
    if _AMOUNT.fullmatch(word):
        return replace(wanted, least_kes=int(word), most_kes=int(word))
    return None


_READERS: Sequence[Callable[[str, Wanted], Wanted | None]] = (_state, _kind, _id, _phone, _receipt, _amounts)
