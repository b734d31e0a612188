"""The power switch: counts what a program does to the world, and takes the power at one chosen effect.

An effect is a write that reaches MongoDB, or a call that reaches Safaricom or Telegram. It is counted where
it arrives (`wire.py`, `sandboxes.py`), so that nothing the program does can pass uncounted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum


class When(StrEnum):
    """On which side of an effect the power goes."""

    BEFORE = "before"
    """It arrived and was not done."""
    AFTER = "after"
    """It was done and its answer never came back."""


@dataclass(frozen=True, slots=True)
class Cut:
    """The power goes at the effect with this number, counted from 1."""

    number: int
    when: When


class PowerCut(Exception):
    """The program that wanted this is dead: the effect is refused, or its answer withheld."""


async def _nobody() -> None:
    """Nothing has to be killed: whoever watches `dead` does it."""


@dataclass(slots=True)
class Power:
    """The power of one incarnation of the program.

    Attributes:
        cut: where it goes; None lets the program live.
        armed: effects are counted from the moment this is set.
        kill: ends the program at once, before the effect goes on.
        effects: what was counted, in order, by name.
    """

    cut: Cut | None = None
    armed: bool = False
    kill: Callable[[], Awaitable[None]] = _nobody
    effects: list[str] = field(default_factory=list)
    dead: asyncio.Event = field(default_factory=asyncio.Event)
    killed_at: str = ""

    async def begin(self, name: str) -> int:
        """An effect arrived; its number, or 0 while nothing is counted. Raises PowerCut."""
        self._must_live()
        if not self.armed:
            return 0
        self.effects.append(name)
        number = len(self.effects)
        await self._at(number, When.BEFORE)
        return number

    async def end(self, number: int) -> None:
        """It was done. Raises PowerCut when nobody is there any more to hear of it."""
        self._must_live()
        if number:
            await self._at(number, When.AFTER)

    def _must_live(self) -> None:
        if self.dead.is_set():
            raise PowerCut

    async def _at(self, number: int, when: When) -> None:
        if self.cut == Cut(number, when):
            self.killed_at = f"{when} {number} {self.effects[number - 1]}"
            self.dead.set()
            await self.kill()
            raise PowerCut


@dataclass(slots=True)
class Mains:
    """Which power the world's ends depend on now: that of the living incarnation."""

    power: Power
