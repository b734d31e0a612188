"""One lane for each chat: its updates are worked in order, whichever process works them.

Owns what becomes of a stored update: it is taken for a while, worked, and marked done, together with what is
to enter the audit trail because of it. One that fails is worked again, and after three attempts set aside,
so that neither a crash nor a fault of ours can lose one or block a chat for ever. Whatever a process leaves
behind when it dies, another takes when the lease is over. While the store is away the lane waits: nothing can
be decided without it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from itertools import chain, repeat
from typing import TypeVar

from telegram import Update
from telegram.error import RetryAfter, TelegramError

from bot.door import is_too_much
from bot.fate import Fate, describe, judge, retry_after_s
from bot.minutes import Minutes
from payments.ports import StoreUnavailable
from payments.updates import StoredUpdate, UpdateInbox
from payments.values import ChatId
from payments.wake import Wake

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneLimits:
    """In pieces and seconds.

    Attributes:
        at_once: chats served at the same time.
        lease_s: an update is another's to take after this, unless whoever works it holds it longer.
        idle_s: it looks at least this often, for what other processes stored or left behind.
        again_s: pauses before the second and the third attempt.
        store_s: pauses while the store is away; the last one repeats.
    """

    at_once: int = 64
    lease_s: float = 10.0
    idle_s: float = 2.0
    again_s: tuple[float, ...] = (0.5, 2.0)
    store_s: tuple[float, ...] = (0.2, 0.5, 1.0, 2.0, 5.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneHands:
    """What the lanes have done. None of it raises for what Telegram does, except `process`, by `failed`.

    `process` and `ask_patience` may raise `StoreUnavailable`; they are called again.

    Attributes:
        read: an update from its text; None when it cannot be read.
        process: acts on an update; what goes wrong is reported by `Lanes.failed`.
        apologise: tells a person of a fault of ours, with a reference to the log.
        ask_patience: asks whoever sent this, who floods, to wait.
    """

    read: Callable[[str], Update | None]
    process: Callable[[Update], Awaitable[None]]
    apologise: Callable[[ChatId, str], Awaitable[None]]
    ask_patience: Callable[[Update], Awaitable[None]]


@dataclass(slots=True)
class _Work:
    stored: StoredUpdate
    task: asyncio.Task[None]
    settled: bool = False


@dataclass(slots=True, kw_only=True)
class Lanes:
    """Works updates until cancelled. Several may run side by side on one store."""

    inbox: UpdateInbox
    minutes: Minutes
    wake: Wake
    limits: LaneLimits = field(default_factory=LaneLimits)
    _hands: LaneHands | None = field(default=None, init=False)
    _working: dict[int, _Work] = field(default_factory=dict, init=False)
    _troubles: dict[int, Exception] = field(default_factory=dict, init=False)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _renewed_at: float = field(default=0.0, init=False)

    def attach(self, hands: LaneHands) -> None:
        """Say what handles an update, and how people are told of troubles."""
        self._hands = hands

    def failed(self, update_id: int, error: Exception) -> None:
        """A handler raised this."""
        self._troubles[update_id] = error

    async def run(self) -> None:
        """Work for ever. What is under way when it is cancelled is finished by `drain`."""
        renew_s = self.limits.lease_s / 3
        while True:
            try:
                await self._renew(renew_s)
                await self._take_some()
            except StoreUnavailable as error:
                log.warning("lanes_store_unavailable", extra={"why": str(error)})
            await self.wake.wait(min(self.limits.idle_s, renew_s))

    def stop(self) -> None:
        """Finish what is being handled and begin nothing more: all of it is stored."""
        self._stopping.set()

    async def drain(self, timeout_s: float) -> None:
        """Let what is under way finish; what does not in time is given back."""
        if self._working:
            await asyncio.wait([work.task for work in self._working.values()], timeout=timeout_s)
        left = tuple(self._working.values())
        for work in left:
            work.task.cancel()
        await asyncio.gather(*(work.task for work in left), return_exceptions=True)
        for work in left:
            await self._give_back(work.stored)

    async def _take_some(self) -> None:
        free = self.limits.at_once - len(self._working)
        if free <= 0 or self._stopping.is_set():
            return
        busy = [work.stored.chat_id for work in self._working.values() if work.stored.chat_id is not None]
        for stored in await self.inbox.take(lease_s=self.limits.lease_s, busy=busy, limit=free):
            self._start(stored)

    def _start(self, stored: StoredUpdate) -> None:
        if stored.update_id in self._working:
            return  # the lease ran out under our own hands
        task = asyncio.create_task(self._work(stored), name=f"update {stored.update_id}")
        self._working[stored.update_id] = _Work(stored, task)
        task.add_done_callback(lambda _: self._finished(stored.update_id))

    def _finished(self, update_id: int) -> None:
        self._working.pop(update_id, None)
        self._troubles.pop(update_id, None)
        self.minutes.forget(update_id)
        self.wake.ring()

    async def _renew(self, every_s: float) -> None:
        """Hold what is being worked. What another has taken meanwhile is let go at once."""
        if not self._working or time.monotonic() < self._renewed_at + every_s:
            return
        self._renewed_at = time.monotonic()
        held = tuple(self._working.values())
        ours = await self.inbox.renew([work.stored for work in held], self.limits.lease_s)
        kept = {stored.update_id for stored in ours}
        for work in held:
            if work.stored.update_id not in kept and not work.settled:
                log.warning("update_lost_to_another", extra={"update": work.stored.update_id})
                work.task.cancel()

    async def _work(self, stored: StoredUpdate) -> None:
        try:
            await self._handle(stored)
        except _Stopping:
            log.info("update_left_for_next_start", extra={"update": stored.update_id})
            await self._give_back(stored)
        except Exception:
            log.exception("lane_failed", extra={"update": stored.update_id})

    async def _handle(self, stored: StoredUpdate) -> None:
        """Attempt it until it is done or was attempted often enough."""
        update = self._attached.read(stored.raw)
        if update is None:
            await self._settle(stored, lambda: self.inbox.set_aside(stored, "it cannot be read"))
            return
        reference, attempts, error = secrets.token_hex(3), stored.attempts, None
        while attempts <= MOST_ATTEMPTS:
            error = await self._attempt(stored, update)
            if error is None:
                await self._settle(stored, lambda: self.inbox.done(stored, self.minutes.of(stored.update_id)))
                return
            if (wait_s := self._wait_s(error)) is not None:
                await self._pause(wait_s)
                continue
            details = {"update": stored.update_id, "reference": reference, "attempt": attempts}
            log.error("update_failed", exc_info=error, extra=details)
            attempts += 1
            if attempts <= MOST_ATTEMPTS:
                await self._pause(self.limits.again_s[attempts - 2])
                if not await self._patiently(lambda: self.inbox.begin_again(stored)):
                    return
        await self._give_up(stored, reference, error)

    async def _attempt(self, stored: StoredUpdate, update: Update) -> Exception | None:
        self._troubles.pop(stored.update_id, None)
        try:
            if is_too_much(stored.raw):
                await self._attached.ask_patience(update)
                return None
            await self._attached.process(update)
        except StoreUnavailable as away:
            return away
        error = self._troubles.pop(stored.update_id, None)
        if isinstance(error, TelegramError) and judge(error).fate is Fate.UNREACHABLE:
            log.info("nobody_to_answer", extra={"update": stored.update_id, "why": describe(error)})
            return None
        return error

    @property
    def _attached(self) -> LaneHands:
        if self._hands is None:
            raise RuntimeError("attach() comes before the first update")
        return self._hands

    def _wait_s(self, error: Exception) -> float | None:
        """How long to wait for what is no fault of the update's; None when it is to be counted."""
        if isinstance(error, StoreUnavailable):
            return self.limits.store_s[0]
        return retry_after_s(error) if isinstance(error, RetryAfter) else None

    async def _give_up(self, stored: StoredUpdate, reference: str, error: Exception | None) -> None:
        why = f"{reference}: {describe(error) if error else 'the program died while handling it'}"
        log.error("update_set_aside", extra={"update": stored.update_id, "reference": reference})
        notes = self.minutes.of(stored.update_id)
        await self._settle(stored, lambda: self.inbox.set_aside(stored, why, notes))
        if stored.chat_id is not None:
            await self._attached.apologise(stored.chat_id, reference)

    async def _settle(self, stored: StoredUpdate, call: Callable[[], Awaitable[None]]) -> None:
        if stored.update_id in self._working:
            self._working[stored.update_id].settled = True
        await self._patiently(call)

    async def _give_back(self, stored: StoredUpdate) -> None:
        """For anybody to take at once; where that fails, the lease ends by itself."""
        try:
            await self.inbox.give_back(stored)
        except StoreUnavailable as error:
            log.warning("update_left_to_its_lease", extra={"why": str(error)})

    async def _patiently(self, call: Callable[[], Awaitable[_T]]) -> _T:
        """Speak to the store, for as long as it takes until it answers."""
        for pause_s in chain(self.limits.store_s, repeat(self.limits.store_s[-1])):
            if self._stopping.is_set():
                break
            try:
                return await call()
            except StoreUnavailable as error:
                log.warning("lane_store_unavailable", extra={"why": str(error)})
            await self._pause(pause_s)
        raise _Stopping

    async def _pause(self, pause_s: float) -> None:
        """Wait; a stop ends it. Raises _Stopping then."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(pause_s):
                await self._stopping.wait()
        if self._stopping.is_set():
            raise _Stopping


class _Stopping(Exception):
    """The program stops; the update is worked after the next start, or by another process."""
