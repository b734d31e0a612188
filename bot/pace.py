"""How fast the bot may write: Telegram's limits, and who goes first when not all can go at once.

Owns the counting. Every message and every edit waits here for its turn, whoever sends it; what a message
says, and what becomes of one that Telegram refuses all the same, is its sender's. Limits of Telegram, which
it publishes as rules of thumb: about 30 messages a second in all, about one a second in a chat, edits count
like messages.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from payments.notices import Urgency
from payments.values import ChatId

SHARES = (
    Urgency.OUTCOME,
    Urgency.OUTCOME,
    Urgency.ANSWER,
    Urgency.OUTCOME,
    Urgency.INTERIM,
    Urgency.OUTCOME,
    Urgency.ANSWER,
    Urgency.OUTCOME,
    Urgency.OUTCOME,
    Urgency.SUMMARY,
)
"""Whose turn it is, round and round. Where nobody of that kind waits, the most urgent go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaceLimits:
    """In messages and seconds.

    Attributes:
        per_second: messages a second in all. With `burst` it stays below Telegram's 30.
        chat_burst: messages that may follow each other at once in a chat that was calm.
        act_worth: messages that somebody's own act allows beyond that: its answer is not to wait.
        chat_most: so many may be allowed at most.
        chats_refused: when so many chats are refused within `together_s`, it is the bot as a whole.
    """

    per_second: float = 25.0
    burst: float = 4.0
    chat_per_second: float = 1.0
    chat_burst: float = 3.0
    act_worth: float = 2.0
    chat_most: float = 6.0
    chats_refused: int = 5
    together_s: float = 1.0


@dataclass(slots=True)
class _Bucket:
    """What may be sent: `left` at the moment `at`. `closed_until`: Telegram asked for silence."""

    left: float
    at: float
    closed_until: float = 0.0

    def refill(self, now: float, per_second: float, most: float) -> None:
        if self.left < most:
            self.left = min(most, self.left + (now - self.at) * per_second)
        self.at = now

    def wait_s(self, per_second: float) -> float:
        """How long until a message may go; 0 when one may go now."""
        lacking_s = (1.0 - self.left) / per_second if self.left < 1.0 - _TINY else 0.0
        return max(lacking_s, self.closed_until - self.at, 0.0)


_TINY = 1e-9


@dataclass(slots=True, eq=False)
class _Waiter:
    chat_id: ChatId
    granted: asyncio.Future[None]


