"""What the result codes of an STK push mean: one literal table.

Owns the meaning of every documented or observed code, for a callback and for a query, which differ. Refuses
to own wording for people (the bot's screens have that) and what a payment does next.

A code is text: it comes as a number, as a string, and as ``SFC_IC0003``. ``ResultDesc`` is never looked at,
its wording drifts. Source: Daraja's result-code list of the STK push page, and published captures.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final, Literal


@unique
class Reason(StrEnum):
    """Why a payment is as it is, as the rest of the house names it."""

    PAID = "paid"
    PROCESSING = "processing"
    CANCELLED = "cancelled"
    WRONG_PIN = "wrong_pin"
    PIN_LOCKED = "pin_locked"
    LOW_BALANCE = "low_balance"
    UNREACHABLE = "unreachable"
    EXPIRED = "expired"
    LINE_BUSY = "line_busy"
    BELOW_MINIMUM = "below_minimum"
    ABOVE_MAXIMUM = "above_maximum"
    DAILY_LIMIT = "daily_limit"
    RECEIVER_LIMIT = "receiver_limit"
    RULE_LIMITED = "rule_limited"
    PROMPT_NOT_DELIVERED = "prompt_not_delivered"
    SYSTEM_BUSY = "system_busy"
    ACCOUNT_INVALID = "account_invalid"
    MISCONFIGURED = "misconfigured"
    UNKNOWN = "unknown"


CallbackVerdict = Literal["paid", "unpaid", "unclear"]
QueryVerdict = Literal["paid", "unpaid", "pending"]
NewPush = Literal["now", "in_two_minutes", "tomorrow", "no"]


@dataclass(frozen=True, slots=True)
class Code:
    """One result code.

    ``callback`` and ``query`` are what it settles when it comes that way; ``retry`` is when the payer may be
    offered a new push. A "no" there means that somebody has to change something first.
    """

    meaning: str
    reason: Reason
    callback: CallbackVerdict
    query: QueryVerdict
    retry: NewPush


# A query says no far more easily than it should (pending and odd answers look like failures), so it settles
# a no only for the ten codes known to be final. 1032 is also what comes when the prompt runs out
# unanswered. 1037 offers a new push only after two minutes, because a late success after it has been
# reported.
CODES: Final[dict[str, Code]] = {
    "0": Code("Success", Reason.PAID, "paid", "paid", "no"),
    "1": Code("Balance too low, overdraft included", Reason.LOW_BALANCE, "unpaid", "unpaid", "now"),
    "2": Code("Below the minimum amount", Reason.BELOW_MINIMUM, "unpaid", "pending", "no"),
    "3": Code("Above the maximum per transaction", Reason.ABOVE_MAXIMUM, "unpaid", "pending", "no"),
    "4": Code("Payer's daily limit", Reason.DAILY_LIMIT, "unpaid", "pending", "tomorrow"),
    "8": Code("Receiving account is full", Reason.RECEIVER_LIMIT, "unpaid", "pending", "no"),
    "11": Code("Payer's account in a wrong state", Reason.ACCOUNT_INVALID, "unpaid", "pending", "no"),
    "17": Code("Same amount within two minutes", Reason.RULE_LIMITED, "unpaid", "pending", "in_two_minutes"),
    "26": Code("Traffic blocked, system busy", Reason.SYSTEM_BUSY, "unpaid", "pending", "in_two_minutes"),
    "1001": Code("Another prompt is open", Reason.LINE_BUSY, "unpaid", "pending", "in_two_minutes"),
    "1019": Code("Transaction expired", Reason.EXPIRED, "unpaid", "unpaid", "now"),
    "1025": Code("Prompt not sent", Reason.PROMPT_NOT_DELIVERED, "unpaid", "unpaid", "in_two_minutes"),
    "1032": Code("Cancelled, or the prompt ran out", Reason.CANCELLED, "unpaid", "unpaid", "now"),
    "1037": Code("Phone not reached, or no answer", Reason.UNREACHABLE, "unpaid", "unpaid", "in_two_minutes"),
    "2001": Code("Wrong PIN", Reason.WRONG_PIN, "unpaid", "unpaid", "now"),
    "2028": Code("Wrong pairing of type and receiver", Reason.MISCONFIGURED, "unpaid", "unpaid", "no"),
    "4999": Code("Still being processed (query)", Reason.PROCESSING, "unclear", "pending", "no"),
    "8006": Code("Payer's PIN is locked", Reason.PIN_LOCKED, "unpaid", "unpaid", "no"),
    "9999": Code("Prompt not sent", Reason.PROMPT_NOT_DELIVERED, "unpaid", "unpaid", "in_two_minutes"),
    "SFC_IC0003": Code("Receiver does not exist", Reason.MISCONFIGURED, "unpaid", "unpaid", "no"),
}

# No complete list is published. What we do not know is not a no.
UNLISTED: Final = Code("A code nobody has published", Reason.UNKNOWN, "unclear", "pending", "no")


def look_up(code: str) -> Code:
    """The meaning of a result code, exactly as it was written; ``UNLISTED`` for any other text."""
    return CODES.get(code, UNLISTED)
