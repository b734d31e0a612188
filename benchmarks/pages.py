"""/payments over very many payments: a page by its index, against the same page by reading everything.

Owns what is looked for and the measuring; the payments are those of `benchmarks.figures`.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import Any

from payments.payment import Payment
from payments.search import Place, read_wanted
from storage.connect import Store
from storage.documents import PaymentDocument
from storage.search import NEWEST_FIRST, filter_of, steps
from storage.shelf import Shelf

ON_A_PAGE = 5
TIMES = 9
Row = dict[str, Any]


def searches(one: Payment) -> list[str]:
    """What an office looks for; some of it is about this payment."""
    always = ["", "paid", "unpaid", "consultation", "week", "paid month"]
    ranges = [
        "1000..5000",
        "500..40000",
        "1000..1003",
        "1500",
        "paid 1000..5000",
        "court 1000..5000",
        "week 1000..1100",
    ]
    return [*always, *ranges, one.phone, one.receipt or "", one.reference]


async def pages(store: Store, payments: Shelf[PaymentDocument], middle: Payment, now: datetime) -> None:
    """Print of each search: the milliseconds of a page, what MongoDB read for it, and how a scan compares."""
    for words in dict.fromkeys(searches(middle)):
        wanted = read_wanted(words, now)
        began = time.perf_counter()
        for _ in range(TIMES):
            await store.search.page(wanted, None, ON_A_PAGE)
        took_ms = (time.perf_counter() - began) / TIMES * 1_000
        (query,) = steps(filter_of(wanted), None)
        stats = await _explained(payments, query)
        scan = await _explained(payments, query, [("$natural", 1)])
        slower = max(scan["executionTimeMillis"], 1) / max(stats["executionTimeMillis"], 1)
        print(
            f"  {words or 'all':22} {took_ms:6.1f} ms   read {stats['totalDocsExamined']:4} for "
            f"{stats['nReturned']}   a scan takes {slower:6.0f} times as long"
        )
    place = Place(middle.created_at, middle.id)
    began = time.perf_counter()
    await store.search.page(read_wanted("", now), place, ON_A_PAGE)
    print(f"  {'a page in the middle':22} {(time.perf_counter() - began) * 1_000:6.1f} ms")


async def _explained(payments: Shelf[PaymentDocument], query: Row, hint: object = None) -> Row:
    cursor = payments.rows.find(query).sort(NEWEST_FIRST).limit(ON_A_PAGE + 1)
    if hint is not None:
        cursor = cursor.hint(hint)  # type: ignore[arg-type]  # an index, as pymongo names them
    stats: Row = (await cursor.explain())["executionStats"]
    return stats
