"""What strangers and doubtful callbacks leave in the audit trail, and what a flood of them costs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest_asyncio
from pymongo import MongoClient

from payments.audit import AuditEntry, AuditKind, AuditRecord
from payments.auditing import Auditor
from payments.wake import Wake
from payments.watch import Notebook
from storage.connect import Store
from tests.payments.keeping import Kept
from tests.webhooks.inbox_desk import Unclosed, a_desk
from tests.webhooks.web_stand import ID, Clock, Site, callback, request

OpenSite = Callable[..., Awaitable[Site]]
Plain = MongoClient[dict[str, Any]]
BAD_PATH = f"/c/stk/{ID}/{'0' * 40}"


@pytest_asyncio.fixture
async def auditor(store: Store, clock: Clock) -> Auditor:
    """A worker that writes when it is told to."""
    wake = Wake()
    return Auditor(
        feed=store.audit_feed, trail=store.audit, notebook=Notebook(clock, wake.ring, Kept()), wake=wake
    )


async def the_trail(store: Store) -> list[AuditRecord]:
    return [entry.record async for entry in store.audit.entries() if isinstance(entry, AuditEntry)]


async def test_i26_a_thousand_bad_tokens_cost_no_database_work_and_leave_one_summary(
    open_site: OpenSite, auditor: Auditor, store: Store, shell: Plain, database_name: str
) -> None:
    site = await open_site(watch=auditor.notebook)
    database = shell[database_name]
    await asyncio.to_thread(database.command, "profile", 2)  # MongoDB writes down whatever it is asked to do.
    for _ in range(20):
        answers = await asyncio.gather(
            *(site.send(request(BAD_PATH, callback(), f"X-Forwarded-For: {turn}")) for turn in range(50))
        )
        assert {answer.status for answer in answers} == {404}
    assert await asyncio.to_thread(database["system.profile"].count_documents, {"appName": "legalpro"}) == 0
    await store.ping()
    assert await asyncio.to_thread(database["system.profile"].count_documents, {"appName": "legalpro"}) == 1
    await asyncio.to_thread(database.command, "profile", 0)
    await auditor.rest()
    (summary,) = await the_trail(store)
    assert (summary.kind, summary.times, summary.who) == (AuditKind.BAD_CALLBACK_TOKEN, 1_000, "127.0.0.1")


async def test_a_bad_telegram_secret_is_counted_and_an_update_nobody_awaits_is_not(
    open_site: OpenSite, auditor: Auditor, store: Store
) -> None:
    async def take(_: bytes) -> bool:
        return True

    polling = await open_site(watch=auditor.notebook)
    await polling.send(request("/telegram/webhook", b"{}"))
    awaiting = await open_site(watch=auditor.notebook, take_update=take, telegram_secret="right")
    for secret in ("wrong", "", "right"):
        await awaiting.send(request("/telegram/webhook", b"{}", f"X-Telegram-Bot-Api-Secret-Token: {secret}"))
    await auditor.rest()
    assert [(record.kind, record.times) for record in await the_trail(store)] == [
        (AuditKind.BAD_TELEGRAM_SECRET, 2)
    ]


async def test_nonsense_on_a_payments_own_address_is_entered_once_however_often_it_comes_and_whoever_dies(
    open_site: OpenSite, store: Store, clock: Clock, rows: Callable[[], list[dict[str, Any]]]
) -> None:
    site, desk = await open_site(), a_desk(store, clock, rows)
    for _ in range(3):
        assert (await site.tell(b"254712345678 is no callback")).status == 400
    dying = desk.another(inbox=Unclosed(store))
    for worker in (dying, desk.worker):
        worker.trail = store.audit
        assert await worker.work_batch() == 1
        clock.forward(600)
    assert desk.states() == ["quarantine"]
    (record,) = await the_trail(store)
    assert (record.kind, record.subject) == (AuditKind.CALLBACK_QUARANTINED, ID)
    assert "254712345678" not in str(record)


async def test_an_unlisted_address_is_entered_once_though_the_program_dies_before_the_row_is_closed(
    store: Store, clock: Clock, rows: Callable[[], list[dict[str, Any]]]
) -> None:
    desk = a_desk(store, clock, rows)
    await desk.prompted()
    await desk.add(callback(), trusted=False)
    dying = desk.another(inbox=Unclosed(store))
    dying.trail = store.audit
    assert await dying.work_batch() == 1
    clock.forward(600)
    desk.worker.trail = store.audit
    assert await desk.worker.work_batch() == 1
    (record,) = [record for record in await the_trail(store) if record.kind == AuditKind.UNLISTED_ADDRESS]
    assert (record.who, record.subject) == ("127.0.0.1", ID)


async def test_a_callback_about_no_payment_is_quarantined_and_entered(
    store: Store, clock: Clock, rows: Callable[[], list[dict[str, Any]]]
) -> None:
    desk = a_desk(store, clock, rows)
    desk.worker.trail = store.audit
    await desk.add(callback(), subject="nobody")
    await desk.worker.work_batch()
    assert [(record.kind, record.subject) for record in await the_trail(store)] == [
        (AuditKind.CALLBACK_QUARANTINED, "nobody")
    ]
    assert desk.states() == ["quarantine"]
