"""The office of a simulated world: admins who ask for refunds, allow them, change their minds, come and go.

Owns what people of the office do. Whatever they do is done again until it is done, as their updates are.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any

from payments.admins import Admin, Deed, NotAllowed
from payments.payment import Payment, State
from payments.refunds.orders import NotTheOne, RefundOrder, WrongProof
from payments.refunds.reasons import Why
from payments.refunds.refund import Refund, RefundState
from payments.refunds.rules import NotRefundable
from payments.refunds.service import RefundService
from payments.values import ChatId, RefundId, UserId
from tests.simulation.memory import Disk
from tests.simulation.world import World

_PATIENCE = 60
"""How often the office looks whether anything is paid, a minute apart."""
EVERYBODY = tuple(UserId(number) for number in (901, 902, 903))


@dataclass(slots=True)
class Roll:
    """Who is an admin now; implements `payments.admins.Admins`. Every change is remembered."""

    present: set[UserId] = field(default_factory=lambda: set(EVERYBODY))

    async def may(self, user_id: UserId, deed: Deed) -> bool:
        """See `Admins.may`."""
        del deed
        return user_id in self.present

    async def who_may(self, deed: Deed) -> Sequence[UserId]:
        """See `Admins.who_may`."""
        del deed
        return sorted(self.present)

    async def chats(self) -> Sequence[ChatId]:
        """See `Admins.chats`."""
        return [ChatId(each) for each in sorted(self.present)]


Deed_ = Callable[[RefundService], Coroutine[Any, Any, object]]
Insistently = Callable[[Deed_], Coroutine[Any, Any, None]]
"""Does it with whatever program lives, again and again until it is done."""


@dataclass(slots=True)
class Office:
    """Admins at work on whatever is paid."""

    world: World
    disk: Disk
    roll: Roll
    insistently: Insistently
    asked: int = 0
    wrongly_allowed: list[str] = field(default_factory=list)

    @property
    def _rng(self) -> random.Random:
        return self.world.rng

    async def work(self) -> None:
        """A few refunds, begun whenever something is paid."""
        for _ in range(self._rng.randint(0, 5)):
            await self.world.wait(10, self._rng.choice((60, 600)))
            if paid := await self._paid_at_last():
                chosen = [self._rng.choice(paid) for _ in range(self._at_once())]
                await asyncio.gather(*[self._give_back(payment) for payment in chosen])

    async def _paid_at_last(self) -> list[Payment]:
        for _ in range(_PATIENCE):
            if paid := self._paid():
                return paid
            await asyncio.sleep(60)
        return []

    def _paid(self) -> list[Payment]:
        return [kept.payment for kept in self.disk.payments.values() if kept.payment.state is State.PAID]

    def _at_once(self) -> int:
        """Mostly one refund; sometimes two that race for the same money."""
        return self._rng.choice((1, 1, 1, 2))

    async def _give_back(self, payment: Payment) -> None:
        self.asked += 1
        order = RefundOrder(
            id=RefundId(f"{self.asked:016x}"),
            payment_id=payment.id,
            amount_kes=self._rng.choice((payment.amount_kes, 700, 100, 20)),
            why=Why.GOODWILL,
            remark="",
            by=self._somebody(f"order-{self.asked}"),
        )
        await self.insistently(lambda service: service.request(order))
        if self._rng.random() < 0.2:  # a double tap
            await self.insistently(lambda service: service.request(order))
        await self.world.wait(0, self._rng.choice((5, 600)))
        if self._rng.random() < 0.2:
            await self._somebody_comes_or_goes()
        deciders = [self._decide(order.id) for _ in range(self._rng.choice((0, 1, 2, 2, 3)))]
        await asyncio.gather(*deciders)

    async def _decide(self, refund_id: RefundId) -> None:
        by = self._somebody(f"decide-{refund_id}-{self._rng.randrange(10**9)}")
        if self._rng.random() < 0.07:
            await self.insistently(lambda service: service.reject(refund_id, by))
            return
        await self.insistently(lambda service: service.approve(refund_id, by))
        if self._rng.random() < 0.2:
            await self.insistently(lambda service: service.ask_now(refund_id, by))

    async def _somebody_comes_or_goes(self) -> None:
        who = self._rng.choice(EVERYBODY)
        if who in self.roll.present and len(self.roll.present) > 1:
            self.roll.present.discard(who)
        else:
            self.roll.present.add(who)

    def _somebody(self, act: str) -> Admin:
        who = self._rng.choice(EVERYBODY)
        return Admin(user_id=who, name=f"A{who}", act=act)

    async def look_into_it(self) -> None:
        """Somebody looks at the firm's statement, where it needs a person."""
        for refund in list(self.disk.refunds.values()):
            if refund.state is RefundState.REVIEW:
                await self._resolve(refund)

    async def _resolve(self, refund: Refund) -> None:
        moved = self.truth(refund)
        by = Admin(user_id=min(self.roll.present), name="looks", act=f"resolve-{refund.id}")
        await self.insistently(lambda service: service.resolve(refund.id, by, paid=moved, note="statement"))

    truth: Callable[[Refund], bool] = field(default=lambda _: False)
    """Whether the firm's statement shows that the money of a refund went out."""


REFUSED = (NotAllowed, NotTheOne, NotRefundable, WrongProof, LookupError)
"""What the office is told when it may not, or cannot."""
