"""What happens in the stand-in, as a numbered stream, and the bell that wakes whoever waits for it."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from .wire import JsonObject

T = TypeVar("T")

_KEPT_HAPPENINGS = 20_000
"""Older ones are forgotten, so that a long demo or a load test does not fill the memory."""


class Bell:
    """A condition without a lock: everything here runs on one event loop."""

    def __init__(self) -> None:
        self._next = asyncio.Event()
        self.closed = False

    def ring(self) -> None:
        """Wake everyone who waits now."""
        self._next.set()
        self._next = asyncio.Event()

    def close(self) -> None:
        """Wake everyone for the last time; streams end."""
        self.closed = True
        self.ring()

    async def wait(self, timeout_s: float | None = None) -> bool:
        """Wait for the next ring; False when `timeout_s` passed first."""
        try:
            await asyncio.wait_for(self._next.wait(), timeout_s)
        except TimeoutError:
            return False
        return True

    async def wait_until(self, look: Callable[[], T | None], timeout_s: float) -> T | None:
        """Wait until `look` sees something, now or after any ring; None after `timeout_s`."""
        deadline_s = asyncio.get_running_loop().time() + timeout_s
        while (seen := look()) is None:
            left_s = deadline_s - asyncio.get_running_loop().time()
            if left_s <= 0 or not await self.wait(left_s):
                return look()
        return seen


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that happened: message, edit, delete, answer, action, person or call."""

    number: int
    kind: str
    chat_id: int | None
    body: JsonObject = field(default_factory=dict)

    def as_json(self) -> JsonObject:
        """Tell it in JSON, as the event stream sends it."""
        return {"number": self.number, "kind": self.kind, "chat_id": self.chat_id, "body": self.body}


class Stream:
    """All happenings, numbered from 1, kept for those who come late or come back."""

    def __init__(self, bell: Bell) -> None:
        self._bell = bell
        self._kept: deque[Happening] = deque(maxlen=_KEPT_HAPPENINGS)
        self.last_number = 0

    def add(self, kind: str, chat_id: int | None, body: JsonObject) -> None:
        """Put one happening on the stream and ring the bell."""
        self.last_number += 1
        self._kept.append(Happening(self.last_number, kind, chat_id, body))
        self._bell.ring()

    def after(self, number: int) -> list[Happening]:
        """List what is kept and newer than `number`."""
        newer = min(self.last_number - number, len(self._kept))
        return [self._kept[index] for index in range(-newer, 0)] if newer > 0 else []

    async def follow(self, after: int = 0) -> AsyncIterator[Happening]:
        """Yield everything after number `after`, past and future, until the stand-in stops."""
        while True:
            for happening in self.after(after):
                yield happening
                after = happening.number
            if self._bell.closed:
                return
            if self.last_number == after:
                await self._bell.wait()
