"""The office at work survives restarts: refunds in the making, and buttons that work once."""

from __future__ import annotations

import asyncio
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

from payments.nonces import Nonce
from payments.refunds.draft import RefundDraft
from payments.refunds.reasons import Why
from payments.values import ChatId, MessageId, PaymentId, RefundId, UserId
from storage.connect import Store

T0 = datetime(2026, 3, 2, 9, 30, 0, 123_000, tzinfo=UTC)
ANN, BEN = UserId(1), UserId(2)
DRAFT = RefundDraft(
    id=RefundId("c" * 16), user_id=ANN, chat_id=ChatId(1), created_at=T0, payment_id=PaymentId("a1")
)
BUTTON = Nonce(
    id="0" * 16, user_id=ANN, deed="allow", subject="c" * 16, expires_at=T0 + timedelta(minutes=10)
)


async def test_nothing_of_a_refund_draft_is_forgotten(store: Store, other_store: Store) -> None:
    full = replace(
        DRAFT,
        message_id=MessageId(5),
        amount_kes=500,
        why=Why.OTHER,
        remark="came twice",
        alone=True,
        proof="M9QX",
        answered_by=77,
    )
    assert None not in {getattr(full, field.name) for field in fields(RefundDraft)}, "a new field: fill it in"
    await store.refund_drafts.put(full)
    assert await other_store.refund_drafts.of_chat(ChatId(1)) == full


async def test_a_chat_makes_one_refund_at_a_time_the_last_one_put(store: Store) -> None:
    await store.refund_drafts.put(replace(DRAFT, amount_kes=500))
    await store.refund_drafts.put(replace(DRAFT, id=RefundId("d" * 16)))
    assert await store.refund_drafts.of_chat(ChatId(1)) == replace(DRAFT, id=RefundId("d" * 16))
    await store.refund_drafts.drop(ChatId(1), DRAFT.id)
    assert await store.refund_drafts.of_chat(ChatId(1)) is not None
    await store.refund_drafts.drop(ChatId(1), RefundId("d" * 16))
    assert await store.refund_drafts.of_chat(ChatId(1)) is None


async def test_i19_of_many_updates_that_press_one_button_at_once_one_gets_it(
    store: Store, other_store: Store
) -> None:
    await store.nonces.mint([BUTTON])
    stores = [store, other_store] * 8
    used = await asyncio.gather(
        *(each.nonces.use(BUTTON.id, ANN, update, T0) for update, each in enumerate(stores))
    )
    assert [each for each in used if each == BUTTON] == [BUTTON]


async def test_the_update_that_used_a_button_may_go_on_with_it_after_a_crash(
    store: Store, other_store: Store
) -> None:
    await store.nonces.mint([BUTTON])
    assert await store.nonces.use(BUTTON.id, ANN, 7, T0) == BUTTON
    assert await other_store.nonces.use(BUTTON.id, ANN, 7, T0) == BUTTON
    assert await other_store.nonces.use(BUTTON.id, ANN, 8, T0) != BUTTON


async def test_a_button_is_worth_nothing_to_anybody_else_and_stays_good_for_its_own(store: Store) -> None:
    await store.nonces.mint([BUTTON])
    assert await store.nonces.use(BUTTON.id, BEN, 7, T0) != BUTTON
    assert await store.nonces.use(BUTTON.id, ANN, 8, T0) == BUTTON


async def test_a_button_that_ran_out_or_never_was_does_nothing(store: Store) -> None:
    await store.nonces.mint([BUTTON])
    assert await store.nonces.use(BUTTON.id, ANN, 7, BUTTON.expires_at) != BUTTON
    assert await store.nonces.use("f" * 16, ANN, 7, T0) != BUTTON
