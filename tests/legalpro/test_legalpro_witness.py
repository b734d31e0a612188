"""Settings in the audit trail: what changed, once for all that start with it, and never a secret."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from legalpro.settings import Settings
from legalpro.witness import Witness
from payments.audit import Actor, AuditEntry, AuditKind, AuditRecord
from payments.auditing import verify
from storage.connect import Store
from storage.moments import utc_now

SECRETS = {
    "telegram_bot_token": "1:a-token-that-nobody-may-see",
    "telegram_webhook_secret": "a-webhook-secret",
    "mpesa_consumer_key": "a-consumer-key",
    "mpesa_consumer_secret": "a-consumer-secret",
    "mpesa_passkey": "a-passkey-for-the-shortcode",
    "mpesa_initiator_password": "an-initiator-password",
    "mpesa_security_credential": "YS1jcmVkZW50aWFs",
    "callback_secret": "a-callback-secret-of-thirty-two-letters,another-secret-of-thirty-two-letters",
    "mongodb_uri": "mongodb://somebody:a-password@db.firm.example/",
}


@pytest_asyncio.fixture
async def store(mongod_uri: str, database_name: str) -> AsyncIterator[Store]:
    store = await Store.open(mongod_uri, database_name)
    yield store
    await store.close()


def settings(data_dir: Path, **changes: object) -> Settings:
    given: dict[str, object] = {
        "public_url": "https://pay.firm.example",
        "data_dir": data_dir,
        "admin_ids": [7],
        "mpesa_b2c_shortcode": "600000",
        "mpesa_initiator_name": "testapi",
    }
    return Settings.model_validate(SECRETS | given | changes)


def witness(store: Store, settings: Settings) -> Witness:
    return Witness(settings, store.audit, utc_now)


async def the_trail(store: Store) -> list[AuditRecord]:
    return [entry.record async for entry in store.audit.entries() if isinstance(entry, AuditEntry)]


async def test_a_start_with_the_same_settings_enters_nothing_and_one_with_others_their_names(
    store: Store, tmp_path: Path
) -> None:
    for _ in range(2):
        await witness(store, settings(tmp_path)).enter()
    changed = settings(tmp_path, refund_approval_above=5_000, firm_name="Ngũgĩ & Co")
    for _ in range(2):
        await witness(store, changed).enter()
    await witness(store, settings(tmp_path)).enter()
    first, second, third = await the_trail(store)
    assert {(each.kind, each.actor) for each in (first, second, third)} == {
        (AuditKind.SETTINGS_CHANGED, Actor.OPERATOR)
    }
    assert second.why == third.why == "changed: firm_name, refund_approval_above"
    assert json.loads(second.after or "")["firm_name"] == "Ngũgĩ & Co"
    assert third.after == first.after
    assert (await verify(store.audit)).fault is None


async def test_many_that_start_at_once_with_a_change_enter_it_once(store: Store, tmp_path: Path) -> None:
    await witness(store, settings(tmp_path)).enter()
    changed = settings(tmp_path, summary_hour=9)
    await asyncio.gather(*(witness(store, changed).enter() for _ in range(8)))
    assert [record.why for record in await the_trail(store)][1:] == ["changed: summary_hour"]


async def test_no_secret_is_entered(store: Store, tmp_path: Path) -> None:
    await witness(store, settings(tmp_path)).enter()
    (record,) = await the_trail(store)
    for secret in ",".join(SECRETS.values()).split(","):
        assert secret not in str(record)
    assert "a-password" not in str(record)
