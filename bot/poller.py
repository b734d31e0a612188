"""Fetches updates by long polling, for ever; each is stored before Telegram may forget it.

Owns the offset, the patience, and the right to poll, which only one process may have at a time. The
library's own polling ends for good on one 401 or 404, acknowledges before handling, and loses a whole batch
for one update that it cannot read; this one takes what came as it came, and ends only by being cancelled.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import random
import time
from dataclasses import dataclass, field

from telegram import Bot
from telegram.error import Conflict, RetryAfter, TelegramError

from bot.door import UpdateDoor
from bot.fate import describe, retry_after_s
from payments.ports import SoleRight, StoreUnavailable
from payments.wake import honour_cancellation

log = logging.getLogger(__name__)

WANTED = ("message", "callback_query", "my_chat_member")
"""Telegram: getUpdates, allowed_updates."""

_GET_UPDATES = "get_Updates"
"""The library makes `getUpdates` of it. By its usual name it would warn that it knows a method for this:
one that refuses the whole batch for one update that it cannot read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollLimits:
    """In seconds.

    Attributes:
        poll_s: how long Telegram holds a request open.
        slack_s: what the net may add.
        silences: after so many such times without any answer the request is dropped and begun anew.
        lease_s: the right to poll is another's to take after this, unless it is held longer.
        standby_s: how often a process that may not poll asks for the right.
    """

    poll_s: int = 25
    slack_s: float = 15.0
    silences: float = 2.0
    first_pause_s: float = 1.0
    longest_pause_s: float = 30.0
    lease_s: float = 10.0
    standby_s: float = 2.0


@dataclass(slots=True)
class Poller:
    """Fetches for one bot. Only one may run for a token at a time (Telegram: 409 Conflict)."""

    bot: Bot
    door: UpdateDoor
    right: SoleRight
    limits: PollLimits = field(default_factory=PollLimits)
    _offset: int | None = field(default=None, init=False)
    _failures: int = field(default=0, init=False)
    _told: set[str] = field(default_factory=set, init=False)
    _answered_at: float = field(default_factory=time.monotonic, init=False)

    async def run(self) -> None:
        """Fetch until cancelled, whenever the right to do so can be had."""
        try:
            while True:
                honour_cancellation()
                if await self._has_right():
                    await self._poll_while_ours()
                else:
                    self._tell_once("poll_stands_by")
                    await asyncio.sleep(self.limits.standby_s)  # Another process gives no sign when it ends.
        finally:
            with contextlib.suppress(StoreUnavailable):
                await self.right.let_go()

    async def _poll_while_ours(self) -> None:
        self._told.discard("poll_stands_by")
        polling = asyncio.create_task(self._poll(), name="getUpdates")
        try:
            while await self._keeps_right():
                honour_cancellation()
                await asyncio.wait({polling}, timeout=self.limits.lease_s / 3)
                if polling.done():
                    polling.result()  # It ends by an error alone, which is then ours.
            log.error("poll_right_lost")
        finally:
            polling.cancel()
            await asyncio.gather(polling, return_exceptions=True)
            self._offset = None  # Who polls next may have got further.

    async def _has_right(self) -> bool:
        try:
            return await self.right.hold(self.limits.lease_s)
        except StoreUnavailable as error:
            self._tell(error)
            return False

    async def _keeps_right(self) -> bool:
        """While the store is away nobody can take it from us, nor can anything be stored."""
        try:
            return await self.right.hold(self.limits.lease_s)
        except StoreUnavailable as error:
            self._tell(error)
            return True

    async def _poll(self) -> None:
        while True:
            honour_cancellation()
            try:
                await self._fetch()
            except RetryAfter as error:
                self._tell(error)
                await asyncio.sleep(retry_after_s(error))
            except (TelegramError, StoreUnavailable) as error:
                self._tell(error)
                await self._make_way(error)
                await self._back_off()
            except TimeoutError:
                log.error("poll_stalled", extra={"silent_s": self._silent_s()})  # noqa: TRY400  it says it all
                await self._back_off()
            except Exception:  # whatever it was, it must not end the polling
                log.exception("poll_failed")
                await self._back_off()
            else:
                self._well_again()

    async def _fetch(self) -> None:
        limits = self.limits
        wanted = {"offset": self._offset, "timeout": limits.poll_s, "allowed_updates": list(WANTED)}
        asked = {name: value for name, value in wanted.items() if value is not None}
        async with asyncio.timeout(limits.silences * (limits.poll_s + limits.slack_s)):
            batch = await self.bot.do_api_request(
                _GET_UPDATES, api_kwargs=asked, read_timeout=limits.poll_s + limits.slack_s
            )
        self._answered_at = time.monotonic()
        for update in batch if isinstance(batch, list) else ():
            await self._take(update)

    async def _take(self, update: object) -> None:
        """Store it. What is no update at all cannot be stored, and must not come again and again."""
        try:
            await self.door.accept(json.dumps(update))
        except (ValueError, RecursionError) as error:
            log.error("update_not_taken", extra={"why": str(error)})  # noqa: TRY400  the sentence tells all
        update_id = update.get("update_id") if isinstance(update, dict) else None
        if isinstance(update_id, int):
            self._offset = update_id + 1

    async def _make_way(self, error: Exception) -> None:
        """A webhook that somebody set keeps polling out: remove it. A second poller cannot be removed."""
        if isinstance(error, Conflict) and "webhook" in str(error).lower():
            try:
                await self.bot.delete_webhook(drop_pending_updates=False)
            except TelegramError as second:
                self._tell(second)

    async def _back_off(self) -> None:
        self._failures += 1
        pause_s = min(
            self.limits.first_pause_s * 2 ** min(self._failures - 1, 16), self.limits.longest_pause_s
        )
        if self._silent_s() > self.limits.silences * (self.limits.poll_s + self.limits.slack_s):
            self._tell_once("poll_silent")
        await asyncio.sleep(pause_s * random.uniform(0.5, 1.0))  # noqa: S311  spreads load, guards nothing

    def _silent_s(self) -> float:
        """How long Telegram has not answered."""
        return round(time.monotonic() - self._answered_at, 1)

    def _tell(self, error: Exception) -> None:
        """Log each kind of trouble once in a streak: an outage of hours must not fill the disk."""
        kind = type(error).__name__
        if kind not in self._told:
            self._told.add(kind)
            log.warning("poll_trouble", extra={"why": describe(error)})

    def _tell_once(self, event: str) -> None:
        if event not in self._told:
            self._told.add(event)
            loudness = logging.ERROR if event == "poll_silent" else logging.INFO
            log.log(loudness, event, extra={"silent_s": self._silent_s()})

    def _well_again(self) -> None:
        if self._told or self._failures:
            log.info("poll_well_again", extra={"failures": self._failures})
        self._told.clear()
        self._failures = 0
