"""The keeper: brings the program back whenever it ends, by the page's button or by itself.

Owns the waiting and what the page is told of it. Refuses to repair anything: the program has to find its own
way back from what it had stored.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from typing import NoReturn, Protocol

from legalpro.process import ProgramFailed
from sandbox.page import ProgramState

Tell = Callable[[ProgramState], None]

PAUSE_S = 3.0
"""For so long it stays down, so that one can see what others do meanwhile."""
MOST_FAILED_STARTS = 3
"""In a row. Then something is wrong that trying again will not mend."""


class Kept(Protocol):
    """What the keeper needs of a program; see `legalpro.process.ProgramProcess`."""

    @property
    def is_running(self) -> bool:
        """Whether the program lives, ready or not."""

    async def start(self, *, with_telegram: bool = True) -> None:
        """Start it and wait until it can work; raises ProgramFailed."""

    async def until_ready(self) -> None:
        """Wait until it can work and has met Telegram; raises ProgramFailed."""

    async def ended(self) -> None:
        """Wait until it has ended, by whatever."""

    def send_signal(self, name: signal.Signals) -> None:
        """Send it a signal."""


class Keeper:
    """Keeps one program running, which somebody else has started."""

    def __init__(self, program: Kept, *, pause_s: float = PAUSE_S) -> None:
        self._program = program
        self._pause_s = pause_s
        self._tell: Tell = lambda _: None

    def kill(self) -> bool:
        """End the program at once by SIGKILL; False when it does not run."""
        if not self._program.is_running:
            return False
        self._program.send_signal(signal.SIGKILL)
        return True

    async def begin(self, tell: Tell) -> None:
        """Wait until the program is ready for the first time; from now on `tell` hears how it is.

        Raises:
            ProgramFailed: it did not get ready.
        """
        self._tell = tell
        tell("starting")
        await self._program.until_ready()
        tell("running")

    async def keep(self) -> NoReturn:
        """Bring it back for ever.

        Raises:
            ProgramFailed: it did not get ready several times in a row.
        """
        while True:
            await self._program.ended()
            self._tell("killed")
            await asyncio.sleep(self._pause_s)
            await self._bring_back()

    async def _bring_back(self) -> None:
        """Telegram may be down meanwhile; that keeps nobody from taking callbacks."""
        for left in reversed(range(MOST_FAILED_STARTS)):
            self._tell("starting")
            try:
                await self._program.start(with_telegram=False)
            except ProgramFailed:
                if not left:
                    raise
            else:
                self._tell("running")
                return
