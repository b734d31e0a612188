"""What it takes to plant an offender: what lived through the real door, and a shell behind it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from payments.admins import Admin
from payments.analytics.bookkeeping import Bookkeeper
from payments.auditing import Auditor
from payments.evidence import Evidence, EvidenceKind
from payments.payment import Payment
from payments.refunds.evidence import RefundEvidence, Word
from payments.refunds.orders import RefundOrder
from payments.refunds.reasons import Why
from payments.refunds.rules import RefundPolicy
from payments.refunds.service import RefundService
from payments.refunds.timing import RefundTiming
from payments.service import PaymentService
from payments.timing import Timing
from payments.values import ChatId, CheckoutId, PaymentId, Receipt, RefundId, UserId
from payments.wake import Wake
from payments.watch import Notebook
from storage.connect import Store
from storage.invariants import INVARIANTS
from tests.payments.keeping import Kept
from tests.payments.listed import ListedAdmins
from tests.storage.conftest import Clock, Database, Row

MakePayment = Callable[..., Payment]
K = EvidenceKind
ANN = Admin(user_id=UserId(1), name="Ann", act="ask")
BEN = Admin(user_id=UserId(2), name="Ben", act="allow")


def _no_alarm(event: str, **details: str) -> None:
    raise AssertionError(event, details)


class Life:
    """Payments that have lived through the real door, and everything that hangs on them."""

    def __init__(self, store: Store, clock: Clock, make: MakePayment) -> None:
        self.store = store
        self.clock = clock
        self._make = make
        self._service = PaymentService(
            store.payments, now=clock, figures=Timing(), poke=lambda: None, alarm=_no_alarm
        )

    async def say(self, payment_id: str, kind: EvidenceKind, **facts: Any) -> None:
        word = Evidence(id=f"{kind}:{payment_id}:{self.clock.time}", kind=kind, at=self.clock.time)
        await self._service.record(PaymentId(payment_id), replace(word, **facts))

    async def queued(self, payment_id: str = "a1", **who: Any) -> None:
        reference = who.pop("reference", None)
        payment = self._make(payment_id, **who)
        payment = replace(payment, reference=payment.reference if reference is None else reference)
        now = self.clock.time
        late = timedelta(seconds=120)
        await self.store.payments.add(
            replace(payment, created_at=now, changed_at=now, next_at=now, deadline_at=now + late), ()
        )

    async def prompted(self, payment_id: str = "a1", **who: Any) -> None:
        await self.queued(payment_id, **who)
        await self.say(payment_id, K.ENGINE_CLAIMED)
        await self.say(payment_id, K.PUSH_ACCEPTED, checkout_id=CheckoutId(f"ws_CO_{payment_id}"))

    async def paid(self, payment_id: str = "a1", **who: Any) -> None:
        await self.prompted(payment_id, **who)
        await self.say(
            payment_id, K.CALLBACK_PAID, amount_kes=1_500, receipt=Receipt(f"R{payment_id.upper()}")
        )
        await self.settle()

    async def settle(self) -> None:
        """All that the program does in the background, and two minutes more."""
        book, now = self.store.deliveries, self.clock.time
        while await book.collect([ChatId(99)], now):
            pass
        while taken := await book.take(now, lease_s=20, busy=(), limit=9):
            for delivery in taken:
                await book.sent(delivery)
        await self.log()
        await Bookkeeper(rollups=self.store.rollups).rest()
        self.clock.forward(120)

    async def log(self) -> None:
        """Everything is in the trail."""
        auditor = Auditor(
            feed=self.store.audit_feed,
            trail=self.store.audit,
            notebook=Notebook(self.clock, lambda: None, Kept()),
            wake=Wake(),
        )
        await auditor.rest()

    # Refunds.

    @property
    def refunds(self) -> RefundService:
        return RefundService(
            self.store.refunds,
            self.store.payments,
            ListedAdmins([1, 2]),
            now=self.clock,
            figures=RefundTiming(),
            policy=RefundPolicy(),
            poke=lambda: None,
            alarm=_no_alarm,
        )

    async def asked_back(
        self, refund_id: str = "r1", payment_id: str = "a1", amount_kes: int = 500, **who: Any
    ) -> None:
        """A paid payment, and a refund of it that waits to be allowed."""
        await self.paid(payment_id, **who)
        await self.refunds.request(
            RefundOrder(
                id=RefundId(refund_id),
                payment_id=PaymentId(payment_id),
                amount_kes=amount_kes,
                why=Why.PAID_TWICE,
                remark="",
                by=ANN,
            )
        )

    async def sent_back(self, refund_id: str = "r1", **which: Any) -> None:
        """A refund that Safaricom has taken."""
        await self.asked_back(refund_id, **which)
        await self.refunds.approve(RefundId(refund_id), BEN)
        await self.hear(refund_id, Word.ENGINE_CLAIMED)
        await self.hear(refund_id, Word.PAYOUT_ACCEPTED, conversation_id="AG_1")

    async def paid_back(self, refund_id: str = "r1", **which: Any) -> None:
        """A refund that has arrived."""
        await self.sent_back(refund_id, **which)
        code = Receipt(f"B{refund_id.upper()}")
        await self.hear(refund_id, Word.RESULT_PAID, amount_kes=which.get("amount_kes", 500), mpesa_code=code)
        await self.settle()

    async def hear(self, refund_id: str, kind: Word, **facts: Any) -> None:
        word = RefundEvidence(id=f"{kind}:{refund_id}:{self.clock.time}", kind=kind, at=self.clock.time)
        await self.refunds.record(RefundId(refund_id), replace(word, **facts))


Plant = Callable[[Life, Database], Awaitable[str]]
PLANTS: dict[str, list[Plant]] = {invariant.id: [] for invariant in INVARIANTS}


def breaks(invariant_id: str) -> Callable[[Plant], Plant]:
    def enlist(plant: Plant) -> Plant:
        PLANTS[invariant_id].append(plant)
        return plant

    return enlist


async def change(database: Database, where: str, update: Row) -> str:
    """Change one row behind the program's back, validators or not; returns where."""
    collection, _, key = where.partition("/")
    await database.command(
        "update",
        collection,
        updates=[{"q": {"_id": int(key) if key.isdigit() else key}, "u": update}],
        bypassDocumentValidation=True,
    )
    return where
