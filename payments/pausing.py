"""A pause: for a while no new payment is taken, and what is open goes on.

Owns the record and the port. What counts is the service's door for new payments; the chat looks earlier
only to spare people questions that lead nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from payments.values import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Since when no new payment is taken, who said so, and what clients are told of it."""

    since: datetime
    by: UserId
    words: str


class Paused(Exception):
    """No new payment is taken now; nothing was stored."""

    def __init__(self, pause: Pause) -> None:
        super().__init__(pause.words)
        self.pause = pause


class PauseReader(Protocol):
    """Where the pause is read."""

    async def present(self) -> Pause | None:
        """The pause that holds now. May raise `StoreUnavailable`."""


class Pauses(PauseReader, Protocol):
    """Where the pause is kept, for all processes. Methods may raise `StoreUnavailable`."""

    async def begin(self, pause: Pause) -> None:
        """Take no new payments from now on; a second time changes the words."""

    async def end(self) -> bool:
        """Take payments again; False when there was no pause."""


class NeverPaused:
    """For where there is no office that could pause anything."""

    async def present(self) -> Pause | None:
        """See `PauseReader.present`."""
        return None