@dataclass(slots=True)
class Pace:
    """The turns. Times are in seconds of `clock`, which never goes back."""

    limits: PaceLimits = field(default_factory=PaceLimits)
    clock: Callable[[], float] = time.monotonic
    _all: _Bucket = field(init=False)
    _chats: dict[ChatId, _Bucket] = field(default_factory=dict, init=False)
    _waiting: dict[Urgency, deque[_Waiter]] = field(init=False)
    _refused: deque[tuple[float, ChatId]] = field(default_factory=deque, init=False)
    _share: int = field(default=0, init=False)
    _timer: asyncio.TimerHandle | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._all = _Bucket(self.limits.burst, self.clock())
        self._waiting = {urgency: deque() for urgency in Urgency}

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return sum(map(len, self._waiting.values()))

    async def turn(self, chat_id: ChatId, urgency: Urgency) -> None:
        """Wait until one message may go to this chat, and count it."""
        waiter = _Waiter(chat_id, asyncio.get_running_loop().create_future())
        self._waiting[urgency].append(waiter)
        self.look()
        try:
            await waiter.granted
        finally:
            if waiter in self._waiting[urgency]:  # cancelled: nothing is sent
                self._waiting[urgency].remove(waiter)

    def acted(self, chat_id: ChatId) -> None:
        """Somebody did something in this chat: the answer to it may go at once."""
        bucket = self._bucket(chat_id, self.clock())
        bucket.left = min(self.limits.chat_most, bucket.left + self.limits.act_worth)
        self.look()

    def refused(self, chat_id: ChatId | None, wait_s: float) -> None:
        """Telegram asked for silence, in this chat or (None) altogether (Telegram: ResponseParameters)."""
        now = self.clock()
        if chat_id is None or self._is_everywhere(chat_id, now):
            self._all.closed_until = max(self._all.closed_until, now + wait_s)
        if chat_id is not None:
            bucket = self._bucket(chat_id, now)
            bucket.closed_until = max(bucket.closed_until, now + wait_s)

    def wait_s(self, chat_id: ChatId) -> float:
        """How long nothing may be sent in this chat, in seconds."""
        now = self.clock()
        self._all.refill(now, self.limits.per_second, self.limits.burst)
        return max(
            self._bucket(chat_id, now).wait_s(self._chat_rate), self._all.wait_s(self.limits.per_second)
        )

    def closed(self) -> dict[ChatId, float]:
        """The chats in which nothing may be sent now, and for how long, in seconds."""
        now = self.clock()
        self._forget_calm(now)
        waits = {chat_id: self._bucket(chat_id, now).wait_s(self._chat_rate) for chat_id in self._chats}
        return {chat_id: wait_s for chat_id, wait_s in waits.items() if wait_s > 0}

    @property
    def _chat_rate(self) -> float:
        return self.limits.chat_per_second

    def _bucket(self, chat_id: ChatId, now: float) -> _Bucket:
        """The chat's bucket as of now. A chat that is not known is calm."""
        bucket = self._chats.get(chat_id)
        if bucket is None:
            bucket = self._chats[chat_id] = _Bucket(self.limits.chat_burst, now)
        bucket.refill(now, self._chat_rate, self.limits.chat_burst)
        return bucket

    def _is_everywhere(self, chat_id: ChatId, now: float) -> bool:
        self._refused.append((now, chat_id))
        while self._refused[0][0] < now - self.limits.together_s:
            self._refused.popleft()
        return len({refused for _, refused in self._refused}) >= self.limits.chats_refused

    def look(self) -> None:
        """Let go whoever may go now, and look again when the next one may."""
        now = self.clock()
        self._all.refill(now, self.limits.per_second, self.limits.burst)
        while self._all.wait_s(self.limits.per_second) <= 0 and (waiter := self._next(now)) is not None:
            self._all.left -= 1
            self._bucket(waiter.chat_id, now).left -= 1
            waiter.granted.set_result(None)
        self._look_again(now)

    def _next(self, now: float) -> _Waiter | None:
        turn = SHARES[self._share % len(SHARES)]
        for urgency in (turn, *Urgency):
            waiter = self._first_free(self._waiting[urgency], now)
            if waiter is not None:
                self._waiting[urgency].remove(waiter)
                self._share += 1
                return waiter
        return None

    def _first_free(self, line: deque[_Waiter], now: float) -> _Waiter | None:
        """The first whose chat may be written to. Who is behind another of the same chat stays behind."""
        free = (each for each in line if not each.granted.done() and self._wait_s(each, now) <= 0)
        return next(free, None)

    def _wait_s(self, waiter: _Waiter, now: float) -> float:
        return self._bucket(waiter.chat_id, now).wait_s(self._chat_rate)

    def _waiters(self) -> Iterator[_Waiter]:
        for line in self._waiting.values():
            yield from line

    def _look_again(self, now: float) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        waits = [self._wait_s(waiter, now) for waiter in self._waiters()]
        if waits:
            wait_s = max(min(waits), self._all.wait_s(self.limits.per_second))
            self._timer = asyncio.get_running_loop().call_later(wait_s, self.look)

    def _forget_calm(self, now: float) -> None:
        """A chat that may have its whole burst again is like one that was never written to."""
        for chat_id, bucket in tuple(self._chats.items()):
            bucket.refill(now, self._chat_rate, self.limits.chat_burst)
            if bucket.left >= self.limits.chat_burst and bucket.closed_until <= now:
                del self._chats[chat_id]
