"""What a button carries: `d:<draft>:<action>[:<argument>]`, `p:<payment>:<action>`, `m:<action>`.

In the office also `f:<refund draft>:<action>[:<argument>]` and `r:<nonce>`.

Owns packing and the strict reading of it. A tap is untrusted: what it names is looked up and checked
against its sender by whoever acts on it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from payments.values import PaymentId, RefundId

MOST_BYTES = 64
"""Telegram: InlineKeyboardButton.callback_data."""


class DraftAction(StrEnum):
    """What can be done with a payment in the making."""

    KIND = "kind"
    FEE = "fee"
    PAY = "pay"
    PHONE = "phone"
    CANCEL = "cancel"


class PaymentAction(StrEnum):
    """What a client can do with a payment."""

    CHECK = "check"
    AGAIN = "again"
    OTHER = "other"
    RECEIPT = "receipt"
    CANCEL = "cancel"


class MenuAction(StrEnum):
    """What can be begun."""

    PAY = "pay"
    STATUS = "status"
    HELP = "help"


class RefundAction(StrEnum):
    """What can be done with a refund in the making."""

    ALL = "all"
    WHY = "why"
    ASK = "ask"
    CANCEL = "cancel"


class OfficeDeed(StrEnum):
    """What a single-use button of the office does. It is kept with the nonce and travels in no button."""

    REFUND = "refund"
    """Begin to give a payment back; all others are about a refund."""
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


Tapped = DraftTap | PaymentTap | MenuTap | RefundTap | OfficeTap

WITH_ARGUMENT = frozenset({DraftAction.KIND, DraftAction.FEE})

_ID = r"(?P<id>[0-9a-f]{16})"
_DRAFT = re.compile(rf"d:{_ID}:(?P<action>[a-z]+)(?::(?P<argument>[a-z0-9_-]{{1,32}}))?", re.ASCII)
_PAYMENT = re.compile(rf"p:{_ID}:(?P<action>[a-z]+)", re.ASCII)
_REFUND = re.compile(rf"f:{_ID}:(?P<action>[a-z]+)(?::(?P<argument>[a-z_]{{1,32}}))?", re.ASCII)
_OFFICE = re.compile(rf"r:{_ID}", re.ASCII)
_MENU = re.compile(r"m:(?P<action>[a-z]+)", re.ASCII)


def pack(tapped: Tapped) -> str:
    """Write it as callback data.

    Raises:
        ValueError: it would not be read back, such as a fee's code with other than `a-z0-9_-`.
    """
    if isinstance(tapped, DraftTap):
        argument = f":{tapped.argument}" if tapped.argument else ""
        data = f"d:{tapped.draft_id}:{tapped.action}{argument}"
    elif isinstance(tapped, PaymentTap):
        data = f"p:{tapped.payment_id}:{tapped.action}"
    elif isinstance(tapped, RefundTap):
        argument = f":{tapped.argument}" if tapped.argument else ""
        data = f"f:{tapped.draft_id}:{tapped.action}{argument}"
    elif isinstance(tapped, OfficeTap):
        data = f"r:{tapped.nonce}"
    else:
        data = f"m:{tapped.action}"
    if parse(data) != tapped:
        raise ValueError(f"no button can carry {data!r}")
    return data


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
    if found := _REFUND.fullmatch(data):
        deed, argument = RefundAction(found["action"]), found["argument"] or ""
        fits = bool(argument) == (deed is RefundAction.WHY)
        return RefundTap(RefundId(found["id"]), deed, argument) if fits else None
    if found := _OFFICE.fullmatch(data):
        return OfficeTap(found["id"])
    if found := _MENU.fullmatch(data):
        return MenuTap(MenuAction(found["action"]))
    return None
