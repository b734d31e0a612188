"""Small values of the trade: ids, phones, whole shillings, references.

Owns how a person's typing becomes a value and how a value is shown. Refuses to know where a value
is stored or sent.
"""

from __future__ import annotations

import re
from typing import NewType

PaymentId = NewType("PaymentId", str)
"""16 hex digits; hex because the id travels in callback addresses with forbidden words."""

RefundId = NewType("RefundId", str)
"""16 hex digits, for the same reason."""

NoteId = NewType("NoteId", str)
"""A fee note's id: 16 hex digits."""

OriginatorId = NewType("OriginatorId", str)
"""The OriginatorConversationID of a refund: ours, one for ever (Daraja: B2C v3)."""

UserId = NewType("UserId", int)
ChatId = NewType("ChatId", int)
MessageId = NewType("MessageId", int)

Phone = NewType("Phone", str)
"""A Kenyan mobile number as Daraja wants it: `254` and nine digits, no plus."""

CheckoutId = NewType("CheckoutId", str)
"""Safaricom's CheckoutRequestID. Holds the payer's number: never log it whole."""

Receipt = NewType("Receipt", str)
"""M-Pesa's receipt number, such as `UB47K2M9QX`."""

LEAST_KES = 1
MOST_KES = 250_000
MOST_BILL_KES = 50_000_000
"""The least and the most one STK push may ask for (Daraja: STK push limits)."""

LEAST_PAYOUT_KES = 10
MOST_PAYOUT_KES = 250_000
"""The least and the most one B2C payout may move (Daraja: B2C payout, Amount)."""

ACCOUNT_LENGTH = 12
"""Daraja: AccountReference holds at most 12 characters."""

_PHONE = re.compile(r"(?:\+?254|0)?([17]\d{8})")
_SPACING = re.compile(r"[\s\-().\u00a0]+")
_MONEY = re.compile(
    r"(?:kes|kshs?|sh)?\.?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)?(?:/[=-]?|/-|kes|kshs?|sh|bob)?"
)
_LONGEST_DIGITS = 9
_REFERENCE_MOST = 40
_NAME_MOST = 60


class BadValue(ValueError):
    """What was given is not such a value. `problem` is a stable word for choosing the sentence."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def parse_phone(text: str) -> Phone:
    """Read a number in any usual Kenyan form (`0712…`, `01…`, `+254…`, `254…`, nine digits).

    Raises:
        BadValue: `phone`, when it is no Kenyan mobile number.
    """
    found = _PHONE.fullmatch(_SPACING.sub("", text))
    if found is None or not found[1].isascii():
        raise BadValue("phone")
    return Phone("254" + found[1])


def mask_phone(phone: str) -> str:
    """Show a number so that its owner knows it and nobody else learns it: `0712***678`."""
    local = "0" + phone.removeprefix("254")
    return f"{local[:4]}***{local[-3:]}"


def parse_amount_kes(text: str) -> int:
    """Read an amount typed by a person: `1500`, `1,500`, `KES 1,500.00`, `1500/=`.

    Raises:
        BadValue: `amount` when it is no number, `fraction` when it has cents,
            `too_little` or `too_much` when M-Pesa would refuse it.
    """
    return check_amount_kes(_whole_kes(text))


def parse_bill_kes(text: str) -> int:
    """Read the amount of a bill, which may take several payments.

    Raises:
        BadValue: as `parse_amount_kes`, `too_much` above `MOST_BILL_KES`.
    """
    amount_kes = _whole_kes(text)
    if amount_kes < LEAST_KES:
        raise BadValue("too_little")
    if amount_kes > MOST_BILL_KES:
        raise BadValue("bill_too_much")
    return amount_kes


def _whole_kes(text: str) -> int:
    found = _MONEY.fullmatch(re.sub(r"\s+", "", text).lower())
    if found is None or not text.isascii():
        raise BadValue("amount")
    if found[2] and found[2].strip(".0"):
        raise BadValue("fraction")
    digits = found[1].replace(",", "").lstrip("0") or "0"
    if len(digits) > _LONGEST_DIGITS:
        raise BadValue("too_much")
    return int(digits)


def check_amount_kes(amount_kes: int) -> int:
    """Hand back an amount that one STK push can ask for.

    Raises:
        BadValue: `too_little` or `too_much`.
    """
    if amount_kes < LEAST_KES:
        raise BadValue("too_little")
    if amount_kes > MOST_KES:
        raise BadValue("too_much")
    return amount_kes


def show_kes(amount_kes: int) -> str:
    """Write whole shillings for a person: `KES 1,500` with a no-break space."""
    return f"KES\u00a0{amount_kes:,}"


def parse_reference(text: str) -> str:
    """Read a case, document or court reference such as `HCCC/E123/2026`.

    Raises:
        BadValue: `reference` when nothing of it could be shown in the phone's prompt,
            `long` when it is over 40 characters.
    """
    reference = " ".join(text.split())
    if not account_reference(reference) or not reference.isprintable():
        raise BadValue("reference")
    if len(reference) > _REFERENCE_MOST:
        raise BadValue("long")
    return reference


def parse_name(text: str) -> str:
    """Read a person's or a firm's name in any script.

    Raises:
        BadValue: `name` when it has no letter, cannot be printed, or is over 60 characters.
    """
    name = " ".join(text.split())
    if not name.isprintable() or len(name) > _NAME_MOST or not any(map(str.isalpha, name)):
        raise BadValue("name")
    return name


def account_reference(reference: str) -> str:
    """The account shown in the prompt: letters and digits only, at most 12 (Daraja: STK push fields)."""
    return re.sub(r"[^A-Z0-9]", "", reference.upper())[:ACCOUNT_LENGTH]
