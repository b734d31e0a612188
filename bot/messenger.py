"""The messenger: the only one who draws a payment's living message, and who delivers notices.

Owns the way of each delivery to sent or parked. It shows what the payment *is*, read afresh, whatever
the news was; so a delivery that comes late, twice or out of order shows the truth all the same.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Protocol

from telegram.error import TelegramError

from bot import wording
from bot.fate import Fate, Verdict, describe, judge
from bot.pace import Pace
from bot.payment_screens import admin_screen, payment_screen
from bot.screen import Screen
from bot.sender import ANSWERING, Haste, Sender
from bot.turns import Turns
from payments.deliveries import Delivery
from payments.notices import RECEIPT, Audience, is_superseded
from payments.payment import Payment, State
from payments.ports import DeliveryBook, Now, StoreUnavailable
from payments.timing import Timing
from payments.values import ChatId, MessageId, PaymentId
from payments.wake import Wake

log = logging.getLogger(__name__)


class PaymentReader(Protocol):
    """Where a payment's present record is read."""

    async def get(self, payment_id: PaymentId) -> Payment | None:
        """Read one afresh. May raise `StoreUnavailable`."""


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

    payments: PaymentReader
    book: DeliveryBook
    sender: Sender
    pace: Pace
    admins: tuple[ChatId, ...]
    now: Now
    wake: Wake
    figures: Timing
    limits: MessengerLimits = field(default_factory=MessengerLimits)
    _turns: Turns = field(default_factory=Turns, init=False)
    _working: dict[ChatId, asyncio.Task[None]] = field(default_factory=dict, init=False)

    async def run(self) -> None:
        """Deliver for ever. What is under way when it is cancelled is finished by `drain`."""
        while True:
            try:
                await self.book.collect(self.admins, self.now())
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

    async def show_afresh(self, payment_id: PaymentId) -> None:
        """Show a payment in a new message, which is its living one from now on.

        Raises:
            TelegramError: it was not sent, or nobody can say.
            StoreUnavailable: the store is away.
        """
        payment = await self.payments.get(payment_id)
        if payment is None:
            return
        async with self._turns.of(payment.chat_id):
            payment = await self.payments.get(payment_id) or payment
            await self._show_anew(payment, payment_screen(payment, self.figures), ANSWERING)

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
        payment = await self.payments.get(delivery.payment_id)
        if payment is None:
            log.error("delivery_without_payment", extra={"delivery": delivery.id})
            await self.book.park(delivery, "no such payment")
            return
        if _need_not_be_told(delivery, payment):
            await self.book.skip(delivery, "newer news says more")
            return
        new = _needs_new_message(delivery, payment)
        try:
            await self._tell(delivery, payment, new=new)
        except TelegramError as error:
            await self._not_told(delivery, error, new=new)
        else:
            await self.book.sent(delivery)

    async def _tell(self, delivery: Delivery, payment: Payment, *, new: bool) -> None:
        if delivery.audience is Audience.ADMINS:
            screen = _marked(admin_screen(payment, delivery.event), delivery)
            await self.sender.send(delivery.chat_id, screen, self._haste(delivery))
            return
        screen = payment_screen(payment, self.figures)
        if new:
            await self._show_anew(payment, _marked(screen, delivery), self._haste(delivery))
        else:
            await self._edit(delivery, payment, screen)

    async def _edit(self, delivery: Delivery, payment: Payment, screen: Screen) -> None:
        if payment.message_id is None or not await self.sender.edit(
            payment.chat_id, payment.message_id, screen, self._haste(delivery)
        ):
            await self._show_anew(payment, _marked(screen, delivery), self._haste(delivery))

    def _haste(self, delivery: Delivery) -> Haste:
        """Nothing may wait until its lease is over: another process would send it, too."""
        return Haste(delivery.urgency, self.limits.lease_s / 4)

    async def _show_anew(self, payment: Payment, screen: Screen, haste: Haste) -> None:
        """Show it in a new message; the old one loses its buttons."""
        message_id = await self.sender.send(payment.chat_id, screen, haste)
        await self.book.show_in(payment.id, MessageId(message_id))
        self.sender.strip(payment.chat_id, payment.message_id)

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


def _needs_new_message(delivery: Delivery, payment: Payment) -> bool:
    """Admins get every notice anew; the payer a late success, which an edit would hide."""
    if delivery.audience is Audience.ADMINS or payment.message_id is None:
        return True
    return payment.late and delivery.event == State.PAID


def _need_not_be_told(delivery: Delivery, payment: Payment) -> bool:
    """The payer hears what their payment is now; of what it was in between only if nothing newer follows.

    A late success is told by a message of its own: what came before it is not drawn any more.
    """
    if delivery.audience is Audience.ADMINS:
        return False
    late = payment.late and payment.state is State.PAID and delivery.event not in {State.PAID, RECEIPT}
    return late or is_superseded(payment, delivery.event)


def _marked(screen: Screen, delivery: Delivery) -> Screen:
    """A message that may have arrived before says so."""
    return replace(screen, text=f"{screen.text}\n{wording.REPEAT}") if delivery.perhaps_sent else screen
