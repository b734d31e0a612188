"""What a button carries: `d:<draft>:<action>[:<argument>]`, `p:<payment>:<action>`, `m:<action>`.

In the office also `f:<refund draft>:<action>[:<argument>]`, `r:<nonce>`, `a:<view>:<day>:<day>`,
`c:<payment>:<action>`, `n:<fee note>:<action>`, `k:<search>[:sure]` and `q:<search>[:<place>]`; for a
client's own payments `h:<search>[:<place>]` and `y:<word>`.

Owns packing and the strict reading of it. A tap is untrusted: what it names is looked up and checked
against its sender by whoever acts on it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any

from payments.periods import Period, checked
from payments.search import Place
from payments.values import NoteId, PaymentId, RefundId

MOST_BYTES = 64
"""Telegram: InlineKeyboardButton.callback_data."""


class DraftAction(StrEnum):
    """What can be done with a payment in the making."""

    KIND = "kind"
    FEE = "fee"
    PAY = "pay"
    PHONE = "phone"
    WHOM = "whom"
    SELF = "self"
    CANCEL = "cancel"


class PaymentAction(StrEnum):
    """What a client can do with a payment."""

    CHECK = "check"
    AGAIN = "again"
    OTHER = "other"
    RECEIPT = "receipt"
    CANCEL = "cancel"
    OPEN = "open"
    SAME = "same"


class MenuAction(StrEnum):
    """What can be begun."""

    PAY = "pay"
    STATUS = "status"
    HELP = "help"
    ENGLISH = "en"
    SWAHILI = "sw"


class RefundAction(StrEnum):
    """What can be done with a refund in the making."""

    ALL = "all"
    WHY = "why"
    ASK = "ask"
    CANCEL = "cancel"


class View(StrEnum):
    """Ways to look at the figures of a period."""

    OVER_TIME = "time"
    BY_KIND = "kind"
    BY_MATTER = "matter"
    BY_HOUR = "hours"
    WORKBOOK = "xlsx"


class CardAction(StrEnum):
    """What the office can do with a payment that it has found."""

    OPEN = "open"
    ASK = "ask"
    PAID = "paid"
    UNPAID = "unpaid"
    RECEIPT = "receipt"


class NoteAction(StrEnum):
    """What can be done with a fee note: pay it; or, in the office, withdraw it or look at it."""

    ALL = "all"
    PART = "part"
    WITHDRAW = "withdraw"
    SURE = "sure"
    KEEP = "keep"


class OfficeDeed(StrEnum):
    """What a single-use button of the office does. It is kept with the nonce and travels in no button."""

    REFUND = "refund"
    """Begin to give a payment back; those that follow are about a refund."""
    ALLOW = "allow"
    REJECT = "reject"
    TAKE_BACK = "take_back"
    STOP = "stop"
    CHECK = "check"
    PAID = "paid"
    NOT_PAID = "not_paid"
    SURE_PAID = "sure_paid"
    SURE_NOT_PAID = "sure_not_paid"
    BACK = "back"
    AGREE = "agree"
    """To a ruling; so is the next."""
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class DraftTap:
    """A button of a draft. `argument` is there for `kind` and `fee` alone."""

    draft_id: PaymentId
    action: DraftAction
    argument: str = ""


@dataclass(frozen=True, slots=True)
class PaymentTap:
    """A button of a payment's message."""

    payment_id: PaymentId
    action: PaymentAction


@dataclass(frozen=True, slots=True)
class MenuTap:
    """A button of the menu."""

    action: MenuAction


@dataclass(frozen=True, slots=True)
class RefundTap:
    """A button of a refund in the making. `argument` is there for `why` alone."""

    draft_id: RefundId
    action: RefundAction
    argument: str = ""


@dataclass(frozen=True, slots=True)
class OfficeTap:
    """A button that works once; what it does is kept under its nonce."""

    nonce: str


@dataclass(frozen=True, slots=True)
class FiguresTap:
    """A button that shows a period's figures in another way; it can be used again."""

    view: View
    period: Period


@dataclass(frozen=True, slots=True)
class CardTap:
    """A button about a payment that the office has found; it can be used again."""

    payment_id: PaymentId
    action: CardAction


@dataclass(frozen=True, slots=True)
class AskAllTap:
    """A button that has Safaricom asked about all that a search finds; `sure` when that was confirmed."""

    search_id: str
    sure: bool


@dataclass(frozen=True, slots=True)
class HistoryTap:
    """A button that turns to another page of a client's own payments; without a place to the first."""

    search_id: str
    place: Place | None


@dataclass(frozen=True, slots=True)
class NarrowTap:
    """A button that shows a client those of their payments which stand so; empty: all."""

    word: str


@dataclass(frozen=True, slots=True)
class NoteTap:
    """A button about a fee note; it can be used again."""

    note_id: NoteId
    action: NoteAction


@dataclass(frozen=True, slots=True)
class PageTap:
    """A button that turns to another page of a search; without a place to the first."""

    search_id: str
    place: Place | None


Tapped = (
    DraftTap
    | PaymentTap
    | MenuTap
    | RefundTap
    | OfficeTap
    | FiguresTap
    | CardTap
    | NoteTap
    | PageTap
    | AskAllTap
    | HistoryTap
    | NarrowTap
)

WITH_ARGUMENT = frozenset({DraftAction.KIND, DraftAction.FEE})

