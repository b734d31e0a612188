"""Who knows how one topic's news is told: one teller for each topic that deliveries can have.

Owns the contract between the messenger, which decides when and how often, and the tellers, which decide what.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Protocol

from bot import wording
from bot.screen import Screen
from bot.sender import Haste
from payments.deliveries import Delivery


@dataclass(frozen=True, slots=True)
class NotTold:
    """It need not be told, as newer news says more; or it can never be (`lost`)."""

    why: str
    lost: bool = False


@dataclass(frozen=True, slots=True)
class Telling:
    """How it is told.

    Attributes:
        new: in a message of its own, which may arrive twice; otherwise in one that is there already.
        tell: does it; raises the library's `TelegramError`.
    """

    new: bool
    tell: Callable[[Haste], Awaitable[None]]


class Teller(Protocol):
    """Tells the news of one topic. Methods may raise `StoreUnavailable`."""

    async def prepare(self, delivery: Delivery) -> Telling | NotTold:
        """Read afresh what it is about, and say how it is told now."""


def marked(screen: Screen, delivery: Delivery) -> Screen:
    """A message that may have arrived before says so."""
    return replace(screen, text=f"{screen.text}\n{wording.REPEAT()}") if delivery.perhaps_sent else screen
