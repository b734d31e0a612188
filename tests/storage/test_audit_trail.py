"""The audit trail on a real MongoDB: many write at once, and whatever a shell does to it is found."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.collection import Collection
from pymongo.errors import DuplicateKeyError, WriteError

from payments.audit import Actor, AuditEntry, AuditKind, AuditRecord, Fault, Head, Wrong, link
from payments.auditing import verify
from payments.ports import StoreUnavailable
from storage.audit import entry_of
from storage.connect import Store

Rows = Collection[dict[str, Any]]
Tamper = Callable[[Rows], object]
T0 = datetime(2026, 3, 2, 9, 30, 0, 123_456, tzinfo=UTC)


def record(event: str) -> AuditRecord:
    return AuditRecord(
        event=event,
        kind=AuditKind.PAYMENT_MOVED,
        at=T0,
        actor=Actor.SAFARICOM_CALLBACK,
        who="196.201.214.200",
        subject="a1",
        before="prompted",
        after="paid",
        evidence="inbox:stk:a1:0f",
        word="callback_paid",
        why="paid",
        code="0",
        note="Process service request “successfully” ✓",
        times=2,
        since=T0,
    )


@pytest.fixture
def rows(mongod_uri: str, database_name: str) -> Iterator[Rows]:
    """The trail, in a person's shell."""
    with MongoClient[dict[str, Any]](mongod_uri, tz_aware=True) as client:
        yield client[database_name]["transactionlogs"]


async def the_trail(store: Store) -> list[AuditEntry]:
    found = [entry async for entry in store.audit.entries()]
    return [entry for entry in found if isinstance(entry, AuditEntry)]


async def test_i23_what_is_entered_is_read_back_the_same_in_its_order(store: Store) -> None:
    await store.audit.enter([record("e1"), record("e2")])
    await store.audit.enter([record("e3")])
    entries = await the_trail(store)
    assert [entry.record for entry in entries] == [record("e1"), record("e2"), record("e3")]
    assert [entry.seq for entry in entries] == [1, 2, 3]
    assert await store.audit.head() == Head(3, entries[-1].hash)


async def test_an_empty_trail_is_whole_and_has_a_head(store: Store) -> None:
    assert await store.audit.head() == Head()
    assert (await verify(store.audit)).fault is None


async def test_i23_twenty_who_append_at_once_leave_a_chain_without_gaps(
    store: Store, other_store: Store
) -> None:
    async def append(writer: int) -> None:
        trail = (store if writer % 2 else other_store).audit
        for turn in range(5):
            await trail.enter([record(f"{writer}:{turn}:a"), record(f"{writer}:{turn}:b")])

    await asyncio.gather(*(append(writer) for writer in range(20)))
    verdict = await verify(store.audit)
    assert (verdict.fault, verdict.count) == (None, 200)
    said = [entry.record.event for entry in await the_trail(store)]
    for writer in range(20):
        ours = [event for event in said if event.startswith(f"{writer}:")]
        assert ours == [f"{writer}:{turn}:{half}" for turn in range(5) for half in "ab"]


async def test_i7_the_same_event_is_entered_once_however_often_and_by_however_many(
    store: Store, other_store: Store
) -> None:
    same = [record(f"e{turn}") for turn in range(10)]
    await asyncio.gather(*(each.audit.enter(same) for each in (store, other_store) * 5))
    await store.audit.enter([same[3], same[3], record("new"), same[0]])
    events = [entry.record.event for entry in await the_trail(store)]
    assert events == [*(f"e{turn}" for turn in range(10)), "new"]
    assert (await verify(other_store.audit)).fault is None


@pytest.mark.parametrize("written", [0, 1, 2])
async def test_i23_an_append_that_was_cut_off_is_completed_by_doing_it_again(
    store: Store, written: int
) -> None:
    wanted = [record("e1"), record("e2"), record("e3")]
    await store.audit.enter(wanted[:written])  # As far as it came.
    await store.audit.enter(wanted)
    assert [entry.record for entry in await the_trail(store)] == wanted


async def test_when_somebody_else_is_always_faster_it_is_left_for_later(store: Store, rows: Rows) -> None:
    rows.create_index("kind", unique=True, name="one of a kind")  # Stands for a number that is always taken.
    await store.audit.enter([record("e1")])
    with pytest.raises(StoreUnavailable):
        await store.audit.enter([record("e2")])


def edit(seq: int, **changes: object) -> Tamper:
    return lambda rows: rows.update_one({"_id": seq}, {"$set": changes})


def delete(*seqs: int) -> Tamper:
    return lambda rows: rows.delete_many({"_id": {"$in": list(seqs)}})


def swap(rows: Rows) -> None:
    two, four = rows.find_one({"_id": 2}), rows.find_one({"_id": 4})
    assert two
    assert four
    rows.delete_many({"_id": {"$in": [2, 4]}})
    rows.insert_many([{**four, "_id": 2}, {**two, "_id": 4}])


def slip_in(place: object, event: str = "forged", **changes: object) -> Tamper:
    """Insert a row with a hash of its own that fits its neighbour before."""

    def act(rows: Rows) -> None:
        before = rows.find_one({"_id": 2})
        assert before
        seq = place if isinstance(place, int) else 3
        entry_hash = link(before["hash"], seq, record(event))
        row = {**before, "_id": place, "event": event, "prev": before["hash"], "hash": entry_hash, **changes}
        rows.database.get_collection(rows.name).insert_one(row, bypass_document_validation=True)

    return act


def move_up_and(fill: Tamper) -> Tamper:
    """Everything behind the second is given the next number, and the gap is filled."""

    def act(rows: Rows) -> None:
        later = list(rows.find({"_id": {"$gt": 2}}))
        rows.delete_many({"_id": {"$gt": 2}})
        fill(rows)
        rows.insert_many([{**row, "_id": row["_id"] + 1} for row in later])

    return act


