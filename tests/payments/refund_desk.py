"""The office's desk: the service of refunds over books in memory, admins who come and go, the other side."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from payments.admins import Admin, Deed
from payments.payment import Payment
from payments.ports import AskLater
from payments.refunds.balance import BalanceAnswer, BalanceCheck
from payments.refunds.engine import RefundEngine
from payments.refunds.evidence import RefundEvidence, Word
from payments.refunds.orders import RefundOrder
from payments.refunds.ports import Asked
from payments.refunds.progress import RefundStep
from payments.refunds.reasons import Why
from payments.refunds.refund import Refund
from payments.refunds.rules import RefundPolicy
from payments.refunds.service import RefundService
from payments.values import ChatId, RefundId, UserId
from payments.wake import Wake
from tests.payments.builders import ID, NOW
from tests.payments.refund_builders import ANN, BEN, PAYOUT_FIGURES, REFUND_ID, W, a_paid_payment, a_say
from tests.simulation.memory import Disk, Kept, MemoryPaymentBook
from tests.simulation.memory_refunds import MemoryBalanceBook, MemoryRefundBook

CARA = UserId(3)


class Office:
    """Admins who come and go."""

    def __init__(self, *ids: UserId) -> None:
        self.ids = set(ids)

    async def may(self, user_id: UserId, deed: Deed) -> bool:
        del deed
        return user_id in self.ids

    async def who_may(self, deed: Deed) -> Sequence[UserId]:
        del deed
        return sorted(self.ids)

    async def chats(self) -> Sequence[ChatId]:
        return [ChatId(each) for each in sorted(self.ids)]


class Interrupted(MemoryRefundBook):
    """A book in which somebody else writes just before the first of our commits."""

    def __init__(self, disk: Disk, meanwhile: RefundEvidence) -> None:
        super().__init__(disk)
        self._meanwhile: RefundEvidence | None = meanwhile

    async def commit(self, step: RefundStep) -> bool:
        if self._meanwhile is not None:
            word, self._meanwhile = self._meanwhile, None
            await Desk(disk=self._disk).service.record(step.before.id, word)
        return await super().commit(step)


@dataclass
class Desk:
    """The service with everything around it that a test may turn."""

    disk: Disk = field(default_factory=lambda: Disk(payments={ID: Kept(a_paid_payment())}))
    office: Office = field(default_factory=lambda: Office(ANN, BEN))
    policy: RefundPolicy = field(default_factory=RefundPolicy)
    book: MemoryRefundBook | None = None
    now: datetime = NOW
    pokes: int = 0
    alarms: list[str] = field(default_factory=list)
    service: RefundService = field(init=False)

    def __post_init__(self) -> None:
        self.service = RefundService(
            self.book or MemoryRefundBook(self.disk),
            MemoryPaymentBook(self.disk),
            self.office,
            now=lambda: self.now,
            figures=PAYOUT_FIGURES,
            policy=self.policy,
            poke=self._poked,
            alarm=lambda event, **_: self.alarms.append(event),
        )

    def _poked(self) -> None:
        self.pokes += 1

    async def asked(self, refund_id: RefundId = REFUND_ID, **changes: object) -> Refund:
        return await self.service.request(an_order(refund_id, **changes))

    async def says(self, *words: RefundEvidence) -> Refund:
        for word in words:
            await self.service.record(REFUND_ID, word)
        return await self.service.get(REFUND_ID)

    async def accepted(self) -> Refund:
        """One that was asked for, allowed and taken by Safaricom."""
        await self.asked()
        await self.service.approve(REFUND_ID, by(BEN))
        return await self.says(a_say(W.ENGINE_CLAIMED, 2), a_say(W.PAYOUT_ACCEPTED, 3))

    @property
    def payment(self) -> Payment:
        return self.disk.payments[ID].payment

    @property
    def sums(self) -> tuple[int, int]:
        return self.payment.refund_reserved_kes, self.payment.refunded_kes


def by(user_id: UserId, act: str = "tap:1") -> Admin:
    return Admin(user_id=user_id, name=f"admin {user_id}", act=act)


def an_order(refund_id: RefundId = REFUND_ID, **changes: object) -> RefundOrder:
    order = RefundOrder(
        id=refund_id, payment_id=ID, amount_kes=500, why=Why.PAID_TWICE, remark="", by=by(ANN)
    )
    return replace(order, **changes)  # type: ignore[arg-type]  # the test names real fields


class Wire:
    """Safaricom at the other end: remembers every payout by its name, and answers as it is told."""

    def __init__(self, desk: Desk, answer: Word | None) -> None:
        self._desk = desk
        self._answer = answer
        self.sent: list[str] = []
        self.asked: list[str] = []
        self.took = asyncio.Event()

    async def pay_out(self, refund: Refund) -> RefundEvidence:
        """Take it; with no answer to give, hang until the program is killed."""
        kind = W.PAYOUT_SEEN_BEFORE if refund.originator_id in self.sent else self._answer
        self.sent.append(refund.originator_id)
        self.took.set()
        if kind is None:
            await asyncio.Event().wait()
            raise AssertionError
        return a_say(kind, id=f"payout:{len(self.sent)}", at=self._desk.now)

    async def ask(self, refund: Refund) -> RefundEvidence | AskLater:
        self.asked.append(refund.originator_id)
        return a_say(W.STATUS_ASKED, id=f"ask:{len(self.asked)}", at=self._desk.now)

    async def ask_balance(self, check: BalanceCheck) -> Asked | AskLater | BalanceAnswer:
        raise AssertionError(check)


def an_engine(desk: Desk, wire: Wire) -> RefundEngine:
    return RefundEngine(
        book=MemoryRefundBook(desk.disk),
        balances=MemoryBalanceBook(desk.disk),
        service=desk.service,
        safaricom=wire,
        now=lambda: desk.now,
        wake=Wake(),
    )
