"""The ledger: payments and refunds as the books learned of them, none twice, none left out."""

from __future__ import annotations

import asyncio
import gc
from datetime import UTC, datetime, timedelta

import pytest

from payments.catalogue import FeeKind
from payments.client import Client
from payments.ledger import Direction, Ledger, Method, Movement, UnreadableMovement
from payments.payment import State
from payments.refunds.refund import RefundState, Route
from payments.values import ChatId, PaymentId, Receipt, RefundId, UserId
from storage.connect import Store
from storage.documents import PaymentDocument, RefundDocument
from storage.payment_book import document_of
from storage.refund_book import document_of as refund_document_of
from storage.shelf import Shelf
from tests.payments.builders import a_payment
from tests.payments.refund_builders import a_refund

T0 = datetime(2026, 11, 1, tzinfo=UTC)
FOR_EVER = (T0 - timedelta(days=1), T0 + timedelta(days=365))


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


async def paid(
    store: Store, number: int, minutes: float, state: State = State.PAID, **changes: object
) -> None:
    facts: dict[str, object] = {
        "id": PaymentId(f"{number:016x}"),
        "changed_at": at(minutes),
        "paid_kes": 1_500,
        "receipt": Receipt(f"PAID{number:06d}"),
        "checkout_id": f"ws_CO_{number}",
        "paid_by": "inbox:1",
    }
    payment = a_payment(state, **(facts | changes))
    await Shelf(store._client[store_name(store)], PaymentDocument).insert(document_of(payment))


async def given_back(
    store: Store,
    number: int,
    minutes: float,
    of: int,
    state: RefundState = RefundState.PAID_OUT,
    **changes: object,
) -> None:
    facts: dict[str, object] = {
        "id": RefundId(f"{number:016x}"),
        "payment_id": PaymentId(f"{of:016x}"),
        "originator_id": f"refund-{number}",
        "mpesa_code": Receipt(f"BACK{number:06d}"),
        "changed_at": at(minutes),
    }
    refund = a_refund(state, **(facts | changes))
    await Shelf(store._client[store_name(store)], RefundDocument).insert(refund_document_of(refund))


def store_name(store: Store) -> str:
    return store.ledger._payments.database.name


async def told(store: Store, since: datetime, until: datetime) -> list[Movement]:
    return await all_of(store.ledger, since, until)


async def all_of(ledger: Ledger, since: datetime, until: datetime) -> list[Movement]:
    return [moved async for some in ledger.movements(since, until) for moved in some]


async def test_payments_and_refunds_come_in_one_order_with_names_and_kinds(store: Store) -> None:
    client = Client(user_id=UserId(7), chat_id=ChatId(7), first_name="Asha", seen_at=T0)
    await store.clients.seen(client)
    await paid(store, 1, 0, reference="HCCC/E1/2026", for_whom="Wairimu")
    await paid(store, 2, 20)
    await given_back(store, 9, 10, of=1, approved_by_name="Ben", route=Route.REVERSAL)
    rows = await told(store, *FOR_EVER)
    assert [row.receipt for row in rows] == ["PAID000001", "BACK000009", "PAID000002"]
    back = rows[1]
    assert (back.amount_kes, back.reference, back.approved_by) == (-500, "HCCC/E1/2026", "Ben")
    assert (back.refund_id, back.method, back.client) == (f"{9:016x}", Method.REVERSAL, "Asha")
    assert rows[0].phone_masked == "0700***123"
    assert [row.for_whom for row in rows] == ["Wairimu", "Wairimu", ""]


async def test_every_part_of_a_payment_stands_in_its_own_place(store: Store) -> None:
    client = Client(user_id=UserId(7), chat_id=ChatId(7), first_name="Asha", seen_at=T0)
    await store.clients.seen(client)
    await paid(store, 1, 0, reference="HCCC/E1/2026", for_whom="Wairimu", paid_at=at(-1))
    (row,) = await told(store, *FOR_EVER)
    assert row == Movement(
        at=at(-1),
        direction=Direction.PAID,
        amount_kes=1_500,
        fee=FeeKind.CONSULTATION,
        title="First consultation",
        reference="HCCC/E1/2026",
        receipt="PAID000001",
        payment_id=f"{1:016x}",
        refund_id="",
        client="Asha",
        for_whom="Wairimu",
        phone_masked="0700***123",
        method=Method.STK_PUSH,
        approved_by="",
    )


