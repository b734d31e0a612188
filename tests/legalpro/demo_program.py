"""A program that is only pretended, for tests of whoever keeps it."""

from __future__ import annotations

import asyncio
import signal
from dataclasses import dataclass, field

from legalpro.process import ProgramFailed


@dataclass(kw_only=True)
class PretendProgram:
    """See `legalpro.demo.keeper.Kept`. The next `failing` starts come to nothing."""

    failing: int = 0
    starts: list[bool] = field(default_factory=list)
    """Of each start, whether it waited for Telegram."""
    signals: list[signal.Signals] = field(default_factory=list)
    _ended: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self._ended.set()

    @property
    def is_running(self) -> bool:
        return not self._ended.is_set()

    async def until_ready(self) -> None:
        await self.start()

    async def start(self, *, with_telegram: bool = True) -> None:
        self.starts.append(with_telegram)
        if self.failing:
            self.failing -= 1
            raise ProgramFailed("pretended")
        self._ended.clear()

    async def ended(self) -> None:
        await self._ended.wait()

    def send_signal(self, name: signal.Signals) -> None:
        self.signals.append(name)
        self._ended.set()

    def dies(self) -> None:
        """It ends by itself."""
        self._ended.set()
