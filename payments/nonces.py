"""A nonce: a button that works once, for one person, for a while.

Owns the record and the port. What a deed does, and whether it may still be done, is asked when it is done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from payments.values import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Nonce:
    """What a button stands for.

    Attributes:
        id: 16 hex digits that nobody can guess.
        deed: what it does, in the words of whoever made it.
        subject: the id of what it is done to.
    """

    id: str
    user_id: UserId
    deed: str
    subject: str
    expires_at: datetime


class Unusable(StrEnum):
    """Why a nonce is worth nothing to whoever presents it."""

    UNKNOWN = "unknown"
    FOREIGN = "foreign"
    """It is somebody else's."""
    EXPIRED = "expired"
    USED = "used"


class Nonces(Protocol):
    """Where nonces are kept. Every method may raise `StoreUnavailable`."""

    async def mint(self, nonces: Sequence[Nonce]) -> None:
        """Keep new ones."""

    async def use(self, nonce_id: str, user_id: UserId, update_id: int, now: datetime) -> Nonce | Unusable:
        """What it stands for, if it is this person's, alive, and was used by no other update before.

        The same update may use it again, however late: after a crash it goes on where it was cut off.
        """