_ID = r"(?P<id>[0-9a-f]{16})"
_DRAFT = re.compile(rf"d:{_ID}:(?P<action>[a-z]+)(?::(?P<argument>[a-z0-9_-]{{1,32}}))?", re.ASCII)
_PAYMENT = re.compile(rf"p:{_ID}:(?P<action>[a-z]+)", re.ASCII)
_REFUND = re.compile(rf"f:{_ID}:(?P<action>[a-z]+)(?::(?P<argument>[a-z_]{{1,32}}))?", re.ASCII)
_OFFICE = re.compile(rf"r:{_ID}", re.ASCII)
_FIGURES = re.compile(r"a:(?P<view>[a-z]+):(?P<first>\d{4}-\d\d-\d\d):(?P<last>\d{4}-\d\d-\d\d)", re.ASCII)
_CARD = re.compile(rf"c:{_ID}:(?P<action>[a-z]+)", re.ASCII)
_ASK_ALL = re.compile(rf"k:{_ID}(?P<sure>:sure)?", re.ASCII)
_NOTE = re.compile(rf"n:{_ID}:(?P<action>[a-z]+)", re.ASCII)
_PLACE = r"(?::(?P<at_ms>[0-9a-f]{11})(?P<payment>[0-9a-f]{16}))?"
_PAGE = re.compile(rf"q:{_ID}{_PLACE}", re.ASCII)
_HISTORY = re.compile(rf"h:{_ID}{_PLACE}", re.ASCII)
_NARROW = re.compile(r"y:(?P<word>[a-z]*)", re.ASCII)
_MENU = re.compile(r"m:(?P<action>[a-z]+)", re.ASCII)


def pack(tapped: Tapped) -> str:
    """Write it as callback data.

    Raises:
        ValueError: it would not be read back, such as a fee's code with other than `a-z0-9_-`.
    """
    data = _WRITERS[type(tapped)](tapped)
    if parse(data) != tapped:
        raise ValueError(f"no button can carry {data!r}")
    return data


def _argument(argument: str) -> str:
    return f":{argument}" if argument else ""


_WRITERS: dict[type[object], Callable[[Any], str]] = {
    DraftTap: lambda tap: f"d:{tap.draft_id}:{tap.action}{_argument(tap.argument)}",
    PaymentTap: lambda tap: f"p:{tap.payment_id}:{tap.action}",
    MenuTap: lambda tap: f"m:{tap.action}",
    RefundTap: lambda tap: f"f:{tap.draft_id}:{tap.action}{_argument(tap.argument)}",
    OfficeTap: lambda tap: f"r:{tap.nonce}",
    CardTap: lambda tap: f"c:{tap.payment_id}:{tap.action}",
    AskAllTap: lambda tap: f"k:{tap.search_id}{_argument('sure' if tap.sure else '')}",
    NoteTap: lambda tap: f"n:{tap.note_id}:{tap.action}",
    HistoryTap: lambda tap: f"h:{tap.search_id}{_place_data(tap.place)}",
    NarrowTap: lambda tap: f"y:{tap.word}",
    PageTap: lambda tap: f"q:{tap.search_id}{_place_data(tap.place)}",
    FiguresTap: lambda tap: f"a:{tap.view}:{tap.period.first}:{tap.period.last}",
}


def parse(data: str) -> Tapped | None:
    """Read callback data; None for anything this program did not write."""
    if len(data) > MOST_BYTES:
        return None
    try:
        return _read(data)
    except ValueError:  # an action that is not on its list
        return None


def _read(data: str) -> Tapped | None:
    if found := _DRAFT.fullmatch(data):
        action, argument = DraftAction(found["action"]), found["argument"] or ""
        fits = bool(argument) == (action in WITH_ARGUMENT)
        return DraftTap(PaymentId(found["id"]), action, argument) if fits else None
    if found := _PAYMENT.fullmatch(data):
        return PaymentTap(PaymentId(found["id"]), PaymentAction(found["action"]))
    if found := _MENU.fullmatch(data):
        return MenuTap(MenuAction(found["action"]))
    if found := _HISTORY.fullmatch(data):
        return HistoryTap(found["id"], _place(found["at_ms"], found["payment"]))
    if found := _NARROW.fullmatch(data):
        return NarrowTap(found["word"])
    return _read_office(data)


def _read_office(data: str) -> Tapped | None:
    if found := _REFUND.fullmatch(data):
        deed, argument = RefundAction(found["action"]), found["argument"] or ""
        fits = bool(argument) == (deed is RefundAction.WHY)
        return RefundTap(RefundId(found["id"]), deed, argument) if fits else None
    if found := _OFFICE.fullmatch(data):
        return OfficeTap(found["id"])
    return _read_found(data)


def _read_found(data: str) -> Tapped | None:
    if found := _CARD.fullmatch(data):
        return CardTap(PaymentId(found["id"]), CardAction(found["action"]))
    if found := _ASK_ALL.fullmatch(data):
        return AskAllTap(found["id"], bool(found["sure"]))
    if found := _NOTE.fullmatch(data):
        return NoteTap(NoteId(found["id"]), NoteAction(found["action"]))
    if found := _PAGE.fullmatch(data):
        return PageTap(found["id"], _place(found["at_ms"], found["payment"]))
    if found := _FIGURES.fullmatch(data):
        first, last = date.fromisoformat(found["first"]), date.fromisoformat(found["last"])
        return FiguresTap(View(found["view"]), checked(Period(first, last)))
    return None


_MS = timedelta(milliseconds=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _place(at_ms: str | None, payment_id: str) -> Place | None:
    return None if at_ms is None else Place(_EPOCH + int(at_ms, 16) * _MS, PaymentId(payment_id))


def _place_data(place: Place | None) -> str:
    return "" if place is None else f":{(place.at - _EPOCH) // _MS:011x}{place.payment_id}"
