"""The inbox at work: the real store, the real door, and a worker that is told when to work."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from payments.catalogue import FeeKind
from payments.draft import Draft
from payments.evidence import Evidence, EvidenceKind
from payments.inbox import InboxRow, row_id
from payments.payment import HistoryEntry, Payment, State
from payments.ports import Inbox
from payments.service import PaymentService, Recorded
from payments.timing import Timing
from payments.values import ChatId, CheckoutId, PaymentId, Phone, UserId
from payments.wake import Wake
from storage.connect import Store
from tests.webhooks.web_stand import CHECKOUT, ID, Clock, callback
from webhooks.doors import doors
from webhooks.worker import InboxWorker, WorkerLimits

PAYMENT = PaymentId(ID)
LIMITS = WorkerLimits(idle_s=0.05)


class Faulty(PaymentService):
    """The real door, with a fault of the program's own for one payment."""

    faulty = ""

    async def record(
        self, payment_id: PaymentId, evidence: Evidence, *, only_at: int | None = None
    ) -> Recorded:
        if payment_id == self.faulty:
            raise ZeroDivisionError
        return await super().record(payment_id, evidence, only_at=only_at)


class Unclosed:
    """The real inbox, of a program that dies before it can close a row."""

    def __init__(self, store: Store) -> None:
        self._inbox = store.inbox

    async def add(self, row: InboxRow) -> bool:
        return await self._inbox.add(row)

    async def take(self, limit: int) -> Sequence[InboxRow]:
        return await self._inbox.take(limit)

    async def close(self, row: InboxRow, verdict: str) -> None:
        """Too late."""

    async def quarantine(self, row: InboxRow, verdict: str) -> None:
        """Too late."""

    async def retry(self, row: InboxRow, after_s: float) -> None:
        """Too late."""

    async def give_back(self, rows: Sequence[InboxRow]) -> None:
        """Too late."""


@dataclass(slots=True, kw_only=True)
class Desk:
    """Where callbacks are worked."""

    store: Store
    service: Faulty
    clock: Clock
    worker: InboxWorker
    rows: Callable[[], list[dict[str, Any]]]

    def another(self, *, inbox: Inbox | None = None, limits: WorkerLimits = LIMITS) -> InboxWorker:
        """A worker of another program on the same store."""
        return InboxWorker(
            inbox=inbox or self.store.inbox, doors=doors(self.service), wake=Wake(), limits=limits
        )

    async def add(self, body: bytes, subject: str = ID, *, kind: str = "stk", trusted: bool = True) -> None:
        """A callback is stored."""
        row = InboxRow(
            id=row_id(kind, subject, body),
            kind=kind,
            subject=subject,
            raw=body,
            peer="127.0.0.1",
            trusted=trusted,
            received_at=self.clock(),
        )
        assert await self.store.inbox.add(row)

    async def add_thirty(self) -> None:
        """Thirty different words about one payment."""
        for code in range(30):
            await self.add(callback(ResultCode=code + 5_000))
            self.clock.forward(0.01)

    async def prompted(
        self, payment_id: PaymentId = PAYMENT, checkout: str = CHECKOUT, phone: str = "254700000123"
    ) -> None:
        """A payment whose prompt is on the phone."""
        await self.service.open(replace(a_draft(payment_id, self.clock()), phone=Phone(phone)))
        kinds = EvidenceKind.ENGINE_CLAIMED, EvidenceKind.PUSH_ACCEPTED
        named = None, CheckoutId(checkout)
        for kind, checkout_id in zip(kinds, named, strict=True):
            word = Evidence(id=kind, kind=kind, at=self.clock(), checkout_id=checkout_id)
            await self.service.record(payment_id, word)

    async def payment(self, payment_id: PaymentId = PAYMENT) -> Payment:
        found = await self.store.payments.get(payment_id)
        assert found is not None
        return found

    async def state_of(self, payment_id: PaymentId = PAYMENT) -> State:
        return (await self.payment(payment_id)).state

    async def history(self) -> Sequence[HistoryEntry]:
        return (await self.payment()).history

    def states(self) -> list[str]:
        """Where each row stands."""
        return [row["state"] for row in self.rows()]

    async def all_done(self) -> None:
        """Wait until every row is worked; the database gives no sign, so it is looked at."""
        async with asyncio.timeout(5):
            while set(await asyncio.to_thread(self.states)) != {"done"}:
                pass


def a_draft(payment_id: PaymentId, at: datetime) -> Draft:
    """A fee that a client has just confirmed."""
    return Draft(
        id=payment_id,
        user_id=UserId(7),
        chat_id=ChatId(7),
        created_at=at,
        kind=FeeKind.CONSULTATION,
        title="First consultation",
        amount_kes=1_500,
        phone=Phone("254700000123"),
    )


def a_desk(store: Store, clock: Clock, rows: Callable[[], list[dict[str, Any]]]) -> Desk:
    """A desk with one worker."""
    service = Faulty(
        store.payments, now=clock, figures=Timing(), poke=lambda: None, alarm=lambda *_, **__: None
    )
    worker = InboxWorker(inbox=store.inbox, doors=doors(service), wake=Wake(), limits=LIMITS)
    return Desk(store=store, service=service, clock=clock, worker=worker, rows=rows)


@asynccontextmanager
async def running(worker: InboxWorker) -> AsyncIterator[None]:
    """Let it work by itself until the end of the block."""
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
