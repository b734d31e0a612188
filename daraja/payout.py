"""Requests about money that goes out, checked before anything is sent.

Owns the limits of every field. Refuses to own whether the money may go.
Source: Daraja, B2C payout, Reversal, Transaction Status, Account Balance (fields and limits).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from daraja.addresses import check_address
from daraja.errors import BadPush
from daraja.push import MSISDN, must_match
from daraja.wire import CONVERSATION_ID

LEAST_KES: Final = 10
MOST_KES: Final = 250_000

_OUR_ID = re.compile(r"[A-Za-z0-9_\-]{1,100}")
_ANY_ID = re.compile(CONVERSATION_ID)
_RECEIPT = re.compile(r"[A-Z0-9]{8,12}")
_RECEIPT_RULE: Final = "the receipt must be 8 to 12 capital letters and digits"
# Other characters were reported to fail without a word.
_REMARKS = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ]{0,98}[A-Za-z0-9]")
_REMARKS_RULE: Final = "the remarks must be 2 to 100 letters, digits and inner spaces"


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where the answer to one request is awaited. They hold keys and stay out of ``repr``."""

    result: str = field(repr=False)
    timeout: str = field(repr=False)

    def __post_init__(self) -> None:
        check_address(self.result)
        check_address(self.timeout)


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutRequest:
    """Pay so much to that phone. ``originator_id`` is ours, and stays the same however often it is asked.

    Raises:
        BadPush: a field breaks Daraja's rules; the sentence never holds the value.
    """

    originator_id: str
    amount_kes: int
    msisdn: str = field(repr=False)
    remarks: str
    addresses: Addresses

    def __post_init__(self) -> None:
        _check_amount(self.amount_kes, LEAST_KES)
        must_match(_OUR_ID, self.originator_id, "the id must be 1 to 100 letters, digits, - and _")
        must_match(MSISDN, self.msisdn, "the phone must be 254, then 7 or 1, then 8 digits")
        must_match(_REMARKS, self.remarks, _REMARKS_RULE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReversalRequest:
    """Give the payment with this receipt back to whoever paid it, all of it.

    Raises:
        BadPush: a field breaks Daraja's rules.
    """

    receipt: str
    amount_kes: int
    remarks: str
    addresses: Addresses

    def __post_init__(self) -> None:
        _check_amount(self.amount_kes, 1)
        must_match(_RECEIPT, self.receipt, _RECEIPT_RULE)
        must_match(_REMARKS, self.remarks, _REMARKS_RULE)


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusQuestion:
    """What became of one movement of money?

    Attributes:
        originator_id: the OriginatorConversationID of its call.
        receipt: its own M-Pesa code, where no id is known. A reversal has one of its own: that of the payment
            which is reversed asks about the payment.
        collected: look at the shortcode that was paid to, as for a payment or a reversal, instead of at the
            one that payouts are paid from.

    Raises:
        BadPush: a field breaks Daraja's rules, or not exactly one name is given.
    """

    originator_id: str | None = None
    receipt: str | None = None
    collected: bool = False
    addresses: Addresses

    def __post_init__(self) -> None:
        if (self.originator_id is None) is (self.receipt is None):
            raise BadPush("a status is asked by an id or by a receipt")
        if self.originator_id is not None:
            must_match(_ANY_ID, self.originator_id, "the id must be one that Daraja could have made or taken")
        if self.receipt is not None:
            must_match(_RECEIPT, self.receipt, _RECEIPT_RULE)


def _check_amount(amount_kes: int, least_kes: int) -> None:
    # bool is an int to Python, and a payout of True shillings is a mistake.
    if type(amount_kes) is not int or not least_kes <= amount_kes <= MOST_KES:
        raise BadPush(f"the amount must be whole shillings from {least_kes} to {MOST_KES}")
