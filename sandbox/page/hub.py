"""The hub: hands every piece of news to every open browser tab, through one bounded queue each."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from sandbox.telegram.wire import JsonObject

MOST_TABS: Final = 32
MOST_WAITING: Final = 256
"""Pieces of news a tab may be behind. One that falls further back is cut off: it comes back by itself and
begins with the whole picture, which costs less than a queue without end."""


class TooManyTabsError(RuntimeError):
    """No more tabs are served."""


class Tab:
    """One open event stream."""

    def __init__(self, most_waiting: int) -> None:
        self._queue: asyncio.Queue[bytes] = asyncio.Queue(most_waiting)
        self._over = asyncio.Event()

    def put(self, line: bytes) -> None:
        """Take one piece of news, or end the stream when there is no room for it."""
        try:
            self._queue.put_nowait(line)
        except asyncio.QueueFull:
            self.end()

    def end(self) -> None:
        """End the stream at once, whatever still waits in it."""
        self._over.set()

    async def next(self, timeout_s: float) -> bytes | None:
        """The next piece of news; empty when none came within `timeout_s`, None when the stream is over."""
        news = asyncio.ensure_future(self._queue.get())
        over = asyncio.ensure_future(self._over.wait())
        try:
            await asyncio.wait({news, over}, timeout=timeout_s, return_when=asyncio.FIRST_COMPLETED)
            if self._over.is_set():
                return None
            return news.result() if news.done() else b""
        finally:
            news.cancel()
            over.cancel()


class Hub:
    """Every open tab."""

    def __init__(self, *, most_tabs: int = MOST_TABS, most_waiting: int = MOST_WAITING) -> None:
        self._most_tabs = most_tabs
        self._most_waiting = most_waiting
        self._tabs: set[Tab] = set()

    def __len__(self) -> int:
        return len(self._tabs)

    def open(self) -> Tab:
        """Begin a stream of everything from now on. Raises TooManyTabsError."""
        if len(self._tabs) >= self._most_tabs:
            raise TooManyTabsError(f"{self._most_tabs} tabs are open; close one")
        tab = Tab(self._most_waiting)
        self._tabs.add(tab)
        return tab

    def leave(self, tab: Tab) -> None:
        """Forget a tab."""
        self._tabs.discard(tab)

    def tell(self, news: JsonObject) -> None:
        """Hand news to every tab, as a server-sent event."""
        line = f"data: {json.dumps(news)}\n\n".encode()
        for tab in self._tabs:
            tab.put(line)

    def close(self) -> None:
        """End every stream."""
        for tab in self._tabs:
            tab.end()
