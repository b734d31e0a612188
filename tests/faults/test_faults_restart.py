"""What a program that died had taken up is taken up by the next at once, where nobody else can hold it."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from legalpro.opening import opened_store
from legalpro.settings import Settings
from legalpro.stage import stage
from payments.draft import new_id
from payments.evidence import Evidence, EvidenceKind
from payments.inbox import InboxRow, row_id
from payments.payment import State
from payments.service import PaymentService
from payments.timing import Timing
from payments.values import CheckoutId, PaymentId
from sandbox.safaricom import DarajaSimulator
from storage.connect import Store
from storage.embedded import EmbeddedMongo
from tests.webhooks.inbox_desk import a_draft
from tests.webhooks.web_stand import CHECKOUT, callback

WORKED_S = 2.0


def _now() -> datetime:
    return datetime.now(UTC)


async def acknowledged(store: Store) -> PaymentId:
    """A success was stored and acknowledged, a worker has taken it up, and there it ended."""
    payment_id = PaymentId(new_id())
    service = PaymentService(
        store.payments, now=_now, figures=Timing(), poke=lambda: None, alarm=lambda *_, **__: None
    )
    await service.open(a_draft(payment_id, _now()))
    for kind, checkout in (
        (EvidenceKind.ENGINE_CLAIMED, None),
        (EvidenceKind.PUSH_ACCEPTED, CheckoutId(CHECKOUT)),
    ):
        await service.record(payment_id, Evidence(id=kind, kind=kind, at=_now(), checkout_id=checkout))
    row = InboxRow(
        id=row_id("stk", payment_id, callback()),
        kind="stk",
        subject=payment_id,
        raw=callback(),
        peer="127.0.0.1",
        trusted=True,
        received_at=_now(),
    )
    assert await store.inbox.add(row)
    assert len(await store.inbox.take(1)) == 1
    return payment_id


def _settings(data_dir: Path) -> Settings:
    given = {
        "telegram_bot_token": "1:x",
        "mpesa_consumer_key": "x",
        "mpesa_consumer_secret": "x",
        "data_dir": data_dir,
    }
    return Settings.model_validate(given)


async def test_f20_on_a_private_server_a_row_is_due_again_as_soon_as_the_program_is_back(
    short_folder: Path,
) -> None:
    settings = _settings(short_folder)
    async with opened_store(settings) as (store, ended):
        assert ended is not None
        ended.close()
        await acknowledged(store)
        assert await store.inbox.take(1) == []
    async with opened_store(settings) as (store, ended):
        assert ended is not None
        ended.close()
        assert [row.fence for row in await store.inbox.take(1)] == [2]


@pytest.mark.program
async def test_f20_what_was_acknowledged_and_not_worked_is_worked_within_two_seconds_of_the_restart(
    short_folder: Path,
) -> None:
    short_folder.mkdir(mode=0o700)  # noqa: ASYNC240  a test's own folder
    server = await EmbeddedMongo.start(short_folder / "mongo")
    store = await Store.open(server.uri, "legalpro")
    payment_id = await acknowledged(store)
    await store.close()
    await server.stop()
    async with stage(short_folder, simulator=DarajaSimulator()) as set_up:
        await set_up.program.start()
        began = time.monotonic()
        store = await Store.open(server.uri, "legalpro")
        try:
            async with asyncio.timeout(WORKED_S):
                while not await _is_paid(store, payment_id):  # noqa: ASYNC110  another process
                    await asyncio.sleep(0.02)
        finally:
            await store.close()
        assert time.monotonic() - began < WORKED_S


async def _is_paid(store: Store, payment_id: PaymentId) -> bool:
    payment = await store.payments.get(payment_id)
    return payment is not None and payment.state is State.PAID
