"""Fetches updates by long polling, for ever; each is stored before Telegram may forget it.

Owns the offset and the patience. The library's own polling ends for good on one 401 or 404 and
acknowledges before handling; this one ends only by being cancelled.
"""

from __future__ import annotations

import asyncio
import logging
import random
from dataclasses import dataclass, field

from telegram import Bot, Update
from telegram.error import Conflict, RetryAfter, TelegramError

from bot.door import UpdateDoor
from bot.fate import describe, retry_after_s
from payments.ports import StoreUnavailable
from payments.wake import honour_cancellation

log = logging.getLogger(__name__)

WANTED = ("message", "callback_query", "my_chat_member")
"""Telegram: getUpdates, allowed_updates."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollLimits:
    """In seconds. `poll_s` is how long Telegram holds a request open; `slack_s` what the net may add."""

    poll_s: int = 25
    slack_s: float = 15.0
    first_pause_s: float = 1.0
    longest_pause_s: float = 30.0


@dataclass(slots=True)
class Poller:
    """Fetches for one bot. Only one may run for a token at a time (Telegram: 409 Conflict)."""

    bot: Bot
    door: UpdateDoor
    limits: PollLimits = field(default_factory=PollLimits)
    _offset: int | None = field(default=None, init=False)
    _failures: int = field(default=0, init=False)
    _told: set[str] = field(default_factory=set, init=False)

    async def run(self) -> None:
        """Fetch until cancelled. What was not stored then is delivered again."""
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
            except Exception:  # the library could not read what came: it must not end the polling
                log.exception("poll_failed")
                await self._back_off()
            else:
                self._well_again()

    async def _fetch(self) -> None:
        batch = await self.bot.get_updates(
            offset=self._offset,
            timeout=self.limits.poll_s,
            read_timeout=self.limits.slack_s,  # the library adds the time of holding open
            allowed_updates=WANTED,
        )
        for update in batch:
            await self._take(update)
            self._offset = update.update_id + 1

    async def _take(self, update: Update) -> None:
        try:
            await self.door.accept(update.to_json())
        except ValueError as error:
            log.error("update_not_taken", extra={"update": update.update_id, "why": str(error)})  # noqa: TRY400  the sentence tells all

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
        await asyncio.sleep(pause_s * random.uniform(0.5, 1.0))  # noqa: S311  spreads load, guards nothing

    def _tell(self, error: Exception) -> None:
        """Log each kind of trouble once in a streak: an outage of hours must not fill the disk."""
        kind = type(error).__name__
        if kind not in self._told:
            self._told.add(kind)
            log.warning("poll_trouble", extra={"why": describe(error)})

    def _well_again(self) -> None:
        if self._told or self._failures:
            log.info("poll_well_again", extra={"failures": self._failures})
        self._told.clear()
        self._failures = 0
