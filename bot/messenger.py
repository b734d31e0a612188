"""The messenger: takes what is to be told, has it told by the teller of its topic, and keeps what came of it.

Owns the way of each delivery to sent or parked, and what may be repeated. What is told is the tellers' to
say.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from telegram.error import TelegramError

from bot.fate import Fate, Verdict, describe, judge
from bot.pace import Pace
from bot.phrases import speaking
from bot.sender import Haste
from bot.tellers import NotTold, Teller
from bot.tongues import Tongues
from bot.turns import Turns
from payments.admins import Admins
from payments.deliveries import Delivery
from payments.notices import Topic
from payments.ports import DeliveryBook, Now, StoreUnavailable
from payments.values import ChatId, UserId
from payments.wake import Wake

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class MessengerLimits:
    """How much it does at once, and how long it waits. In pieces and seconds.

    Attributes:
        at_once: chats served at the same time.
        lease_s: after a crash a delivery is taken again after this. Within one process a slow one is
            not: its chat is busy.
        idle_s: it looks at least this often, for what other processes stored.
        again_s: pauses before a delivery is tried again, by how often it was tried.
        shut_out_s: pause when Telegram refuses the bot itself.
    """

    at_once: int = 16
    lease_s: float = 24.0
    idle_s: float = 2.0
    busy_s: float = 0.05
    again_s: tuple[float, ...] = (1.0, 2.0, 5.0, 15.0, 30.0, 60.0)
    shut_out_s: float = 30.0


@dataclass(slots=True, kw_only=True)
class Messenger:
    """Delivers until cancelled. Several may run side by side on one store."""

    tellers: Mapping[Topic, Teller]
    book: DeliveryBook
    pace: Pace
    admins: Admins
    tongues: Tongues
    now: Now
    wake: Wake
    limits: MessengerLimits = field(default_factory=MessengerLimits)
    _turns: Turns = field(default_factory=Turns, init=False)
    _working: dict[ChatId, asyncio.Task[None]] = field(default_factory=dict, init=False)

    async def run(self) -> None:
        """Deliver for ever. What is under way when it is cancelled is finished by `drain`."""
        while True:
            try:
                await self.book.collect(await self.admins.chats(), self.now())
                await self._start_due()
                pause_s = await self._pause_s()
            except StoreUnavailable as error:
                log.warning("messenger_store_unavailable", extra={"why": str(error)})
                pause_s = self.limits.idle_s
            await self.wake.wait(pause_s)

    async def drain(self, timeout_s: float) -> None:
        """Let what is under way finish; what does not in time is sent after its lease, marked as a repeat."""
        if self._working:
            await asyncio.wait(self._working.values(), timeout=timeout_s)
        for task in tuple(self._working.values()):
            task.cancel()

    @asynccontextmanager
    async def turn(self, chat_id: ChatId) -> AsyncIterator[None]:
        """Nothing is delivered to this chat meanwhile: for whoever shows something there afresh."""
        async with self._turns.of(chat_id):
            yield

    async def _start_due(self) -> None:
        free = self.limits.at_once - len(self._working)
        if free <= 0:
            return
        busy = tuple({*self._working, *self.pace.closed()})
        for delivery in await self.book.take(self.now(), lease_s=self.limits.lease_s, busy=busy, limit=free):
            self._start(delivery)

    def _start(self, delivery: Delivery) -> None:
        task = asyncio.create_task(self._work(delivery), name=f"delivery {delivery.id}")
        self._working[delivery.chat_id] = task
        task.add_done_callback(lambda _: self._finished(delivery.chat_id))

    def _finished(self, chat_id: ChatId) -> None:
        self._working.pop(chat_id, None)
        self.wake.ring()

    async def _pause_s(self) -> float:
        """Until the next delivery is due, or until the chat of one that is due may be written to."""
        now, limits = self.now(), self.limits
        soonest = await self.book.next_due_at()
        if soonest is None:
            return limits.idle_s
        pause_s = (soonest - now).total_seconds()
        if pause_s <= 0:  # it was not taken: its chat is closed, or busy, here or elsewhere
            pause_s = min(self.pace.closed().values(), default=limits.idle_s if self._working else 0.0)
        return min(max(pause_s, limits.busy_s), limits.idle_s)

    async def _work(self, delivery: Delivery) -> None:
        try:
            async with self._turns.of(delivery.chat_id):
                await self._deliver(delivery)
        except StoreUnavailable as error:
            log.warning("delivery_left_for_later", extra={"delivery": delivery.id, "why": str(error)})
        except Exception:
            log.exception("delivery_failed", extra={"delivery": delivery.id})
            await self._park_quietly(delivery)

    async def _deliver(self, delivery: Delivery) -> None:
        reader = UserId(delivery.chat_id)  # a private chat has its person's number (Telegram: Chat.id)
        with speaking(await self.tongues.of(reader)):
            await self._tell(delivery)

    async def _tell(self, delivery: Delivery) -> None:
        telling = await self.tellers[delivery.topic].prepare(delivery)
        if isinstance(telling, NotTold):
            settle = self.book.park if telling.lost else self.book.skip
            await settle(delivery, telling.why)
            return
        try:
            await telling.tell(self._haste(delivery))
        except TelegramError as error:
            await self._not_told(delivery, error, new=telling.new)
        else:
            await self.book.sent(delivery)

    def _haste(self, delivery: Delivery) -> Haste:
        """Nothing may wait until its lease is over: another process would send it, too."""
        return Haste(delivery.urgency, self.limits.lease_s / 4)

    async def _not_told(self, delivery: Delivery, error: TelegramError, *, new: bool) -> None:
        verdict = judge(error)
        details = {"delivery": delivery.id, "fate": verdict.fate.value, "why": describe(error)}
        log.log(_LOUDNESS.get(verdict.fate, logging.INFO), "delivery_not_sent", extra=details)
        if verdict.fate in _PARKED or (new and verdict.fate is Fate.TIMED_OUT and delivery.perhaps_sent):
            await self.book.park(delivery, describe(error))
            return
        until = self.now() + timedelta(seconds=self._wait_s(delivery, verdict))
        perhaps = delivery.perhaps_sent or verdict.fate in {Fate.TIMED_OUT, Fate.UNKNOWN}
        await self.book.put_back(delivery, until, perhaps_sent=perhaps)

    def _wait_s(self, delivery: Delivery, verdict: Verdict) -> float:
        if verdict.fate is Fate.WAIT:
            return verdict.wait_s
        if verdict.fate is Fate.SHUT_OUT:
            return self.limits.shut_out_s
        pauses = self.limits.again_s
        return pauses[min(max(delivery.attempts, 1), len(pauses)) - 1]

    async def _park_quietly(self, delivery: Delivery) -> None:
        """A delivery that our own fault makes impossible must not be tried in a tight loop."""
        try:
            await self.book.park(delivery, "a fault of the program; see the log")
        except StoreUnavailable:
            log.warning("delivery_left_for_later", extra={"delivery": delivery.id})


_PARKED = frozenset({Fate.UNREACHABLE, Fate.REFUSED, Fate.UNREADABLE})
_LOUDNESS = {
    Fate.REFUSED: logging.ERROR,
    Fate.UNREADABLE: logging.ERROR,
    Fate.SHUT_OUT: logging.ERROR,
    Fate.UNREACHABLE: logging.WARNING,
}
