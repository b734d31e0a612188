"""A raw callback as it is kept: stored before it is understood, worked afterwards.

Owns the row's shape and its content-made key. Reading the bytes is `daraja.callbacks`' work.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RowState(StrEnum):
    """Where a row stands."""

    NEW = "new"
    DONE = "done"
    QUARANTINE = "quarantine"
    """It cannot be worked; kept as evidence for a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """One callback, byte for byte.

    Attributes:
        id: made of kind, subject and content, so that an exact repeat is the same row.
        kind: which route it came by, such as `stk`.
        subject: the id of the payment that its address names.
        peer: the address it came from.
        trusted: whether Safaricom lists that address (True where no list is configured).
        attempts: how often it was taken up, this time included; not those that an absence of the store ended.
        fence: rises each time it is taken, and never falls: the word of an earlier taker is told by it.
        verdict: what came of it, for people; of a new row: why it is to be set aside unworked.
    """

    id: str
    kind: str
    subject: str
    raw: bytes
    peer: str
    trusted: bool
    received_at: datetime
    state: RowState = RowState.NEW
    attempts: int = 0
    fence: int = 0
    verdict: str = ""


def row_id(kind: str, subject: str, raw: bytes) -> str:
    """The key of a callback: equal bytes about the same subject make the same row."""
    return f"{kind}:{subject}:{hashlib.sha256(raw).hexdigest()[:24]}"
