"""A large export comes from several processes, and it is the file that one would have written."""

from __future__ import annotations

import asyncio
import io
import multiprocessing
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from legalpro.large_export import Hands, HelperLost, stretches_of, write_large_export
from payments.ledger import UnreadableMovement
from payments.payment import Payment, State
from payments.periods import Period
from payments.refunds.refund import Refund, RefundState
from payments.values import PaymentId, Receipt, RefundId
from reports.exports import Form, write_export
from storage.connect import Store
from storage.documents import ClientDocument, PaymentDocument, RefundDocument, SumsDocument
from storage.payment_book import document_of
from storage.refund_book import document_of as refund_document_of
from storage.shelf import Shelf, row_of
from tests.payments.builders import a_payment
from tests.payments.refund_builders import a_refund

DAY = date(2026, 11, 2)
PERIOD = Period(DAY, DAY + timedelta(days=5))
MADE_AT = datetime(2026, 11, 30, tzinfo=UTC)
THREE = Hands(most=3, worth_rows=10, head_start_rows=5)
ALONE = Hands(most=1)
A_DAY = 20


@pytest_asyncio.fixture
async def store(mongod_uri: str, database_name: str) -> AsyncIterator[Store]:
    opened = await Store.open(mongod_uri, database_name)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def full(store: Store) -> Store:
    """Six days with payments around each midnight, refunds among them, and names that want care."""
    database = store._client[store.address.database]
    moments = [
        PERIOD.since + timedelta(days=day, hours=24 * part / (A_DAY - 1), milliseconds=-(part == A_DAY - 1))
        for day in range(6)
        for part in range(A_DAY)
    ]
    payments = [row_of(document_of(_payment(number, at))) for number, at in enumerate(moments)]
    refunds = [row_of(refund_document_of(_refund(number, at))) for number, at in enumerate(moments[::7])]
    await Shelf(database, PaymentDocument).rows.insert_many(payments)
    await Shelf(database, RefundDocument).rows.insert_many(refunds)
    asha = {"_id": payments[0]["user_id"], "first_name": '=Asha, "A"'}
    await Shelf(database, ClientDocument).rows.insert_one(asha)
    days = [{"_id": f"day:{DAY + timedelta(days=day)}", "total": {"payments": A_DAY}} for day in range(6)]
    await Shelf(database, SumsDocument).rows.insert_many(days)
    return store


def _payment(number: int, at: datetime) -> Payment:
    return a_payment(
        State.PAID,
        id=PaymentId(f"{number:016x}"),
        changed_at=at,
        paid_at=at,
        paid_kes=1_500 + number,
        receipt=Receipt(f"PAID{number:06d}"),
        checkout_id=f"ws_CO_{number}",
        paid_by="inbox:1",
    )


def _refund(number: int, at: datetime) -> Refund:
    return a_refund(
        RefundState.PAID_OUT,
        id=RefundId(f"{number:016x}"),
        payment_id=PaymentId(f"{number:016x}"),
        originator_id=f"refund-{number}",
        mpesa_code=Receipt(f"BACK{number:06d}"),
        changed_at=at,
        paid_out_at=at,
    )


async def large(store: Store, form: Form, hands: Hands, folder: Path | None = None) -> bytes:
    file = io.BytesIO()
    await write_large_export(store, PERIOD, form, file, made_at=MADE_AT, folder=folder, hands=hands)
    return file.getvalue()


async def others() -> list[BaseProcess]:
    """The other processes, as soon as they run."""
    while len(multiprocessing.active_children()) < THREE.most - 1:  # noqa: ASYNC110  a process says nothing
        await asyncio.sleep(0)
    return multiprocessing.active_children()


def nothing_is_left(folder: Path) -> bool:
    """No file, and no process."""
    return not list(folder.iterdir()) and not multiprocessing.active_children()


