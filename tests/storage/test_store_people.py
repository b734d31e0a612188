"""Drafts, clients and prices survive a restart."""

from __future__ import annotations

import asyncio
from dataclasses import fields, replace
from datetime import UTC, datetime

from payments.catalogue import FIRST_FEES, FeeKind
from payments.client import Client
from payments.draft import Draft
from payments.values import ChatId, MessageId, NoteId, PaymentId, Phone, UserId
from storage.connect import Store

T0 = datetime(2026, 3, 2, 9, 30, 0, 123_000, tzinfo=UTC)
DRAFT = Draft(id=PaymentId("a1"), user_id=UserId(11), chat_id=ChatId(11), created_at=T0)
CLIENT = Client(user_id=UserId(11), chat_id=ChatId(11), first_name="Wanjikũ", seen_at=T0)


async def test_a_chat_has_one_draft_the_last_one_put(store: Store) -> None:
    filled = replace(
        DRAFT,
        message_id=MessageId(5),
        kind=FeeKind.COURT,
        title="Court fee",
        reference="E1/2026",
        amount_kes=2_000,
        phone=Phone("254712345678"),
        retry_of=PaymentId("b2"),
    )
    await store.drafts.put(filled)
    assert await store.drafts.of_chat(ChatId(11)) == filled
    await store.drafts.put(replace(DRAFT, id=PaymentId("c3")))
    assert await store.drafts.of_chat(ChatId(11)) == replace(DRAFT, id=PaymentId("c3"))


async def test_nothing_of_a_draft_is_forgotten(store: Store) -> None:
    full = Draft(
        id=PaymentId("a1"),
        user_id=UserId(11),
        chat_id=ChatId(11),
        created_at=T0,
        message_id=MessageId(5),
        kind=FeeKind.CASE,
        title="Case fee",
        reference="HCCC/E1/2026",
        amount_kes=1500,
        phone=Phone("254712345678"),
        retry_of=PaymentId("b2"),
        note_id=NoteId("c3"),
        answered_by=77,
    )
    assert None not in {getattr(full, field.name) for field in fields(Draft)}, "a new field: fill it in here"
    await store.drafts.put(full)
    assert await store.drafts.of_chat(ChatId(11)) == full


async def test_an_old_button_does_not_drop_the_new_draft(store: Store) -> None:
    await store.drafts.put(DRAFT)
    await store.drafts.drop(ChatId(11), PaymentId("older"))
    assert await store.drafts.of_chat(ChatId(11)) == DRAFT
    await store.drafts.drop(ChatId(11), DRAFT.id)
    assert await store.drafts.of_chat(ChatId(11)) is None


async def test_a_client_is_remembered_with_the_phone_they_pay_with(store: Store) -> None:
    assert await store.clients.get(UserId(11)) is None
    await store.clients.seen(CLIENT)
    assert await store.clients.get(UserId(11)) == CLIENT
    await store.clients.remember_phone(UserId(11), Phone("254712345678"))
    await store.clients.seen(replace(CLIENT, first_name="W."))
    known = replace(CLIENT, first_name="W.", phone=Phone("254712345678"))
    assert await store.clients.get(UserId(11)) == known


async def test_a_new_installation_has_prices(mongod_uri: str, database_name: str) -> None:
    stores = await asyncio.gather(*(Store.open(mongod_uri, database_name) for _ in range(3)))
    try:
        for store in stores:
            assert await store.fees.offered() == list(FIRST_FEES)
        assert await stores[0].fees.get("hour") == FIRST_FEES[1]
        assert await stores[0].fees.get("nothing") is None
    finally:
        await asyncio.gather(*(store.close() for store in stores))
