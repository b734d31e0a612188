"""Telegram's updates as they are kept, and the promises of whoever keeps them.

Refuses to know what is in one: its text is the bot's to read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from payments.audit import AuditRecord
from payments.values import ChatId


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredUpdate:
    """One update of Telegram, kept as its JSON text before Telegram may forget it.

    Attributes:
        attempts: how often it was begun, this time included.
        fence: rises whenever somebody takes it; by it a holder that lost it is told from its successor.
    """

    update_id: int
    chat_id: ChatId | None
    raw: str
    attempts: int = 0
    fence: int = 0


class UpdateInbox(Protocol):
    """Where Telegram's updates are kept. Methods may raise `StoreUnavailable`.

    What `take` gave belongs to the taker until its lease ends; the later methods do nothing for one that
    somebody else has taken since.
    """

    async def add(self, update: StoredUpdate, *, aside: str = "") -> bool:
        """Keep it durably before returning; False when this `update_id` is kept already.

        With `aside`, the reason, it is only kept for a person.
        """

    async def pending(self, limit: int) -> Sequence[StoredUpdate]:
        """Those that nobody has finished, in the order of their ids."""

    async def take(self, *, lease_s: float, busy: Sequence[ChatId], limit: int) -> Sequence[StoredUpdate]:
        """Take the oldest update of each chat that is neither in `busy` nor being worked by anybody.

        Never two of one chat at a time, whoever asks and however many. Counts an attempt.
        """

    async def renew(self, held: Sequence[StoredUpdate], lease_s: float) -> Sequence[StoredUpdate]:
        """Hold these longer; returns those that are still the caller's."""

    async def begin_again(self, update: StoredUpdate) -> bool:
        """Count another attempt; False when it is no longer the caller's."""

    async def done(self, update: StoredUpdate, notes: Sequence[AuditRecord] = ()) -> None:
        """It is worked. By the same write the `notes` begin to wait for the audit trail."""

    async def set_aside(self, update: StoredUpdate, why: str, notes: Sequence[AuditRecord] = ()) -> None:
        """It failed too often and is kept for a person. `notes`: as above."""

    async def give_back(self, update: StoredUpdate) -> None:
        """Not begun, or to be begun afresh by anybody: the attempt does not count."""
