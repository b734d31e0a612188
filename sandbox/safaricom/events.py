"""The feed: what happened in the simulator, in order, to watch or to wait for. It causes nothing."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal, TypeVar
from weakref import WeakSet

from sandbox.safaricom import nairobi

if TYPE_CHECKING:
    from collections.abc import Callable

Kind = Literal[
    "push_received",
    "prompt_opened",
    "prompt_closed",
    "push_closed",
    "payout_received",
    "payout_closed",
    "sms",
    "callback_sent",
]
Found = TypeVar("Found")

_BACKLOG = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened; `text` is a sentence for a person to read."""

    number: int
    kind: Kind
    at: str
    phone: str
    text: str
    checkout_request_id: str

    def as_json(self) -> dict[str, object]:
        """The event as the switchboard sends it."""
        return asdict(self)


class EventStream:
    """Events from the moment of its making on; ends when the simulator stops."""

    def __init__(self) -> None:
        self._queue: deque[Event] = deque(maxlen=_BACKLOG)
        self._wake = asyncio.Event()
        self._closed = False

    def put(self, event: Event) -> None:
        """Take an event; a reader who is a thousand behind loses the oldest."""
        self._queue.append(event)
        self._wake.set()

    def close(self) -> None:
        """No more events: the reader finishes what is there and stops."""
        self._closed = True
        self._wake.set()

    def __aiter__(self) -> EventStream:
        return self

    async def __anext__(self) -> Event:
        while not self._queue:
            if self._closed:
                raise StopAsyncIteration
            self._wake.clear()
            await self._wake.wait()
        return self._queue.popleft()


class Feed:
    """Tells events to every stream and wakes everyone who waits for a state of affairs."""

    def __init__(self) -> None:
        self.past: deque[Event] = deque(maxlen=_BACKLOG)
        self._count = 0
        self._closed = False
        # Weak: a reader who went away without a word is forgotten by itself.
        self._streams: WeakSet[EventStream] = WeakSet()
        self._changed = asyncio.Event()

    def tell(self, kind: Kind, text: str, *, phone: str = "", checkout_request_id: str = "") -> None:
        """Announce that something happened; call it after the state has changed."""
        self._count += 1
        event = Event(
            number=self._count,
            kind=kind,
            at=nairobi.now().isoformat(timespec="milliseconds"),
            phone=phone,
            text=text,
            checkout_request_id=checkout_request_id,
        )
        self.past.append(event)
        for stream in list(self._streams):
            stream.put(event)
        changed, self._changed = self._changed, asyncio.Event()
        changed.set()

    def stream(self) -> EventStream:
        """A stream of everything from now on."""
        stream = EventStream()
        self._streams.add(stream)
        if self._closed:
            stream.close()
        return stream

    async def until(self, look: Callable[[], Found | None], *, timeout_s: float) -> Found:
        """Look now and after every event until something is found; raises TimeoutError."""
        async with asyncio.timeout(timeout_s):
            while True:
                changed = self._changed
                if found := look():
                    return found
                await changed.wait()

    def close(self) -> None:
        """End every stream."""
        self._closed = True
        for stream in list(self._streams):
            stream.close()
