"""The refund ports of the store, kept in memory beside the payments that `tests.simulation.memory` keeps.

Owns the same promises as `storage`: a refund and what its payment holds for it change together or not at all.
What outlasts a crash is the same `Disk`; whatever is done to it goes through a `Reach`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from payments.notices import Notice
from payments.payment import Payment, State
from payments.refunds.balance import BalanceCheck
from payments.refunds.ports import CodeTaken, NoRoom
from payments.refunds.progress import Hold, RefundStep
from payments.refunds.refund import Refund, RefundState
from payments.values import ChatId, MessageId, PaymentId, RefundId
from tests.simulation.memory import Disk, Reach, at_once

T = TypeVar("T")


async def _answer(reach: Reach, act: Callable[[], T]) -> T:
    """Do it to the disk and bring its answer back; what `act` raises it must raise before it writes."""
    answers: list[T] = []
    await reach(lambda: answers.append(act()))
    return answers[-1]


class MemoryRefundBook:
    """See `payments.refunds.ports.RefundBook`."""

    def __init__(self, disk: Disk, reach: Reach = at_once) -> None:
        self._disk = disk
        self._reach = reach

    async def add(self, refund: Refund, notices: Sequence[Notice]) -> Refund:
        """See `RefundBook.add`."""

        def act() -> Refund:
            kept = self._disk.refunds.get(refund.id)
            if kept is not None:
                return kept
            if any(other.originator_id == refund.originator_id for other in self._disk.refunds.values()):
                raise ValueError(f"refund {refund.id} is new, but its OriginatorConversationID is not")
            self._move(refund, Hold.TAKE)
            self._disk.refunds[refund.id] = refund
            self._disk.notices += notices
            return refund

        return await _answer(self._reach, act)

    async def get(self, refund_id: RefundId) -> Refund | None:
        """See `RefundBook.get`."""
        return await _answer(self._reach, lambda: self._disk.refunds.get(refund_id))

    async def commit(self, step: RefundStep) -> bool:
        """See `RefundBook.commit`."""

        def act() -> bool:
            kept = self._at(step.before)
            if kept is None or kept.state is not step.before.state:
                return False
            self._code_must_be_free(step.after)
            if step.hold is not Hold.KEEP or step.settles:
                self._move(step.before, step.hold, step.before.amount_kes if step.settles else 0)
            self._disk.refunds[kept.id] = replace(step.after, history=(*kept.history, step.entry))
            self._disk.notices += step.notices
            return True

        return await _answer(self._reach, act)

    async def look_at(self, refund: Refund, at: datetime, *, ask_wanted: bool | None = None) -> bool:
        """See `RefundBook.look_at`."""

        def act() -> bool:
            kept = self._at(refund)
            if kept is None:
                return False
            wanted = kept.ask_wanted if ask_wanted is None else ask_wanted
            looked = replace(kept, next_at=at, ask_wanted=wanted, version=kept.version + 1)
            self._disk.refunds[kept.id] = looked
            return True

        return await _answer(self._reach, act)

    async def due(self, now: datetime, limit: int) -> Sequence[Refund]:
        """See `RefundBook.due`."""
        moments = [(each.next_at, each) for each in await self._all()]
        due = [(at, each) for at, each in moments if at is not None and at <= now]
        ordered = sorted(due, key=lambda pair: (not pair[1].ask_wanted, pair[0]))
        return [each for _, each in ordered][:limit]

    async def next_due_at(self) -> datetime | None:
        """See `RefundBook.next_due_at`."""
        return _earliest(each.next_at for each in await self._all())

    async def in_states(self, states: Collection[RefundState], limit: int) -> Sequence[Refund]:
        """See `RefundBook.in_states`."""
        those = [each for each in await self._all() if each.state in states]
        return sorted(those, key=lambda each: each.changed_at)[:limit]

    async def of_payment(self, payment_id: PaymentId) -> Sequence[Refund]:
        """See `RefundBook.of_payment`."""
        those = [each for each in await self._all() if each.payment_id == payment_id]
        return sorted(those, key=lambda each: each.created_at)

    async def shown_in(self, refund_id: RefundId, chat_id: ChatId) -> MessageId | None:
        """See `RefundBook.shown_in`."""
        return await _answer(self._reach, lambda: self._disk.cards.get((refund_id, chat_id)))

    async def show_in(self, refund_id: RefundId, chat_id: ChatId, message_id: MessageId) -> None:
        """See `RefundBook.show_in`."""

        def act() -> None:
            if refund_id in self._disk.refunds:
                self._disk.cards[refund_id, chat_id] = message_id

        await self._reach(act)

    async def _all(self) -> list[Refund]:
        return await _answer(self._reach, lambda: list(self._disk.refunds.values()))

    # On the disk, by whoever has reached it.

    def _at(self, seen: Refund) -> Refund | None:
        """The refund, if it is still at the version that was seen."""
        kept = self._disk.refunds.get(seen.id)
        return kept if kept is not None and kept.version == seen.version else None

    def _code_must_be_free(self, new: Refund) -> None:
        others = (each for each in self._disk.refunds.values() if each.id != new.id)
        if new.mpesa_code is not None and any(each.mpesa_code == new.mpesa_code for each in others):
            raise CodeTaken(new.id)

    def _move(self, refund: Refund, hold: Hold, paid_back_kes: int = 0) -> None:
        """Change the sums on the payment; money is taken only where so much is free."""
        kept = self._disk.payments.get(refund.payment_id)
        if kept is None or (hold is Hold.TAKE and not _so_much_is_free(kept.payment, refund)):
            raise NoRoom(kept.payment.refundable_kes if kept else 0)
        payment = replace(
            kept.payment,
            refund_reserved_kes=kept.payment.refund_reserved_kes + _SIGNS[hold] * refund.amount_kes,
            refunded_kes=kept.payment.refunded_kes + paid_back_kes,
        )
        self._disk.payments[payment.id] = replace(kept, payment=payment)


class MemoryBalanceBook:
    """See `payments.refunds.ports.BalanceBook`."""

    def __init__(self, disk: Disk, reach: Reach = at_once) -> None:
        self._disk = disk
        self._reach = reach

    async def add(self, check: BalanceCheck) -> None:
        """See `BalanceBook.add`."""
        await self._reach(lambda: self._disk.balances.setdefault(check.id, check))

    async def get(self, check_id: str) -> BalanceCheck | None:
        """See `BalanceBook.get`."""
        return await _answer(self._reach, lambda: self._disk.balances.get(check_id))

    async def take_due(self, now: datetime, lease_s: float) -> BalanceCheck | None:
        """See `BalanceBook.take_due`."""

        def act() -> BalanceCheck | None:
            moments = [(each.next_at, each) for each in self._disk.balances.values()]
            due = [(at, each) for at, each in moments if at is not None and at <= now]
            if not due:
                return None
            first = min(due, key=lambda pair: pair[0])[1]
            taken = replace(first, next_at=now + timedelta(seconds=lease_s), version=first.version + 1)
            self._disk.balances[first.id] = taken
            return taken

        return await _answer(self._reach, act)

    async def next_due_at(self) -> datetime | None:
        """See `BalanceBook.next_due_at`."""
        checks = await _answer(self._reach, lambda: list(self._disk.balances.values()))
        return _earliest(each.next_at for each in checks)

    async def settle(self, before: BalanceCheck, after: BalanceCheck, notice: Notice | None) -> bool:
        """See `BalanceBook.settle`."""

        def act() -> bool:
            kept = self._disk.balances.get(before.id)
            if kept is None or kept.version != before.version:
                return False
            self._disk.balances[kept.id] = after
            self._disk.notices += [notice] if notice else []
            return True

        return await _answer(self._reach, act)


_SIGNS = {Hold.KEEP: 0, Hold.TAKE: 1, Hold.TAKE_ANYWAY: 1, Hold.RELEASE: -1}


def _so_much_is_free(payment: Payment, refund: Refund) -> bool:
    """On a paid payment, for the phone that was prompted for it."""
    ours = payment.state is State.PAID and payment.phone == refund.phone
    return ours and refund.amount_kes <= payment.refundable_kes


def _earliest(moments: Iterable[datetime | None]) -> datetime | None:
    return min((moment for moment in moments if moment is not None), default=None)
