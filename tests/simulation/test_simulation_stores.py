"""The store in memory keeps the same promises as the one in MongoDB: one set of rules, asked of both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest
import pytest_asyncio

from payments import notices
from payments.draft import new_id
from payments.evidence import EvidenceKind
from payments.inbox import InboxRow, row_id
from payments.payment import Payment, State
from payments.ports import CheckoutTaken, Inbox, LineTaken, PaymentBook, ReceiptTaken
from payments.progress import advance
from payments.values import Phone, UserId
from storage.connect import Store
from storage.inbox import LEASE_S
from tests.payments.builders import FIGURES, NOW, a_payment, a_word
from tests.simulation.memory import Disk, MemoryInbox, MemoryPaymentBook

K = EvidenceKind


@dataclass(slots=True)
class Stores:
    """One kind of store, with a clock."""

    book: PaymentBook
    inbox: Inbox
    moment: list[datetime]

    def passes(self, seconds: float) -> None:
        self.moment[0] += timedelta(seconds=seconds)


@pytest_asyncio.fixture(params=["memory", "mongodb"])
async def stores(
    request: pytest.FixtureRequest, mongod_uri: str, database_name: str
) -> AsyncIterator[Stores]:
    moment = [NOW]

    def now() -> datetime:
        return moment[0]

    if request.param == "memory":
        disk = Disk()
        yield Stores(MemoryPaymentBook(disk), MemoryInbox(disk, now), moment)
        return
    store = await Store.open(mongod_uri, database_name, now=now)
    yield Stores(store.payments, store.inbox, moment)
    await store.close()


def fresh(**changes: object) -> Payment:
    return replace(a_payment(), id=new_id(), **changes)  # type: ignore[arg-type]  # the test names real fields


async def kept(stores: Stores, **changes: object) -> Payment:
    payment = fresh(**changes)
    return await stores.book.add(payment, notices.on_entry(payment))


async def told(stores: Stores, payment: Payment, *words: EvidenceKind, **changes: object) -> Payment:
    for number, kind in enumerate(words):
        word = a_word(kind, at_s=number, **changes)
        step = advance(payment, replace(word, id=f"{payment.id}:{number}:{kind}"), FIGURES)
        assert await stores.book.commit(step)
        payment = step.after
    return payment


async def test_the_same_payment_added_again_is_the_one_that_is_kept(stores: Stores) -> None:
    payment = await kept(stores)
    again = await stores.book.add(replace(payment, amount_kes=9_999), ())
    assert again == payment == await stores.book.get(payment.id)


async def test_a_step_is_read_back_whole(stores: Stores) -> None:
    payment = await told(stores, await kept(stores), K.ENGINE_CLAIMED, K.PUSH_ACCEPTED, K.CALLBACK_PAID)
    assert await stores.book.get(payment.id) == payment
    assert payment.state is State.PAID


async def test_of_two_steps_from_one_version_only_the_first_is_written(stores: Stores) -> None:
    payment = await kept(stores)
    first = advance(payment, a_word(K.ENGINE_CLAIMED), FIGURES)
    second = advance(payment, a_word(K.PAYER_CANCELLED), FIGURES)
    assert await stores.book.commit(first)
    assert not await stores.book.commit(second)
    assert await stores.book.get(payment.id) == first.after


async def test_looking_later_counts_as_a_version(stores: Stores) -> None:
    payment = await kept(stores)
    at = NOW + timedelta(minutes=3)
    assert await stores.book.look_at(payment, at, ask_wanted=True)
    assert not await stores.book.look_at(payment, NOW)
    seen = await stores.book.get(payment.id)
    assert seen is not None
    assert (seen.next_at, seen.ask_wanted, seen.version) == (at, True, payment.version + 1)
    assert await stores.book.next_due_at() == at


async def test_a_receipt_and_a_request_belong_to_one_payment(stores: Stores) -> None:
    await told(stores, await kept(stores), K.ENGINE_CLAIMED, K.CALLBACK_PAID)
    other = await told(stores, await kept(stores, phone=Phone("254700000999")), K.ENGINE_CLAIMED)
    with pytest.raises((ReceiptTaken, CheckoutTaken)):
        await stores.book.commit(advance(other, a_word(K.CALLBACK_PAID), FIGURES))
    with pytest.raises(CheckoutTaken):
        await stores.book.commit(advance(other, a_word(K.PUSH_ACCEPTED), FIGURES))


async def test_a_phone_is_held_by_one_payment_until_it_is_let_go(stores: Stores) -> None:
    first = await told(stores, await kept(stores), K.ENGINE_CLAIMED)
    second = await kept(stores, amount_kes=2_000)
    claim = advance(second, a_word(K.ENGINE_CLAIMED), FIGURES)
    with pytest.raises(LineTaken):
        await stores.book.commit(claim)
    assert [other.id for other in await stores.book.others_of_phone(second)] == [first.id]
    assert await stores.book.let_go(first, line=True, repeat=False)
    assert not await stores.book.others_of_phone(second)
    assert await stores.book.commit(claim)


async def test_the_same_amount_of_a_phone_is_held_too(stores: Stores) -> None:
    first = await told(stores, await kept(stores), K.ENGINE_CLAIMED)
    assert await stores.book.let_go(first, line=True, repeat=False)
    second = await kept(stores)
    with pytest.raises(LineTaken):
        await stores.book.commit(advance(second, a_word(K.ENGINE_CLAIMED), FIGURES))
    assert await stores.book.let_go(first, line=False, repeat=True)
    assert await stores.book.commit(advance(second, a_word(K.ENGINE_CLAIMED), FIGURES))


async def test_what_is_due_comes_in_its_order(stores: Stores) -> None:
    late = await kept(stores)
    early = await kept(stores)
    wanted = await kept(stores)
    never = await told(stores, await kept(stores), K.ENGINE_CLAIMED, K.CALLBACK_PAID)
    for payment, at_s, want in ((late, 20, None), (early, 10, None), (wanted, 30, True)):
        assert await stores.book.look_at(payment, NOW + timedelta(seconds=at_s), ask_wanted=want)
    due = await stores.book.due(NOW + timedelta(seconds=40), 9)
    assert [payment.id for payment in due] == [wanted.id, early.id, late.id]
    assert never.id not in {payment.id for payment in due}
    assert not await stores.book.due(NOW + timedelta(seconds=5), 9)
    assert len(await stores.book.due(NOW + timedelta(seconds=40), 1)) == 1


async def test_a_client_sees_only_their_own_the_newest_first(stores: Stores) -> None:
    old = await kept(stores)
    new = await kept(stores, created_at=NOW + timedelta(hours=1))
    await kept(stores, user_id=UserId(8))
    assert [payment.id for payment in await stores.book.of_client(UserId(7), 5)] == [new.id, old.id]


def a_row(body: bytes = b"{}", at_s: float = 0) -> InboxRow:
    return InboxRow(
        id=row_id("stk", "p", body),
        kind="stk",
        subject="p",
        raw=body,
        peer="127.0.0.1",
        trusted=True,
        received_at=NOW + timedelta(seconds=at_s),
    )


async def test_a_callback_is_kept_once(stores: Stores) -> None:
    assert await stores.inbox.add(a_row())
    assert not await stores.inbox.add(a_row())
    assert len(await stores.inbox.take(9)) == 1


async def test_a_callback_that_was_taken_comes_back_after_its_lease_with_a_higher_fence(
    stores: Stores,
) -> None:
    await stores.inbox.add(a_row())
    (first,) = await stores.inbox.take(9)
    assert not await stores.inbox.take(9)
    stores.passes(LEASE_S)
    (second,) = await stores.inbox.take(9)
    assert (second.attempts, second.fence) == (first.attempts + 1, first.fence + 1)
    await stores.inbox.close(first, "too late")
    stores.passes(LEASE_S)
    (third,) = await stores.inbox.take(9)
    await stores.inbox.close(third, "done")
    stores.passes(LEASE_S)
    assert not await stores.inbox.take(9)


async def test_a_callback_given_back_is_due_at_once_and_one_to_retry_later(stores: Stores) -> None:
    await stores.inbox.add(a_row(b"[1]"))
    (row,) = await stores.inbox.take(9)
    await stores.inbox.give_back([row])
    (again,) = await stores.inbox.take(9)
    assert (again.attempts, again.fence) == (row.attempts, row.fence + 1)
    await stores.inbox.retry(again, 30)
    assert not await stores.inbox.take(9)
    stores.passes(30)
    (last,) = await stores.inbox.take(9)
    assert last.attempts == again.attempts + 1
    await stores.inbox.quarantine(last, "poison")
    stores.passes(LEASE_S)
    assert not await stores.inbox.take(9)


async def test_callbacks_are_taken_in_the_order_of_their_coming(stores: Stores) -> None:
    for at_s in (3, 1, 2):
        await stores.inbox.add(a_row(b"[%d]" % at_s, at_s))
    assert [row.raw for row in await stores.inbox.take(2)] == [b"[1]", b"[2]"]
