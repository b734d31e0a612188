"""A program that was frozen past its leases: what it writes afterwards is refused."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pymongo import MongoClient

from legalpro.process import ProgramProcess
from legalpro.stage import stage
from payments.draft import new_id
from payments.evidence import Evidence, EvidenceKind
from payments.payment import Payment, State
from payments.service import PaymentService
from payments.timing import Timing
from payments.values import CheckoutId, PaymentId
from sandbox.safaricom import DarajaSimulator, SimulatorConfig
from sandbox.telegram import FakeBotApi
from storage.connect import Store
from storage.inbox import LEASE_S
from tests.faults.proxy import BadLine, bad_line, mongo_uri, to_mongo
from tests.webhooks.inbox_desk import a_draft
from tests.webhooks.web_stand import CHECKOUT, RECEIPT, callback
from webhooks.addresses import CallbackAddresses

SECRET = "a-key-of-both-programs-that-is-long-enough"
Plain = MongoClient[dict[str, Any]]


@dataclass(slots=True, kw_only=True)
class Pair:
    """Two programs on one MongoDB; the first speaks to it over a line."""

    first: ProgramProcess
    second: ProgramProcess
    line: BadLine
    store: Store
    database: str
    mongod_uri: str

    async def prompted(self) -> PaymentId:
        """A payment whose prompt is on the phone, as if a third program had sent it."""
        now = datetime.now(UTC)
        service = PaymentService(
            self.store.payments,
            now=lambda: now,
            figures=Timing(),
            poke=lambda: None,
            alarm=lambda *_, **__: None,
        )
        payment_id = PaymentId(new_id())
        opened = await service.open(a_draft(payment_id, now))
        for kind, checkout in (
            (EvidenceKind.ENGINE_CLAIMED, None),
            (EvidenceKind.PUSH_ACCEPTED, CheckoutId(CHECKOUT)),
        ):
            await service.record(opened.id, Evidence(id=kind, kind=kind, at=now, checkout_id=checkout))
        return payment_id

    async def payment(self, payment_id: PaymentId) -> Payment:
        found = await self.store.payments.get(payment_id)
        assert found is not None
        return found

    def row(self) -> dict[str, Any]:
        with Plain(self.mongod_uri) as client:
            (row,) = client[self.database]["inbox"].find()
        return row

    async def until_done(self) -> dict[str, Any]:
        async with asyncio.timeout(LEASE_S + 15):
            while (row := await asyncio.to_thread(self.row))["state"] != "done":  # noqa: ASYNC110  see below
                await asyncio.sleep(0.1)  # Other processes: they can only be looked at.
        return row


@pytest_asyncio.fixture
async def pair(mongod_uri: str, database_name: str, tmp_path: Path) -> AsyncIterator[Pair]:
    folders = tmp_path / "first", tmp_path / "second"
    for folder in folders:
        folder.mkdir(mode=0o700)
    common = {"MONGODB_DATABASE": database_name, "CALLBACK_SECRET": SECRET}
    async with AsyncExitStack() as stack:
        line = await stack.enter_async_context(bad_line(to_mongo(mongod_uri)))
        config = SimulatorConfig(manual=True, query_limit=None)
        simulator = DarajaSimulator(config=config)
        first = (await stack.enter_async_context(stage(folders[0], simulator=simulator))).program
        first.more = {**common, "MONGODB_URI": mongo_uri(line)}
        botapi = FakeBotApi()  # One of its own: two may not poll for one bot.
        await botapi.start()
        stack.push_async_callback(botapi.stop)
        more = {**common, "MONGODB_URI": mongod_uri}
        second = ProgramProcess(
            data_dir=folders[1],
            telegram_url=botapi.url,
            safaricom_url=simulator.url,
            account=config,
            more=more,
        )
        stack.push_async_callback(second.stop)
        store = await Store.open(mongod_uri, database_name)
        stack.push_async_callback(store.close)
        yield Pair(
            first=first,
            second=second,
            line=line,
            store=store,
            database=database_name,
            mongod_uri=mongod_uri,
        )


@pytest.mark.program
async def test_f42_a_program_frozen_past_its_lease_changes_nothing_when_it_thaws(pair: Pair) -> None:
    payment_id = await pair.prompted()
    await pair.first.start()
    pair.line.hold = (b"findAndModify", RECEIPT.encode())
    base = f"http://127.0.0.1:{pair.first.port}"
    async with httpx.AsyncClient(trust_env=False) as http:
        url = CallbackAddresses(base, [SECRET]).url("stk", payment_id)
        assert (await http.post(url, content=callback())).status_code == 200
        await asyncio.wait_for(pair.line.held.wait(), 10)
        pair.first.send_signal(signal.SIGSTOP)  # It read the payment, decided, and is about to write.
        try:
            await pair.second.start()
            row = await pair.until_done()
            paid = await pair.payment(payment_id)
        finally:
            pair.line.held.clear()
            pair.line.hold = (b"findAndModify", b"inbox")
            pair.line.go.set()
            pair.first.send_signal(signal.SIGCONT)
        await asyncio.wait_for(pair.line.held.wait(), 20)  # It speaks of the row once more.
        assert (await http.get(f"{base}/readyz")).status_code == 200
    assert paid.state is State.PAID
    assert paid.receipt == RECEIPT
    after = await pair.payment(payment_id)
    words = [entry.evidence_id for entry in after.history]
    assert words == [entry.evidence_id for entry in paid.history]
    assert len(words) == len(set(words))
    assert (row["fence"], row["verdict"]) == (2, "callback_paid: prompted to paid")
    assert await asyncio.to_thread(pair.row) == row
