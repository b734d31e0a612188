"""The office's figures over very many payments: from the sums, against summing up the record when asked.

Owns the made-up payments and the measuring. ROWS says how many payments; a million takes minutes to load.
"""

from __future__ import annotations

import asyncio
import os
import random
import resource
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from pymongo import AsyncMongoClient
from pymongo.asynchronous.collection import AsyncCollection

from benchmarks.pages import pages
from legalpro.large_export import Hands, write_large_export
from payments.analytics.figures import Figures
from payments.analytics.ports import Batch, Event
from payments.catalogue import FeeKind
from payments.evidence import EvidenceKind
from payments.payment import HistoryEntry, Payment, State
from payments.periods import Period, read_period
from payments.values import ChatId, PaymentId, Phone, Receipt, UserId, account_reference
from reports.exports import TEXTS, Form
from storage.connect import Store
from storage.documents import PaymentDocument
from storage.embedded import EmbeddedMongo
from storage.payment_book import document_of
from storage.shelf import Shelf, row_of

END = datetime(2026, 11, 28, 9, tzinfo=UTC)
YEAR = timedelta(days=365)
MATTERS, PAYERS = 3_000, 50_000
AT_ONCE = 2_000
TIMES = 7
PERIODS = ("today", "week", "month", "quarter", "year", "2026-09-08 2026-10-26", "2026-02-10 2026-11-17")
Row = dict[str, Any]


def made_up(count: int) -> Iterator[Payment]:
    """So many payments over a year in the order of time, of which one in seven failed."""
    chance = random.Random(7)  # noqa: S311  the same payments each time
    for number in range(count):
        at = END - YEAR + YEAR * (number / count)
        yield _payment(number, at, chance)


def _payment(number: int, at: datetime, chance: random.Random) -> Payment:
    is_paid = chance.random() < 6 / 7
    state = State.PAID if is_paid else State.UNPAID
    who, amount = chance.randrange(PAYERS), chance.randrange(500, 50_000)
    ended = HistoryEntry(
        evidence_id=f"inbox:{number}",
        said=EvidenceKind.CALLBACK_PAID if is_paid else EvidenceKind.CALLBACK_UNPAID,
        kind=EvidenceKind.CALLBACK_PAID if is_paid else EvidenceKind.CALLBACK_UNPAID,
        at=at,
        before=State.PROMPTED,
        after=state,
        why="made up",
    )
    reference = f"HCCC/E{chance.randrange(MATTERS)}/2026"
    return Payment(
        id=PaymentId(f"{number:016x}"),
        user_id=UserId(who + 1),
        chat_id=ChatId(who + 1),
        message_id=None,
        kind=chance.choice(list(FeeKind)),
        title="A fee",
        reference=reference,
        account_reference=account_reference(reference),
        amount_kes=amount,
        phone=Phone(f"2547{who:08d}"),
        created_at=at - timedelta(seconds=chance.randrange(10, 90)),
        changed_at=at,
        state=state,
        version=1,
        receipt=Receipt(f"R{number:09d}") if is_paid else None,
        paid_kes=amount if is_paid else None,
        paid_at=at if is_paid else None,
        history=(ended,),
    )


async def load(store: Store, payments: Shelf[PaymentDocument], count: int) -> None:
    """Keep them, and post them as the bookkeeper would."""
    posted, all_of_them = 0, made_up(count)
    while some := list(islice(all_of_them, AT_ONCE)):
        await payments.rows.insert_many([row_of(document_of(payment)) for payment in some], ordered=False)
        events = [Event(payment=payment, turn=1) for payment in some]
        batch = Batch(after=posted, upto=posted + len(some))
        await store.rollups.post(batch, [posting for event in events for posting in event.postings()])
        posted = batch.upto