async def test_only_what_moved_money_in_the_period_is_told(store: Store) -> None:
    for number, minutes in ((1, -1), (2, 0), (3, 59), (4, 60)):
        await paid(store, number, minutes)
    await paid(store, 5, 30, state=State.UNPAID)
    await given_back(store, 6, 30, of=2, state=RefundState.FAILED)
    assert [row.payment_id[-1] for row in await told(store, at(0), at(60))] == ["2", "3"]


@pytest.mark.parametrize("at_once", [1, 2, 3, 1_000])
async def test_however_the_batches_fall_nothing_is_lost_doubled_or_out_of_order(
    store: Store, at_once: int
) -> None:
    for number in range(1, 14):
        await paid(store, number, number % 5)
    for number in range(20, 27):
        await given_back(store, number, number % 4, of=1)
    batches = [some async for some in store.ledger.movements(*FOR_EVER, at_once=at_once)]
    rows = [row for some in batches for row in some]
    assert max(map(len, batches)) <= 2 * at_once
    assert len({row.receipt for row in rows}) == len(rows) == 20
    booked = [int(row.receipt[4:]) % (4 if row.refund_id else 5) for row in rows]
    assert booked == sorted(booked)


async def test_the_ledger_walks_an_index_and_looks_at_nothing_else(store: Store) -> None:
    for number in range(1, 30):
        await paid(store, number, number)
    wanted = {"state": State.PAID, "changed_at": {"$gte": at(5), "$lt": at(10)}}
    order = [("state", 1), ("changed_at", 1)]
    plan = await store.ledger._payments.find(wanted).sort(order).explain()
    stats = plan["executionStats"]
    assert (stats["totalDocsExamined"], stats["nReturned"]) == (5, 5)
    assert "SORT" not in str(plan["queryPlanner"]["winningPlan"])


@pytest.mark.parametrize(
    ("change", "told_of"),
    [
        ({"$set": {"paid_kes": 1_500.5}}, "1500.5 is no amount"),
        ({"$set": {"paid_kes": 0}}, "0 is no amount"),
        ({"$set": {"paid_kes": True}}, "True is no amount"),
        ({"$unset": {"paid_kes": 1, "amount_kes": 1}}, "amount_kes"),
        ({"$set": {"kind": "bribe"}}, "bribe"),
        ({"$set": {"title": 7}}, "title is 7"),
        ({"$set": {"paid_at": "yesterday"}}, "AttributeError"),
        ({"$unset": {"phone": 1}}, "phone"),
    ],
)
async def test_a_row_that_is_not_as_it_must_be_is_named_and_no_figure_is_guessed(
    store: Store, change: dict[str, object], told_of: str
) -> None:
    await paid(store, 1, 0)
    command = {"q": {"_id": f"{1:016x}"}, "u": change}
    await store._client[store_name(store)].command(
        "update", "payments", updates=[command], bypassDocumentValidation=True
    )
    with pytest.raises(UnreadableMovement, match=f"^{1:016x}: .*{told_of}"):
        await told(store, *FOR_EVER)


async def test_a_refund_whose_payment_is_gone_is_named(store: Store) -> None:
    await given_back(store, 9, 10, of=1)
    with pytest.raises(UnreadableMovement, match=f"{9:016x}"):
        await told(store, *FOR_EVER)


async def test_a_ledger_that_is_not_read_to_its_end_asks_for_nothing_more(store: Store) -> None:
    for number in range(1, 14):
        await paid(store, number, number)
    others = asyncio.all_tasks()
    reading = store.ledger.movements(*FOR_EVER, at_once=3)
    assert len(await anext(reading)) == 3
    del reading
    gc.collect()
    await asyncio.sleep(0.1)
    assert asyncio.all_tasks() == others
