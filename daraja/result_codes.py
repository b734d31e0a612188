"""What the result codes of money going out mean: one literal table for payouts, reversals and questions.

Owns the meaning of every documented or observed code for the very money it is about. Refuses to own wording
for people. A code is text. What we do not know is not a no: it is unclear, and somebody asks. Source:
Daraja's result codes of B2C, Reversal and Transaction Status, and published captures.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final, Literal


@unique
class Trouble(StrEnum):
    """Why money did not go out, as the rest of the house names it."""

    LOW_FLOAT = "low_float"
    BELOW_MINIMUM = "below_minimum"
    ABOVE_MAXIMUM = "above_maximum"
    DAILY_LIMIT = "daily_limit"
    RECEIVER_LIMIT = "receiver_limit"
    NOT_REGISTERED = "not_registered"
    ALREADY_REVERSED = "already_reversed"
    ORIGINAL_UNKNOWN = "original_unknown"
    CREDENTIAL_WRONG = "credential_wrong"
    OPERATOR_LOCKED = "operator_locked"
    MISCONFIGURED = "misconfigured"
    SYSTEM_BUSY = "system_busy"
    INTERNAL_FAILURE = "internal_failure"
    DUPLICATE = "duplicate"
    UNKNOWN = "unknown"


Verdict = Literal["paid", "failed", "unclear"]
Again = Literal["now", "after_top_up", "tomorrow", "when_changed", "when_known", "no"]


@dataclass(frozen=True, slots=True)
class OutCode:
    """One result code.

    ``verdict`` is what it settles for the very money it is about, ``trouble`` is why, and ``again`` is when
    an admin may ask for the same refund anew: "when_changed" after somebody has changed something,
    "when_known" not before it is known what became of this one.
    """

    meaning: str
    verdict: Verdict
    trouble: Trouble | None
    again: Again


def _no(meaning: str, trouble: Trouble, again: Again = "when_changed") -> OutCode:
    return OutCode(meaning, "failed", trouble, again)


def _vague(meaning: str, trouble: Trouble) -> OutCode:
    return OutCode(meaning, "unclear", trouble, "when_known")


# 15 says that the id was seen before, 17 was seen with money moved and without, and the overload codes say
# nothing of the request itself. R000001 says that the money went back already, perhaps by our own earlier
# call. None of these is a no.
CODES: Final[dict[str, OutCode]] = {
    "0": OutCode("Done", "paid", None, "no"),
    "1": _no("Utility account too low", Trouble.LOW_FLOAT, "after_top_up"),
    "2": _no("Below the minimum", Trouble.BELOW_MINIMUM),
    "3": _no("Above the maximum", Trouble.ABOVE_MAXIMUM),
    "4": _no("Receiver's daily limit", Trouble.DAILY_LIMIT, "tomorrow"),
    "5": _no("Below the minimum balance", Trouble.LOW_FLOAT, "after_top_up"),
    "6": _no("Unresolved primary party", Trouble.MISCONFIGURED),
    "7": _no("Unresolved receiver party", Trouble.NOT_REGISTERED),
    "8": _no("Receiver's balance cap", Trouble.RECEIVER_LIMIT),
    "11": _no("Organisation account not active", Trouble.MISCONFIGURED),
    "12": _no("Unresolved debit account", Trouble.MISCONFIGURED),
    "13": _no("Unresolved credit account", Trouble.NOT_REGISTERED),
    "14": _no("Unresolved account", Trouble.MISCONFIGURED),
    "15": _vague("Id used before", Trouble.DUPLICATE),
    "17": _vague("Internal failure", Trouble.INTERNAL_FAILURE),
    "18": _no("Initiator's credential check failed", Trouble.CREDENTIAL_WRONG),
    "20": _no("Unknown initiator", Trouble.CREDENTIAL_WRONG),
    "21": _no("Initiator lacks the role", Trouble.MISCONFIGURED),
    "22": _no("Initiator inactive", Trouble.OPERATOR_LOCKED),
    "24": _no("A field is missing", Trouble.MISCONFIGURED),
    "25": _no("A field is wrong", Trouble.MISCONFIGURED),
    "26": _no("Traffic blocked", Trouble.SYSTEM_BUSY, "now"),
    "29": _no("Unknown command", Trouble.MISCONFIGURED),
    "2001": _no("Initiator's password wrong", Trouble.CREDENTIAL_WRONG),
    "2006": _no("Organisation account not active", Trouble.MISCONFIGURED),
    "2028": _no("Shortcode may not do this", Trouble.MISCONFIGURED),
    "2040": _no("Receiver not registered", Trouble.NOT_REGISTERED),
    "8006": _no("Operator locked", Trouble.OPERATOR_LOCKED),
    "SFC_IC0003": _no("Number not on M-Pesa", Trouble.NOT_REGISTERED),
    "R000001": _vague("Already reversed", Trouble.ALREADY_REVERSED),
    "R000002": _no("Receipt unknown", Trouble.ORIGINAL_UNKNOWN),
    "100000001": _vague("Overloaded", Trouble.SYSTEM_BUSY),
    "100000002": _vague("Throttled", Trouble.SYSTEM_BUSY),
    "100000004": _vague("Internal error", Trouble.INTERNAL_FAILURE),
    "100000007": _vague("Service abnormal", Trouble.INTERNAL_FAILURE),
    "100000009": _vague("API abnormal", Trouble.INTERNAL_FAILURE),
    "100000010": _vague("No permission", Trouble.MISCONFIGURED),
    "100000011": _vague("Too fast", Trouble.SYSTEM_BUSY),
}

UNLISTED: Final = _vague("A code nobody has published", Trouble.UNKNOWN)


def look_up(code: str) -> OutCode:
    """The meaning of a result code, exactly as it was written; ``UNLISTED`` for any other text."""
    return CODES.get(code, UNLISTED)


STATUSES: Final[dict[str, Verdict]] = {
    "completed": "paid",
    "cancelled": "failed",
    "declined": "failed",
    "expired": "failed",
}
"""What ``TransactionStatus`` settles (Daraja: Transaction Status); any other word settles nothing."""


def status_verdict(word: str) -> Verdict:
    """What a ``TransactionStatus`` says of the money."""
    return STATUSES.get(word.strip().casefold(), "unclear")
