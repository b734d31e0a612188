"""One lane for each chat: its updates are handled in order, and each is marked done when it is.

Owns what becomes of an update that fails: it is handled again, and after three attempts set aside, so
that neither a crash nor a fault of ours can lose one or block a chat for ever. While the store is away
the lane waits: nothing can be decided without it.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
import secrets
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TypeVar

from telegram import Update
from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseUpdateProcessor

from bot.fate import Fate, describe, judge, retry_after_s
from bot.turns import Turns
from payments.ports import StoreUnavailable, UpdateInbox
from payments.values import ChatId

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 3

_T = TypeVar("_T")

Process = Callable[[Update], Awaitable[None]]
Apologise = Callable[[ChatId, str], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneLimits:
    """In pieces and seconds.

    Attributes:
        at_once: updates handled at the same time, of different chats.
        again_s: pauses before the second and the third attempt.
        store_s: pauses while the store is away; the last one repeats.
    """

    at_once: int = 64
    again_s: tuple[float, ...] = (0.5, 2.0)
    store_s: tuple[float, ...] = (0.2, 0.5, 1.0, 2.0, 5.0)


class Lanes(BaseUpdateProcessor):
    """Decides which update is handled when, and how often."""

    __slots__ = ("_apologise", "_held", "_inbox", "_limits", "_process", "_stopping", "_troubles", "_turns")

    def __init__(self, inbox: UpdateInbox, limits: LaneLimits) -> None:
        super().__init__(limits.at_once)
        self._inbox = inbox
        self._limits = limits
        self._turns = Turns()
        self._troubles: dict[int, Exception] = {}
        self._held: dict[int, int] = {}  # update_id -> attempts begun; queued or under way here
        self._stopping = asyncio.Event()
        self._process: Process | None = None
        self._apologise: Apologise | None = None

    def attach(self, process: Process, apologise: Apologise) -> None:
        """Say what handles an update, and how a person is told of a fault of ours."""
        self._process = process
        self._apologise = apologise

    def hold(self, update_id: int, attempts: int) -> bool:
        """Take note of an update about to be queued; False when it is held already."""
        if update_id in self._held:
            return False
        self._held[update_id] = attempts
        return True

    def failed(self, update_id: int, error: Exception) -> None:
        """A handler raised this."""
        self._troubles[update_id] = error

    def stop(self) -> None:
        """Finish what is being handled and begin nothing more: all of it is stored."""
        self._stopping.set()

    async def initialize(self) -> None:
        """Nothing to prepare."""

    async def shutdown(self) -> None:
        """Nothing to clear away."""

    async def do_process_update(self, update: object, coroutine: Awaitable[object]) -> None:
        """Handle the update in its chat's turn."""
        if inspect.iscoroutine(coroutine):
            coroutine.close()  # the library's one attempt; a lane makes its own, as many as are due
        if not isinstance(update, Update):
            log.error("lane_knows_no_such_thing", extra={"type": type(update).__name__})
            return
        try:
            async with self._turns.of(_lane_of(update)):
                await self._handle(update)
        except _Stopping:
            log.info("update_left_for_next_start", extra={"update": update.update_id})
        except Exception:
            log.exception("lane_failed", extra={"update": update.update_id})
        finally:
            self._held.pop(update.update_id, None)

    async def _handle(self, update: Update) -> None:
        """Attempt it until it is done or was attempted often enough."""
        update_id, error = update.update_id, None
        reference = secrets.token_hex(3)
        attempts = self._held.get(update_id, 0)
        while attempts < MOST_ATTEMPTS:
            if not await self._patiently(lambda: self._inbox.begin(update_id)):
                return
            error = await self._attempt(update)
            if error is None:
                await self._patiently(lambda: self._inbox.done(update_id))
                return
            if (wait_s := self._wait_s(error)) is not None:
                await self._pause(wait_s)
                continue
            attempts += 1
            details = {"update": update_id, "reference": reference, "attempt": attempts}
            log.error("update_failed", exc_info=error, extra=details)
            if attempts < MOST_ATTEMPTS:
                await self._pause(self._limits.again_s[attempts - 1])
        await self._give_up(update, reference, error)

    async def _attempt(self, update: Update) -> Exception | None:
        if self._process is None:
            raise RuntimeError("attach() comes before the first update")
        self._troubles.pop(update.update_id, None)
        await self._process(update)
        error = self._troubles.pop(update.update_id, None)
        if isinstance(error, TelegramError) and judge(error).fate is Fate.UNREACHABLE:
            log.info("nobody_to_answer", extra={"update": update.update_id, "why": describe(error)})
            return None
        return error

    def _wait_s(self, error: Exception) -> float | None:
        """How long to wait for what is no fault of the update's; None when it is to be counted."""
        if isinstance(error, StoreUnavailable):
            return self._limits.store_s[0]
        return retry_after_s(error) if isinstance(error, RetryAfter) else None

    async def _give_up(self, update: Update, reference: str, error: Exception | None) -> None:
        why = f"{reference}: {describe(error) if error else 'the program died while handling it'}"
        log.error("update_set_aside", extra={"update": update.update_id, "reference": reference})
        await self._patiently(lambda: self._inbox.set_aside(update.update_id, why))
        chat = update.effective_chat
        if chat is not None and self._apologise is not None:
            await self._apologise(ChatId(chat.id), reference)

    async def _patiently(self, call: Callable[[], Awaitable[_T]]) -> _T:
        """Speak to the store, for as long as it takes until it answers."""
        for pause_s in chain(self._limits.store_s, repeat(self._limits.store_s[-1])):
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
    """The program stops; the update is handled after the next start."""


def _lane_of(update: Update) -> Hashable:
    chat = update.effective_chat
    return chat.id if chat else ("update", update.update_id)