EDITED: dict[str, object] = {
    "event": "e9",
    "kind": "payment_stayed",
    "at": datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    "actor": "engine",
    "who": "127.0.0.1",
    "subject": "b2",
    "before": "unpaid",
    "after": "unpaid",
    "evidence": "inbox:stk:a1:00",
    "word": "callback_unpaid",
    "why": "not paid",
    "code": "1",
    "note": "nothing happened",
    "times": 1,
    "since": datetime(2026, 3, 2, 9, 30, tzinfo=UTC),
    "prev": "a" * 64,
    "hash": "f" * 64,
}


@pytest.mark.parametrize("field", EDITED)
@pytest.mark.parametrize("seq", [1, 3, 5])
async def test_f59_a_field_edited_in_a_shell_is_found_and_the_entry_is_named(
    store: Store, rows: Rows, field: str, seq: int
) -> None:
    await store.audit.enter([record(f"e{turn}") for turn in range(1, 6)])
    edit(seq, **{field: EDITED[field]})(rows)
    verdict = await verify(store.audit)
    assert (verdict.fault, verdict.count) == (Fault(str(seq), Wrong.EDITED), seq - 1)


@pytest.mark.parametrize(
    ("tamper", "seq", "wrong"),
    [
        (edit(2, hint="never was here"), "2", Wrong.EDITED),
        (edit(2, note=None), "2", Wrong.EDITED),
        (lambda rows: rows.update_one({"_id": 4}, {"$unset": {"note": ""}}), "4", Wrong.EDITED),
        (delete(1), "1", Wrong.MISSING),
        (delete(3), "3", Wrong.MISSING),
        (delete(2, 3), "2", Wrong.MISSING),
        (swap, "2", Wrong.EDITED),
        (move_up_and(slip_in(3, hash="0" * 64)), "3", Wrong.EDITED),
        (move_up_and(slip_in(3)), "4", Wrong.EDITED),
        (slip_in(0), "0", Wrong.OUT_OF_CHAIN),
        (slip_in(2.5), "2.5", Wrong.OUT_OF_CHAIN),
        (slip_in("2b"), "2b", Wrong.OUT_OF_CHAIN),
        (slip_in(6), "6", Wrong.OUT_OF_CHAIN),
    ],
    ids=[
        "a field nobody knows", "an emptied field", "a removed field", "the first deleted", "one deleted",
        "two deleted", "two swapped", "one put between",
        "one put between fits", "one before the first", "one at half a number",
        "one under a name", "one at the end",
    ],
)  # fmt: skip
async def test_f59_whatever_is_done_to_the_trail_is_found_and_the_first_bad_entry_named(
    store: Store, rows: Rows, tamper: Tamper, seq: str, wrong: Wrong
) -> None:
    await store.audit.enter([record(f"e{turn}") for turn in range(1, 6)])
    tamper(rows)
    assert (await verify(store.audit)).fault == Fault(seq, wrong)


async def test_f59_an_end_that_was_cut_off_is_found_by_the_head_somebody_remembered(
    store: Store, rows: Rows
) -> None:
    await store.audit.enter([record("e1"), record("e2"), record("e3")])
    remembered = (await store.audit.head()).hash
    await store.audit.enter([record("e4")])
    assert (await verify(store.audit, remembered)).fault is None
    delete(3, 4)(rows)
    assert (await verify(store.audit)).fault is None
    assert (await verify(store.audit, remembered)).fault == Fault("3", Wrong.CUT_OFF)


async def test_f59_a_cut_end_is_not_healed_by_what_is_entered_after_it(store: Store, rows: Rows) -> None:
    await store.audit.enter([record("e1"), record("e2"), record("e3")])
    remembered = (await store.audit.head()).hash
    delete(3)(rows)
    await store.audit.enter([record("e4")])
    assert (await verify(store.audit, remembered)).fault == Fault("4", Wrong.CUT_OFF)


async def test_a_forged_last_row_does_not_silence_the_trail_and_stays_the_first_bad_one(
    store: Store, rows: Rows
) -> None:
    await store.audit.enter([record("e1"), record("e2")])
    edit(2, hint="never was here")(rows)
    await store.audit.enter([record("e3")])
    assert (await store.audit.head()).seq == 3
    assert (await verify(store.audit)).fault == Fault("2", Wrong.EDITED)


@pytest.mark.parametrize("wrong", [{"_id": "x"}, {"_id": 1.5}, {"at": "today"}, {"hash": 5}])
async def test_mongodb_itself_refuses_what_is_no_entry(
    store: Store, rows: Rows, wrong: dict[str, object]
) -> None:
    await store.audit.enter([record("e1")])
    row = rows.find_one({})
    assert row
    with pytest.raises(WriteError, match="validation"):
        rows.insert_one({**row, "_id": 2, "event": "e2", **wrong})


async def test_mongodb_itself_refuses_a_second_entry_of_an_event(store: Store, rows: Rows) -> None:
    await store.audit.enter([record("e1")])
    row = rows.find_one({})
    assert row
    with pytest.raises(DuplicateKeyError):
        rows.insert_one({**row, "_id": 2})


async def test_a_row_with_a_number_of_another_type_is_no_entry(store: Store, rows: Rows) -> None:
    await store.audit.enter([record("e1")])
    row = rows.find_one({})
    assert row
    assert isinstance(entry_of(row), AuditEntry)
    assert not isinstance(entry_of(row | {"times": 2.0}), AuditEntry)
    assert not isinstance(entry_of(row | {"_id": True}), AuditEntry)
