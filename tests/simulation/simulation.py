"""One seed, one world, some days: the program amid random people, weather, crashes and clocks; then judged.

Owns the story. The rules, the service, the engine and the worker of the inbox are the real ones; the disk,
Safaricom and time are of this room. The whole course hangs on the seed alone.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from payments.catalogue import FeeKind
from payments.draft import Draft
from payments.engine import Engine
from payments.evidence import EvidenceKind
from payments.inbox import RowState
from payments.payment import OPEN, Payment, State
from payments.ports import StoreUnavailable
from payments.refunds.engine import RefundEngine
from payments.refunds.refund import Refund
from payments.refunds.rules import RefundPolicy
from payments.refunds.service import RefundService
from payments.refunds.timing import RefundTiming
from payments.service import PaymentService, StillOpen
from payments.table import ImpossibleEvidence
from payments.timing import Timing
from payments.values import ChatId, MessageId, PaymentId, Phone, UserId
from payments.wake import Wake
from tests.crash.invariants import broken
from tests.simulation.memory import Disk, MemoryInbox, MemoryPaymentBook
from tests.simulation.memory_refunds import MemoryBalanceBook, MemoryRefundBook
from tests.simulation.office import REFUSED, Deed_, Office, Roll
from tests.simulation.payouts import Treasury, WireOut
from tests.simulation.refund_truth import wrong, wrong_sums
from tests.simulation.virtual import run_virtually
from tests.simulation.world import EPOCH, Wire, World, callback_row
from webhooks.doors import doors
from webhooks.worker import InboxWorker

MINUTE_S, HOUR_S, DAY_S = 60.0, 3_600.0, 86_400.0
IDLE_S = 60.0
"""Nobody writes past the program here, so that it need not look often by itself."""
PHONES = tuple(Phone(f"25470000{number:04d}") for number in range(101, 104))
AMOUNTS = (1_500, 1_500, 3_000)
FIGURES = Timing()
"""The figures of every day: in virtual time they cost nothing."""


class Unplugged(Exception):
    """This incarnation is dead and reaches nothing any more."""


@dataclass(slots=True)
class Incarnation:
    """One life of the program: an engine and a worker on the shared disk."""

    story: Story
    alive: bool = True
    tasks: list[asyncio.Task[None]] = field(default_factory=list)
    service: PaymentService = field(init=False)
    refunds: RefundService = field(init=False)
    inbox: MemoryInbox = field(init=False)
    _engine: Engine = field(init=False)
    _refund_engine: RefundEngine = field(init=False)
    _worker: InboxWorker = field(init=False)
    _bells: list[Wake] = field(default_factory=list)

    def __post_init__(self) -> None:
        world, disk = self.story.world, self.story.disk
        engine_bell, inbox_bell = Wake(), Wake()
        self._bells = [engine_bell, inbox_bell]
        book = MemoryPaymentBook(disk, self._reach)
        self.inbox = MemoryInbox(disk, world.now, self._reach)
        self.service = PaymentService(
            book, now=world.now, figures=FIGURES, poke=engine_bell.ring, alarm=self.story.alarm
        )
        engine = Engine(
            book=book,
            service=self.service,
            safaricom=Wire(world, lambda: self.alive),
            now=world.now,
            wake=engine_bell,
            figures=FIGURES,
        )
        self._engine, self._refund_engine = engine, self._money_out(book)
        all_doors = doors(self.service, self.refunds)
        self._worker = InboxWorker(inbox=self.inbox, doors=all_doors, wake=inbox_bell)
        workers = (engine.run(), self._refund_engine.run(), self._worker.run())
        self.tasks = [asyncio.create_task(work) for work in workers]
        self.look_every(IDLE_S)

    def _money_out(self, payments: MemoryPaymentBook) -> RefundEngine:
        story, bell = self.story, Wake()
        book = MemoryRefundBook(story.disk, self._reach)
        self.refunds = RefundService(
            book,
            payments,
            story.roll,
            now=story.world.now,
            figures=RefundTiming(),
            policy=story.policy,
            poke=bell.ring,
            alarm=story.alarm,
        )
        return RefundEngine(
            book=book,
            balances=MemoryBalanceBook(story.disk, self._reach),
            service=self.refunds,
            safaricom=WireOut(story.treasury, lambda: self.alive),
            now=story.world.now,
            wake=bell,
        )

    def look_every(self, idle_s: float) -> None:
        """How often it looks by itself."""
        self._engine.limits = replace(self._engine.limits, idle_s=idle_s)
        self._refund_engine.limits = replace(self._refund_engine.limits, idle_s=10 * idle_s)
        self._worker.limits = replace(self._worker.limits, idle_s=idle_s)

    async def _reach(self, act: Callable[[], object]) -> None:
        """The way to the disk: it takes its time, and what is written there may not be heard of here."""
        world = self.story.world
        if world.calm and self.alive:
            act()
            return
        await world.wait(0, 0.01)
        if not self.alive:
            raise Unplugged
        if world.chance(0.01):
            raise StoreUnavailable("not written")
        act()
        await world.wait(0, 0.01)
        if not self.alive:
            raise Unplugged
        if world.chance(0.01):
            raise StoreUnavailable("written, but who knows")

    def arrived(self) -> None:
        self._bells[1].ring()

    async def die(self) -> None:
        """Drop it: what is under way ends where it stands."""
        self.alive = False
        doomed = [*self.tasks, *self._engine.under_way, *self._refund_engine.under_way]
        for task in doomed:
            task.cancel()
        await asyncio.gather(*doomed, return_exceptions=True)


@dataclass(slots=True)
class Story:
    """Everything that happens under one seed."""

    seed: int
    rng: random.Random = field(init=False)
    disk: Disk = field(default_factory=Disk)
    world: World = field(init=False)
    treasury: Treasury = field(init=False)
    roll: Roll = field(default_factory=Roll)
    policy: RefundPolicy = field(init=False)
    office: Office = field(init=False)
    programs: list[Incarnation] = field(default_factory=list)
    alarms: list[str] = field(default_factory=list)
    crashes: int = 0
    _payments: int = 0

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)  # noqa: S311  it must be repeatable
        self.world = World(self.rng, self.deliver)
        self.treasury = Treasury(self.world, self._post)
        self.policy = RefundPolicy(
            approval_above_kes=self.rng.choice((0, 500)), reverse_in_full=self.rng.random() < 0.5
        )
        self.office = Office(self.world, self.disk, self.roll, self._for_the_office, truth=self._went_out)

    def alarm(self, event: str, **details: str) -> None:
        self.alarms.append(f"{event} {details}")

    # The callback server: stored, then acknowledged; nobody there, no answer.

    async def deliver(self, payment_id: PaymentId, body: bytes, trusted: bool) -> bool:  # noqa: FBT001
        return await self._post("stk", payment_id, body, trusted)

    async def _post(self, kind: str, subject: str, body: bytes, trusted: bool) -> bool:  # noqa: FBT001
        program = self._somebody()
        if program is None or self.world.chance(0.05):
            return False
        row = callback_row(kind, subject, body, self.world.now(), trusted=trusted)
        try:
            await program.inbox.add(row)
        except (StoreUnavailable, Unplugged):
            return False
        program.arrived()
        return True

    def _somebody(self) -> Incarnation | None:
        return self.rng.choice(self.programs) if self.programs else None

    # The story.

    async def told(self) -> list[str]:
        """Live through it; everything that is not as it must be at its end."""
        self.programs = [Incarnation(self) for _ in range(self.rng.choice((1, 1, 2)))]
        clients = [asyncio.create_task(self._client(UserId(n))) for n in range(1, self.rng.randint(2, 6))]
        chaos = asyncio.create_task(self._chaos())
        office = asyncio.create_task(self.office.work())
        await asyncio.gather(*clients, office)
        chaos.cancel()
        await asyncio.gather(chaos, return_exceptions=True)
        await self._calm_down()
        return self._wrong()

    async def _calm_down(self) -> None:
        """The weather clears, somebody keeps the program running, and three days pass."""
        self.world.calm = True
        if not self.programs:
            self.programs.append(Incarnation(self))
        await asyncio.sleep(2 * HOUR_S)
        for program in self.programs:
            program.look_every(HOUR_S)
        await asyncio.sleep(5 * DAY_S)
        await self.office.look_into_it()
        for program in self.programs:
            await program.die()

    async def _client(self, user: UserId) -> None:
        await self.world.wait(0, 5 * MINUTE_S)
        phone = self.rng.choice(PHONES)
        earlier: PaymentId | None = None
        for _ in range(self.rng.randint(1, 4)):
            draft = self._draft(user, phone, earlier)
            await self._insistently(lambda service, draft=draft: service.open(draft))  # type: ignore[misc]
            if self.rng.random() < 0.2:  # a double tap
                await self._insistently(lambda service, draft=draft: service.open(draft))  # type: ignore[misc]
            await self.world.wait(0, 3 * MINUTE_S)
            await self._fidgets(draft.id, user)
            earlier = draft.id
            await self.world.wait(0, self.rng.choice((MINUTE_S, 10 * MINUTE_S, 5 * HOUR_S)))

    async def _fidgets(self, payment_id: PaymentId, user: UserId) -> None:
        """People ask how it is doing, and change their minds."""
        if self.rng.random() < 0.3:
            await self._insistently(lambda service: service.ask_now(payment_id, user))
        if self.rng.random() < 0.2:
            await self._insistently(lambda service: service.cancel(payment_id, user))

    async def _insistently(self, deed: Callable[[PaymentService], object]) -> None:
        await self._again_and_again(lambda program: deed(program.service))

    async def _for_the_office(self, deed: Deed_) -> None:
        await self._again_and_again(lambda program: deed(program.refunds))

    async def _again_and_again(self, deed: Callable[[Incarnation], object]) -> None:
        """What a person wants is stored as an update: it is done again until it is done."""
        for _ in range(200):
            program = self._somebody()
            if program is not None:
                try:
                    await deed(program)  # type: ignore[misc]
                except (StoreUnavailable, Unplugged):
                    pass
                except (StillOpen, ImpossibleEvidence, *REFUSED):
                    return
                else:
                    return
            await asyncio.sleep(2)

    def _went_out(self, refund: Refund) -> bool:
        return any(payout.moved for payout in self.treasury.of(refund.id))

    def _draft(self, user: UserId, phone: Phone, earlier: PaymentId | None) -> Draft:
        self._payments += 1
        return Draft(
            id=PaymentId(f"{self._payments:016x}"),
            user_id=user,
            chat_id=ChatId(user),
            message_id=MessageId(self._payments),
            created_at=self.world.now(),
            kind=FeeKind.CONSULTATION,
            title="First consultation",
            amount_kes=self.rng.choice(AMOUNTS),
            phone=phone,
            retry_of=earlier if self.rng.random() < 0.5 else None,
        )

    async def _chaos(self) -> None:
        """Crashes, long absences and clocks that are set, at any time."""
        while True:
            await self.world.wait(1, 6 * MINUTE_S)
            if self.programs and self.rng.random() < 0.6:
                await self._crash()
            if self.rng.random() < 0.1:
                self.world.jump += timedelta(hours=self.rng.choice((-1, 1)))

    async def _crash(self) -> None:
        doomed = self.programs.pop(self.rng.randrange(len(self.programs)))
        self.crashes += 1
        await doomed.die()
        await self.world.wait(0, self.rng.choice((0.1, 5, 90)))
        self.programs.append(Incarnation(self))

    # Judgement.

    def _wrong(self) -> list[str]:
        payments = [kept.payment for kept in self.disk.payments.values()]
        found = broken(payments, {notice.id for notice in self.disk.notices})
        for payment in payments:
            found += [f"{payment.id}: {why}" for why in self._lies(payment)]
            found += [f"{payment.id}: {why}" for why in wrong_sums(payment, self._refunds_of(payment))]
        for refund in self.disk.refunds.values():
            payment = self.disk.payments[refund.payment_id].payment
            lies = wrong(refund, payment, self.treasury.of(refund.id))
            found += [f"refund {refund.id}: {why}" for why in lies]
        found += [f"alarm: {alarm}" for alarm in self.alarms if "impossible" in alarm]
        rows = [kept.row for kept in self.disk.rows.values()]
        found += [f"row {row.id} rests {row.state}" for row in rows if row.state is not RowState.DONE]
        return found

    def _refunds_of(self, payment: Payment) -> list[Refund]:
        return [refund for refund in self.disk.refunds.values() if refund.payment_id == payment.id]

    def _lies(self, payment: Payment) -> list[str]:
        prompts = self.world.prompts_of(payment.id)
        debited = any(prompt.paid for prompt in prompts)
        found = []
        if len(prompts) > 1:
            found.append(f"{len(prompts)} prompts")
        if payment.state is State.PAID and not debited:
            found.append("stored as paid, nobody was debited")
        if payment.state is State.UNPAID and debited and not self._yes_was_lost(payment):
            found.append("stored as unpaid, the phone was debited")
        if payment.state in OPEN - {State.REVIEW}:
            found.append(f"after three days still {payment.state}")
        if payment.next_at is not None:
            found.append(f"after three days it is still to be looked at, {payment.next_at - EPOCH}")
        if payment.state is State.REVIEW and not self._needs_a_person(payment):
            found.append("under review, though Safaricom could tell")
        return found

    def _yes_was_lost(self, payment: Payment) -> bool:
        """A definite no was believed, and no later word of the yes ever arrived."""
        said_no_first = any(prompt.first_no for prompt in self.world.prompts_of(payment.id))
        return said_no_first and (payment.id, 0) not in self.world.heard

    def _needs_a_person(self, payment: Payment) -> bool:
        prompts = self.world.prompts_of(payment.id)
        strange = any(p.told_wrong or p.first_no or p.fate.name == "UNKNOWN_CODE" for p in prompts)
        unsure = payment.history[-1].kind is EvidenceKind.CALLBACK_UNCLEAR  # it came while a person looked
        return strange or unsure or payment.checkout_id is None


def play(seed: int) -> tuple[Story, list[str]]:
    """Live through one seed."""
    story = Story(seed)
    return story, run_virtually(story.told())
