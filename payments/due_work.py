"""Working what is due: so many side by side, each thing once at a time, nothing thrown away at the end.

Owns the tasks of an engine, and the bringing of an answer into a store that is away for a moment. What is
due, and what is done with it, is the engine's.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from payments.ports import Now, StoreUnavailable
from payments.wake import Wake

log = logging.getLogger(__name__)


class Due(Protocol):
    """Something whose time has come, known by its id."""

    @property
    def id(self) -> str:
        """By which it is known to be under way."""


T = TypeVar("T", bound=Due)


@dataclass(slots=True, kw_only=True)
class DueWork(Generic[T]):
    """Starts what is due and keeps track of it.

    Attributes:
        what: what is worked, as the log calls it, such as `payment`.
        due: those whose time has come, at most so many.
        act: does the one thing that it needs.
        set_aside: called when `act` failed by a fault of ours, so that it is not tried in a tight loop.
    """

    what: str
    due: Callable[[datetime, int], Awaitable[Sequence[T]]]
    act: Callable[[T], Awaitable[None]]
    set_aside: Callable[[T], Awaitable[None]]
    now: Now
    wake: Wake
    _under_way: dict[str, asyncio.Task[None]] = field(default_factory=dict, init=False)

    @property
    def under_way(self) -> list[asyncio.Task[None]]:
        """The tasks that are not finished."""
        return [*self._under_way.values()]

    async def start(self, at_once: int) -> int:
        """Start what is due and not under way yet, with it `at_once` in all; return how many were started."""
        free = at_once - len(self._under_way)
        if free <= 0:
            return 0
        due = await self.due(self.now(), free + len(self._under_way))
        started = [each for each in due if each.id not in self._under_way][:free]
        for each in started:
            self._start(each)
        return len(started)

    async def rest(self, at_once: int) -> None:
        """Work until nothing is due now: for tests and one-off runs."""
        while await self.start(at_once) or self._under_way:
            await asyncio.gather(*self._under_way.values())

    async def drain(self, timeout_s: float) -> None:
        """Let what is under way finish, so that no answer of Safaricom is thrown away."""
        if self._under_way:
            await asyncio.wait(self._under_way.values(), timeout=timeout_s)
        for task in self.under_way:
            task.cancel()

    def _start(self, one: T) -> None:
        task = asyncio.create_task(self._work(one), name=f"{self.what} {one.id}")
        self._under_way[one.id] = task
        task.add_done_callback(lambda _: self._finished(one.id))

    def _finished(self, its_id: str) -> None:
        self._under_way.pop(its_id, None)
        self.wake.ring()

    async def _work(self, one: T) -> None:
        try:
            await self.act(one)
        except StoreUnavailable as error:
            log.warning("left_for_later", extra={self.what: one.id, "why": str(error)})
        except Exception:
            log.exception("work_failed", extra={self.what: one.id})
            await self._set_aside(one)

    async def _set_aside(self, one: T) -> None:
        try:
            await self.set_aside(one)
        except StoreUnavailable:
            log.warning("left_for_later", extra={self.what: one.id})


async def brought_back(store: Callable[[], Awaitable[object]], pauses_s: Sequence[float]) -> None:
    """Store what Safaricom said, through short absences of the store.

    Raises:
        StoreUnavailable: it was away through all pauses.
    """
    for pause_s in pauses_s:
        try:
            await store()
        except StoreUnavailable:
            await asyncio.sleep(pause_s)  # The store gives no sign when it is back.
        else:
            return
    await store()


def pause_until(soonest: datetime | None, now: datetime, *, busy_s: float, idle_s: float) -> float:
    """How long an engine may wait before it looks again: until the soonest, within its limits."""
    if soonest is None:
        return idle_s
    return min(max((soonest - now).total_seconds(), busy_s), idle_s)
