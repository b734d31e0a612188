"""A receipt: its running number, and a code by which anybody can see that it is genuine.

Owns numbers and codes. The code is keyed, so nobody can make one up, and it tells nothing of the client; what
is said of a genuine one is read afresh.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from payments.values import PaymentId, Receipt

_SEAL_LENGTH = 12
_CODE = re.compile(r"(?P<number>[1-9][0-9]{0,8})-(?P<seal>[0-9A-F]{12})")
_SPACING = re.compile(r"[\s\-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedReceipt:
    """One receipt as it is kept: numbers have no gap, and a payment has one.

    Attributes:
        handed_out: how often it was given out; after the first time it is a copy.
    """

    number: int
    payment_id: PaymentId
    issued_at: datetime
    handed_out: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Genuine:
    """What anybody may know of a genuine receipt."""

    number: int
    amount_kes: int
    refunded_kes: int
    paid_at: datetime
    mpesa_receipt: Receipt | None
    initials: str


class Seals:
    """Makes codes with the first key and accepts those of every key, so that keys can rotate."""

    def __init__(self, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("at least one key is needed")
        self._keys = [key.encode() for key in keys]

    def code_of(self, receipt: IssuedReceipt) -> str:
        """Such as `1042-7F3A09C2B1D4`."""
        return f"{receipt.number}-{_seal(self._keys[0], receipt.number)}"

    def number_in(self, code: str) -> int | None:
        """The number that a code vouches for; None when it is none of ours. Costs no database work."""
        found = _CODE.fullmatch(tidy(code))
        if found is None:
            return None
        number, given = int(found["number"]), found["seal"].encode()
        matches = [hmac.compare_digest(_seal(key, number).encode(), given) for key in self._keys]
        return number if any(matches) else None


def tidy(typed: str) -> str:
    """A code as people type it, in its one spelling: `1042 7f3a-09c2-b1d4` is `1042-7F3A09C2B1D4`."""
    parts = _SPACING.split(typed.strip().upper())
    return f"{parts[0]}-{''.join(parts[1:])}" if len(parts) > 1 else typed.strip().upper()


def initials_of(name: str) -> str:
    """The first letters of a name, at most three: all that a stranger learns of it."""
    letters = [word[0] for word in name.split() if word[0].isalpha()]
    return ".".join(letter.upper() for letter in letters[:3]) + "." if letters else ""


def _seal(key: bytes, number: int) -> str:
    """Its own use of the key, so that no callback address can pass for a code."""
    made = hmac.new(key, f"receipt/{number}".encode(), hashlib.sha256)
    return made.hexdigest()[:_SEAL_LENGTH].upper()