@pytest.mark.parametrize("form", [Form.CSV, Form.JSON])
async def test_what_several_processes_write_is_byte_for_byte_what_one_writes(
    full: Store, tmp_path: Path, form: Form
) -> None:
    alone = io.BytesIO()
    moved = full.ledger.movements(PERIOD.since, PERIOD.until)
    sums = await write_export(moved, form, alone, made_at=MADE_AT)
    assert (sums.paid, sums.refunds) == (6 * A_DAY, 18)
    assert b"=Asha" in alone.getvalue()
    assert await large(full, form, THREE, tmp_path) == alone.getvalue()
    assert await large(full, form, ALONE) == alone.getvalue()
    assert nothing_is_left(tmp_path)


async def test_days_without_money_are_no_rows_in_any_process(full: Store, tmp_path: Path) -> None:
    """The figures are only a hint: they may tell of rows that are not there."""
    database = full._client[full.address.database]
    for document in (PaymentDocument, RefundDocument):
        await Shelf(database, document).rows.delete_many({})
    file = io.BytesIO()
    empty = await write_export(
        full.ledger.movements(PERIOD.since, PERIOD.until), Form.JSON, file, made_at=MADE_AT
    )
    assert empty.rows == 0
    assert await large(full, Form.JSON, THREE, tmp_path) == file.getvalue()


async def test_a_workbook_is_written_by_one_process_however_large_it_is(full: Store, tmp_path: Path) -> None:
    book = await large(full, Form.XLSX, THREE, tmp_path)
    assert book.startswith(b"PK")


async def test_a_row_that_cannot_be_read_ends_the_export_in_whichever_process_it_is(
    full: Store, tmp_path: Path
) -> None:
    payments = Shelf(full._client[full.address.database], PaymentDocument).rows
    last = f"{6 * A_DAY - 1:016x}"
    await payments.update_one({"_id": last}, {"$set": {"paid_kes": -5}})
    with pytest.raises(UnreadableMovement, match=last):
        await large(full, Form.CSV, THREE, tmp_path)
    assert nothing_is_left(tmp_path)


async def test_an_export_that_lost_a_process_says_so_and_leaves_nothing_behind(
    full: Store, tmp_path: Path
) -> None:
    written = asyncio.create_task(large(full, Form.CSV, THREE, tmp_path))
    (await others())[0].kill()
    with pytest.raises(HelperLost):
        await written
    assert nothing_is_left(tmp_path)


async def test_who_breaks_an_export_off_leaves_no_process_behind(full: Store, tmp_path: Path) -> None:
    written = asyncio.create_task(large(full, Form.CSV, THREE, tmp_path))
    await others()
    written.cancel()
    with pytest.raises(asyncio.CancelledError):
        await written
    assert nothing_is_left(tmp_path)


@given(
    rows=st.lists(st.integers(0, 100), min_size=1, max_size=60),
    most=st.integers(1, 5),
    worth=st.integers(1, 400),
    head_start=st.integers(0, 200),
)
def test_stretches_are_the_whole_period_in_its_order_and_no_more_than_there_are_hands(
    rows: list[int], most: int, worth: int, head_start: int
) -> None:
    counts = [(DAY + timedelta(days=number), count) for number, count in enumerate(rows)]
    hands = Hands(most=most, worth_rows=worth, head_start_rows=head_start)
    stretches = stretches_of(counts, hands)
    days = [
        each.first + timedelta(days=n) for each in stretches for n in range((each.last - each.first).days + 1)
    ]
    assert days == [day for day, _ in counts]
    assert 1 <= len(stretches) <= most
    assert len(stretches) == 1 or sum(rows) >= worth * len(stretches)


def test_this_process_has_more_to_write_by_what_it_writes_while_the_others_start() -> None:
    counts = [(DAY + timedelta(days=number), 10) for number in range(100)]
    own, other, another = stretches_of(counts, Hands(most=3, worth_rows=100, head_start_rows=100))
    lengths = [(each.last - each.first).days + 1 for each in (own, other, another)]
    assert lengths == [40, 30, 30]
