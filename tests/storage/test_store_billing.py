"""Fee notes and receipts in MongoDB: a note is never asked for more than its amount, numbers have no gap."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from payments import notices
from payments.billing.note import FeeNote, NoteCode, NoteState, new_code
from payments.billing.ports import NoteFull
from payments.catalogue import FeeKind
from payments.evidence import Evidence, EvidenceKind
from payments.payment import Payment, State
from payments.progress import advance
from payments.timing import Timing
from payments.values import NoteId, PaymentId, Receipt, UserId
from storage.connect import Store

MakePayment = Callable[..., Payment]
T0 = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
K = EvidenceKind
NOTE = NoteId("f" * 16)


def note(amount_kes: int = 10_000, note_id: str = NOTE) -> FeeNote:
    return FeeNote(
        id=NoteId(note_id),
        code=new_code(),
        number="",
        client=None,
        matter="HCCC/E1/2026",
        kind=FeeKind.CASE,
        title="Case fee",
        amount_kes=amount_kes,
        due_on=date(2026, 3, 31),
        in_parts=True,
        created_by=UserId(1),
        created_at=T0,
    )


async def opened(store: Store, payment: Payment) -> Payment:
    return await store.payments.add(replace(payment, note_id=NOTE), notices.on_entry(payment))


async def told(store: Store, payment: Payment, kind: K, **facts: Any) -> Payment:
    word = replace(Evidence(id=f"{kind}:{payment.version}", kind=kind, at=T0), **facts)
    step = advance(payment, word, Timing())
    assert await store.payments.commit(step)
    return step.after


async def sums(store: Store) -> tuple[int, int]:
    found = await store.notes.get(NOTE)
    assert found is not None
    return found.held_kes, found.paid_kes


async def test_part_payments_that_race_from_many_phones_never_exceed_the_fee_note(
    store: Store, other_store: Store, a_payment: MakePayment
) -> None:
    await store.notes.add(note(4_000))
    payments = [a_payment(f"p{n}", phone=f"2547120000{n:02}", chat=n + 1) for n in range(10)]
    outcomes = await asyncio.gather(
        *(opened(each, new) for new, each in zip(payments, [store, other_store] * 5, strict=True)),
        return_exceptions=True,
    )
    assert sum(isinstance(outcome, NoteFull) for outcome in outcomes) == 8
    assert await sums(store) == (3_000, 0)
    kept = [await store.payments.get(payment.id) for payment in payments]
    assert sum(payment is not None for payment in kept) == 2


async def test_a_double_tap_on_a_fee_note_holds_its_sum_once(store: Store, a_payment: MakePayment) -> None:
    await store.notes.add(note())
    first, second = await asyncio.gather(opened(store, a_payment()), opened(store, a_payment()))
    assert first == second
    assert await sums(store) == (1_500, 0)


async def test_what_was_paid_counts_on_the_fee_note_and_a_definite_no_lets_it_go(
    store: Store, a_payment: MakePayment
) -> None:
    await store.notes.add(note())
    paid = await told(store, await opened(store, a_payment()), K.ENGINE_CLAIMED)
    await told(store, paid, K.CALLBACK_PAID, amount_kes=1_500, receipt=Receipt("UB47K2M9QX"))
    assert await sums(store) == (0, 1_500)
    other = await opened(store, a_payment("b2", phone="254712000000"))
    assert await sums(store) == (1_500, 1_500)
    unpaid = await told(store, await told(store, other, K.ENGINE_CLAIMED), K.CALLBACK_UNPAID)
    assert await sums(store) == (0, 1_500)
    late = await told(store, unpaid, K.QUERY_PAID, at=T0 + timedelta(minutes=1))
    assert late.state is State.PAID
    assert await sums(store) == (0, 3_000)


async def test_a_withdrawn_fee_note_is_asked_for_nothing_more(store: Store, a_payment: MakePayment) -> None:
    await store.notes.add(note())
    assert await store.notes.withdraw(NOTE)
    assert not await store.notes.withdraw(NOTE)
    with pytest.raises(NoteFull):
        await opened(store, a_payment())
    kept = await store.notes.get(NOTE)
    assert kept is not None
    assert kept.state is NoteState.WITHDRAWN


async def test_fee_notes_are_numbered_one_after_the_other_however_many_write_at_once(
    store: Store, other_store: Store
) -> None:
    wanted = [note(note_id=f"{n:016x}") for n in range(12)]
    kept = await asyncio.gather(
        *(each.notes.add(new) for new, each in zip(wanted, [store, other_store] * 6, strict=True))
    )
    assert sorted(int(each.number.removeprefix("FN-")) for each in kept) == list(range(1, 13))
    assert await store.notes.add(wanted[3]) == kept[3]
    assert await store.notes.by_code(kept[3].code) == kept[3]
    assert await store.notes.by_code(NoteCode("x" * 22)) is None


async def test_an_open_fee_note_becomes_the_first_ones_who_opens_it(store: Store) -> None:
    await store.notes.add(note())
    outcomes = await asyncio.gather(*(store.notes.claim(NOTE, UserId(n)) for n in (11, 12, 13)))
    assert sum(outcomes) == 1
    owner = UserId((11, 12, 13)[outcomes.index(True)])
    assert await store.notes.claim(NOTE, owner)
    assert [each.id for each in await store.notes.of_client(owner, 5)] == [NOTE]


async def test_a_reminder_is_given_to_one_and_told_once(store: Store, other_store: Store) -> None:
    await store.notes.add(replace(note(), remind_at=T0))
    taken = [await each.notes.take_due_reminder(T0, 60) for each in (store, other_store)]
    assert taken[1] is None
    assert taken[0] is not None
    assert await store.notes.reminded(taken[0], 1, T0 + timedelta(days=3), None)
    assert not await store.notes.reminded(taken[0], 1, None, None)


async def test_receipts_are_numbered_without_a_gap_and_a_payment_has_one(
    store: Store, other_store: Store
) -> None:
    payments = [PaymentId(f"p{n % 8}") for n in range(24)]
    issued = await asyncio.gather(
        *(each.receipts.issue(pid, T0) for pid, each in zip(payments, [store, other_store] * 12, strict=True))
    )
    numbers = {receipt.payment_id: receipt.number for receipt in issued}
    assert sorted(numbers.values()) == list(range(1, 9))
    assert all(receipt.number == numbers[receipt.payment_id] for receipt in issued)
    assert await store.receipts.hand_out(1) == 1
    assert await store.receipts.hand_out(1) == 2
    assert await store.receipts.get(99) is None
