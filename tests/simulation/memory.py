"""The ports of the store, kept in memory: as faithful as the contract tests can tell, and as fast as a dict.

Owns the same promises as `storage` (compare-and-set, unique keys, leases with a fence). For simulations only.
`Disk` is what outlasts a crash; each incarnation of the program reaches it by a `Reach` of its own, which may
be slow, lose an answer, or be cut.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from payments.inbox import InboxRow, RowState
from payments.notices import Notice
from payments.payment import Payment, State
from payments.ports import CheckoutTaken, LineTaken, Now, ReceiptTaken, RepeatTooSoon
from payments.progress import Step
from payments.refunds.balance import BalanceCheck
from payments.refunds.refund import Refund
from payments.values import ChatId, MessageId, PaymentId, Receipt, RefundId, UserId
from storage.inbox import LEASE_S

MOST_OTHERS = 2


@dataclass(frozen=True, slots=True)
class Kept:
    """A payment with what it holds. `None` in a key means that it holds nothing."""

    payment: Payment
    line: str | None = None
    repeat: str | None = None


@dataclass(slots=True)
class KeptRow:
    """A callback and whose turn it is."""

    row: InboxRow
    next_at: datetime
    held: bool = False


@dataclass(slots=True)
class Disk:
    """What is stored."""

    payments: dict[PaymentId, Kept] = field(default_factory=dict)
    rows: dict[str, KeptRow] = field(default_factory=dict)
    refunds: dict[RefundId, Refund] = field(default_factory=dict)
    cards: dict[tuple[RefundId, ChatId], MessageId] = field(default_factory=dict)
    balances: dict[str, BalanceCheck] = field(default_factory=dict)
    notices: list[Notice] = field(default_factory=list)


Reach = Callable[[Callable[[], object]], Awaitable[None]]
"""Does one thing to the disk, or not; may raise `StoreUnavailable` either way."""


async def at_once(act: Callable[[], object]) -> None:
    """A reach without any weather."""
    act()


class MemoryPaymentBook:
    """See `payments.ports.PaymentBook`."""

    def __init__(self, disk: Disk, reach: Reach = at_once) -> None:
        self._disk = disk
        self._reach = reach

    async def add(self, payment: Payment, notices: Sequence[Notice]) -> Payment:
        """See `PaymentBook.add`."""

        def act() -> None:
            if payment.id not in self._disk.payments:
                self._disk.payments[payment.id] = Kept(payment)
                self._disk.notices += notices

        await self._reach(act)
        return self._disk.payments[payment.id].payment

    async def get(self, payment_id: PaymentId) -> Payment | None:
        """See `PaymentBook.get`."""
        found = await self._read(lambda: [self._disk.payments.get(payment_id)])
        return found[0].payment if found[0] else None

    async def by_receipt(self, receipt: Receipt) -> Payment | None:
        """See `PaymentBook.by_receipt`."""
        found = await self._read(lambda: list(self._disk.payments.values()))
        return next((k.payment for k in found if k and k.payment.receipt == receipt), None)

    async def commit(self, step: Step) -> bool:
        """See `PaymentBook.commit`."""
        done: list[bool] = []

        def act() -> None:
            kept = self._disk.payments.get(step.before.id)
            same = kept and (kept.payment.state, kept.payment.version) == (
                step.before.state,
                step.before.version,
            )
            if kept is None or not same:
                done.append(False)
                return
            after = replace(
                step.after,
                message_id=kept.payment.message_id,
                refund_reserved_kes=kept.payment.refund_reserved_kes,
                refunded_kes=kept.payment.refunded_kes,
                history=(*kept.payment.history, step.entry),
            )
            self._keep(Kept(after, _line(after, step), _repeat(after, step)))
            self._disk.notices += step.notices
            done.append(True)

        await self._reach(act)
        return done[-1]

    def _keep(self, new: Kept) -> None:
        """Put it there, unless another holds what must be unique."""
        others = [kept for key, kept in self._disk.payments.items() if key != new.payment.id]
        for taken, value_of in _UNIQUE:
            value = value_of(new)
            if value is not None and any(value_of(other) == value for other in others):
                raise taken(new.payment.id)
        self._disk.payments[new.payment.id] = new

    async def look_at(self, payment: Payment, at: datetime, *, ask_wanted: bool | None = None) -> bool:
        """See `PaymentBook.look_at`."""

        def looked(kept: Kept) -> Kept:
            wanted = kept.payment.ask_wanted if ask_wanted is None else ask_wanted
            version = kept.payment.version + 1
            return replace(
                kept, payment=replace(kept.payment, next_at=at, ask_wanted=wanted, version=version)
            )

        return await self._change(payment, looked)

    async def let_go(self, payment: Payment, *, line: bool, repeat: bool) -> bool:
        """See `PaymentBook.let_go`."""

        def freed(kept: Kept) -> Kept:
            return replace(kept, line=None if line else kept.line, repeat=None if repeat else kept.repeat)

        return await self._change(payment, freed)

    async def _change(self, payment: Payment, change: Callable[[Kept], Kept]) -> bool:
        done: list[bool] = []

        def act() -> None:
            kept = self._disk.payments.get(payment.id)
            fits = kept is not None and kept.payment.version == payment.version
            if kept is not None and fits:
                self._disk.payments[payment.id] = change(kept)
            done.append(fits)

        await self._reach(act)
        return done[-1]

    async def due(self, now: datetime, limit: int) -> Sequence[Payment]:
        """See `PaymentBook.due`."""
        found = await self._read(lambda: list(self._disk.payments.values()))
        due = [k.payment for k in found if k and k.payment.next_at is not None and k.payment.next_at <= now]
        return sorted(due, key=lambda p: (not p.ask_wanted, p.next_at or now))[:limit]

    async def others_of_phone(self, payment: Payment) -> Sequence[Payment]:
        """See `PaymentBook.others_of_phone`."""
        found = await self._read(lambda: list(self._disk.payments.values()))
        keys = payment.phone, _repeat_key(payment)
        others = [k.payment for k in found if k and k.payment.id != payment.id and _holds(k, *keys)]
        return sorted(others, key=lambda other: other.id)[:MOST_OTHERS]

    async def next_due_at(self) -> datetime | None:
        """See `PaymentBook.next_due_at`."""
        found = await self._read(lambda: list(self._disk.payments.values()))
        return min((k.payment.next_at for k in found if k and k.payment.next_at), default=None)

    async def in_states(self, states: Collection[State], limit: int) -> Sequence[Payment]:
        """Those in these states, the longest there first."""
        found = await self._read(lambda: list(self._disk.payments.values()))
        those = [k.payment for k in found if k and k.payment.state in states]
        return sorted(those, key=lambda payment: payment.changed_at)[:limit]

    async def of_client(self, user_id: UserId, limit: int) -> Sequence[Payment]:
        """See `PaymentBook.of_client`."""
        found = await self._read(lambda: list(self._disk.payments.values()))
        own = [k.payment for k in found if k and k.payment.user_id == user_id]
        return sorted(own, key=lambda payment: payment.created_at, reverse=True)[:limit]

    async def _read(self, look: Callable[[], list[Kept | None] | list[Kept]]) -> list[Kept | None]:
        seen: list[Kept | None] = []
        await self._reach(lambda: seen.extend(look()))
        return seen


class MemoryInbox:
    """See `payments.ports.Inbox`."""

    def __init__(self, disk: Disk, now: Now, reach: Reach = at_once) -> None:
        self._disk = disk
        self._now = now
        self._reach = reach

    async def add(self, row: InboxRow) -> bool:
        """See `InboxDoor.add`."""
        new: list[bool] = []

        def act() -> None:
            new.append(row.id not in self._disk.rows)
            if new[-1]:
                self._disk.rows[row.id] = KeptRow(row, self._now())

        await self._reach(act)
        return new[-1]

    async def take(self, limit: int) -> Sequence[InboxRow]:
        """See `Inbox.take`."""
        taken: list[InboxRow] = []

        def act() -> None:
            now = self._now()
            due = [k for k in self._disk.rows.values() if k.row.state is RowState.NEW and k.next_at <= now]
            for kept in sorted(due, key=lambda k: k.row.received_at)[:limit]:
                kept.row = replace(kept.row, attempts=kept.row.attempts + 1, fence=kept.row.fence + 1)
                kept.next_at, kept.held = now + timedelta(seconds=LEASE_S), True
                taken.append(kept.row)

        await self._reach(act)
        return taken

    async def close(self, row: InboxRow, verdict: str) -> None:
        """See `Inbox.close`."""
        await self._settle(row, lambda kept: replace(kept, state=RowState.DONE, verdict=verdict))

    async def quarantine(self, row: InboxRow, verdict: str) -> None:
        """See `Inbox.quarantine`."""
        await self._settle(row, lambda kept: replace(kept, state=RowState.QUARANTINE, verdict=verdict))

    async def retry(self, row: InboxRow, after_s: float) -> None:
        """See `Inbox.retry`."""
        await self._let_go(row, after_s, attempts=0)

    async def give_back(self, rows: Sequence[InboxRow]) -> None:
        """See `Inbox.give_back`."""
        for row in rows:
            await self._let_go(row, 0.0, attempts=-1)

    async def _settle(self, row: InboxRow, change: Callable[[InboxRow], InboxRow]) -> None:
        def act() -> None:
            if (kept := self._still_held(row)) is not None:
                kept.row = change(kept.row)

        await self._reach(act)

    async def _let_go(self, row: InboxRow, after_s: float, *, attempts: int) -> None:
        def act() -> None:
            if (kept := self._still_held(row)) is not None:
                kept.row = replace(kept.row, attempts=kept.row.attempts + attempts)
                kept.next_at, kept.held = self._now() + timedelta(seconds=after_s), False

        await self._reach(act)

    def _still_held(self, row: InboxRow) -> KeptRow | None:
        kept = self._disk.rows.get(row.id)
        ours = kept is not None and kept.held and kept.row.fence == row.fence
        return kept if kept is not None and ours and kept.row.state is RowState.NEW else None


def _repeat_key(payment: Payment) -> str:
    return f"{payment.phone}:{payment.amount_kes}"


def _line(payment: Payment, step: Step) -> str | None:
    return payment.phone if step.holds_line else None


def _repeat(payment: Payment, step: Step) -> str | None:
    return _repeat_key(payment) if step.holds_repeat else None


def _holds(kept: Kept, line: str, repeat: str) -> bool:
    return kept.line == line or kept.repeat == repeat


_UNIQUE: tuple[tuple[type[Exception], Callable[[Kept], str | None]], ...] = (
    (ReceiptTaken, lambda kept: kept.payment.receipt),
    (CheckoutTaken, lambda kept: kept.payment.checkout_id),
    (LineTaken, lambda kept: kept.line),
    (RepeatTooSoon, lambda kept: kept.repeat),
)