async def raw(payments: Shelf[PaymentDocument], period: Period) -> list[list[Row]]:
    """The baseline: the record summed up when asked, by day, kind and matter."""
    day: Row = {"$dateTrunc": {"date": "$changed_at", "unit": "day", "timezone": "Africa/Nairobi"}}
    return await asyncio.gather(*(_raw(payments, period, key) for key in (day, "$kind", "$reference")))


async def _raw(payments: Shelf[PaymentDocument], period: Period, key: Row | str) -> list[Row]:
    when = {"$gte": period.since, "$lt": period.until}
    stages: list[Row] = [
        {"$match": {"state": State.PAID, "changed_at": when}},
        {"$group": {"_id": key, "received": {"$sum": "$paid_kes"}, "payments": {"$sum": 1}}},
    ]
    return await (await payments.rows.aggregate(stages)).to_list()


async def median_ms(act: Callable[[], Awaitable[object]], times: int = TIMES) -> float:
    """The middle of several runs, in milliseconds."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        await act()
        took.append((time.perf_counter() - began) * 1_000)
    return sorted(took)[times // 2]


async def compare(store: Store, payments: Shelf[PaymentDocument], name: str, period: Period) -> None:
    """Print both times and how many times faster the sums are."""

    async def from_sums() -> Figures:
        return await store.rollups.figures(period, matters=8)

    kept = await median_ms(from_sums)
    anew = await median_ms(lambda: raw(payments, period), times=3)
    print(f"  {name:21} sums {kept:8.1f} ms   record {anew:9.1f} ms   {anew / kept:7.1f} times faster")


async def name_clients(clients: AsyncCollection[Row]) -> None:
    """Everybody who pays has a name, which an export looks up."""
    await clients.insert_many([{"_id": who + 1, "first_name": f"Client {who}"} for who in range(PAYERS)])


async def export(store: Store, form: Form, period: Period) -> None:
    """The ledger as a file, by one process and by as many as it may have."""
    alone = await _export(store, form, period, Hands(most=1))
    if form in TEXTS:
        together = await _export(store, form, period, Hands())
        print(f"  {form.name:8} {together / alone:.2f} times as fast with {Hands().most} processes")


async def _export(store: Store, form: Form, period: Period, hands: Hands) -> float:
    """Print rows a second, which are returned, how much of that this process worked, and its memory."""
    before, began, worked = _peak_mb(), time.perf_counter(), time.process_time()
    with tempfile.TemporaryFile() as file:
        sums = await write_large_export(store, period, form, file, made_at=END, hands=hands)
    took, worked = time.perf_counter() - began, time.process_time() - worked
    print(
        f"  {form.name:8} {sums.rows:,} rows in {took:.1f} s, this process at work {worked:.1f} s: "
        f"{sums.rows / took:,.0f} rows/s, {_peak_mb() - before:+.0f} MB"
    )
    return sums.rows / took


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024


async def main() -> None:
    """Load, measure, print."""
    count = int(os.environ.get("ROWS", "100000"))
    with tempfile.TemporaryDirectory(prefix="legalpro-bench-", dir="/tmp") as folder:
        mongod = await EmbeddedMongo.start(Path(folder) / "mongo", cache_gb=1.0)
        try:
            store = await Store.open(mongod.uri, "bench")
            client = AsyncMongoClient[Row](mongod.uri, tz_aware=True)
            payments = Shelf(client["bench"], PaymentDocument)
            began = time.perf_counter()
            await load(store, payments, count)
            await name_clients(client["bench"]["clients"])
            print(f"{count:,} payments loaded and posted in {time.perf_counter() - began:.0f} s")
            for words in PERIODS:
                await compare(store, payments, words, read_period(words.split(), END))
            (middle,) = islice(made_up(count), count // 2, count // 2 + 1)
            await pages(store, payments, middle, END)
            for form, name in ((Form.CSV, "year"), (Form.JSON, "year"), (Form.XLSX, "month")):
                await export(store, form, read_period([name], END))
            await client.close()
            await store.close()
        finally:
            await mongod.stop()


if __name__ == "__main__":
    asyncio.run(main())
