"""Payments in MongoDB: nothing is lost or doubled when several hands reach for one payment."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments import notices
from payments.evidence import Evidence, EvidenceKind
from payments.payment import Claim, Doubt, HistoryEntry, Payment, State
from payments.ports import CheckoutTaken, LineTaken, ReceiptTaken
from payments.progress import Step, advance
from payments.reasons import Reason
from payments.timing import Timing
from payments.values import ChatId, CheckoutId, MessageId, PaymentId, Receipt, UserId
from storage.connect import Store
from storage.moments import in_milliseconds

MakePayment = Callable[..., Payment]
T0 = datetime(2026, 3, 2, 9, 30, 0, 123_000, tzinfo=UTC)
FIGURES = Timing()


def word(kind: EvidenceKind, after_s: float = 1.0, **said: Any) -> Evidence:
    return Evidence(id=f"{kind}:{after_s}", kind=kind, at=T0 + timedelta(seconds=after_s), **said)


def claimed(payment: Payment) -> Step:
    return advance(payment, word(EvidenceKind.ENGINE_CLAIMED), FIGURES)


def paid(payment: Payment, receipt: str = "UB47K2M9QX", checkout: str | None = None) -> Step:
    said = word(
        EvidenceKind.CALLBACK_PAID,
        20,
        amount_kes=1_500,
        receipt=Receipt(receipt),
        checkout_id=CheckoutId(checkout) if checkout else None,
    )
    return advance(payment, said, FIGURES)


async def added(store: Store, payment: Payment) -> Payment:
    return await store.payments.add(payment, notices.on_entry(payment))


def full(payment: Payment) -> Payment:
    """Every field filled."""
    entry = HistoryEntry(
        evidence_id="inbox:1",
        said=EvidenceKind.CALLBACK_PAID,
        kind=EvidenceKind.CALLBACK_UNCONFIRMED,
        at=T0,
        before=State.PROMPTED,
        after=State.UNCLEAR,
        why="a success is claimed",
        code="0",
        note="ünlisted address",
    )
    claim = Claim(
        doubt=Doubt.UNCONFIRMED,
        evidence_id="inbox:1",
        amount_kes=1_500,
        receipt=Receipt("UB47K2M9QX"),
        paid_at=T0,
    )
    return replace(
        payment,
        message_id=MessageId(2**40),
        retry_of=PaymentId("b2"),
        state=State.UNCLEAR,
        version=7,
        claimed_at=T0,
        ladder_from=T0,
        push_attempts=2,
        checkout_id=CheckoutId("ws_CO_1"),
        merchant_request_id="29115-1",
        asked_at=T0,
        ask_wanted=True,
        receipt=Receipt("UB47K2M9QY"),
        paid_kes=1_500,
        paid_at=T0,
        paid_by="query:1",
        late=True,
        reason=Reason.NO_ANSWER,
        not_before=T0,
        claim=claim,
        history=(entry, replace(entry, evidence_id="inbox:2", code=None, note="")),
    )


async def test_what_is_kept_is_what_was_said(store: Store, a_payment: MakePayment) -> None:
    payment = full(a_payment())
    absent = {field.name for field in fields(payment) if getattr(payment, field.name) is None}
    assert absent == {"note_id"}, "a new field: fill it in; payments of fee notes are kept with their notes"
    assert await store.payments.add(payment, ()) == payment
    assert await store.payments.get(payment.id) == payment


async def test_every_fact_of_a_step_is_written(store: Store, a_payment: MakePayment) -> None:
    before = await added(store, a_payment())
    entry = full(before).history[0]
    after = replace(full(before), version=1, message_id=None, retry_of=None, history=(entry,))
    step = Step(before=before, after=after, entry=entry, notices=(), holds_line=True)
    assert await store.payments.commit(step)
    assert await store.payments.get(before.id) == after


async def test_a_fact_that_is_no_longer_true_is_removed(store: Store, a_payment: MakePayment) -> None:
    before = await store.payments.add(replace(full(a_payment()), history=()), ())
    after = replace(a_payment(), version=8, message_id=before.message_id, retry_of=before.retry_of)
    entry = full(before).history[0]
    after = replace(after, history=(entry,))
    assert await store.payments.commit(
        Step(before=before, after=after, entry=entry, notices=(), holds_line=False)
    )
    assert await store.payments.get(before.id) == after


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(9000, 1, 1), timezones=st.timezones()))  # noqa: DTZ001 - Hypothesis takes naive bounds
def test_a_moment_loses_less_than_a_millisecond_and_never_twice(moment: datetime) -> None:
    kept = in_milliseconds(moment)
    assert timedelta() <= moment.astimezone(UTC) - kept < timedelta(milliseconds=1)
    assert in_milliseconds(kept) == kept


async def test_a_payment_with_microseconds_reads_back_as_it_was_returned(
    store: Store, a_payment: MakePayment
) -> None:
    payment = replace(a_payment(), created_at=T0 + timedelta(microseconds=456))
    kept = await added(store, payment)
    assert kept.created_at == T0
    assert await store.payments.get(payment.id) == kept


async def test_a_doubled_tap_finds_the_same_payment(
    store: Store, other_store: Store, a_payment: MakePayment
) -> None:
    first = a_payment()
    second = replace(first, created_at=T0 + timedelta(seconds=1), amount_kes=9_999)
    one, two = await asyncio.gather(added(store, first), added(other_store, second))
    assert one == two
    assert await store.payments.of_client(first.user_id, 10) == [one]


async def test_of_fifty_that_claim_one_payment_one_wins(
    store: Store, other_store: Store, a_payment: MakePayment
) -> None:
    step = claimed(await added(store, a_payment()))
    books = [store.payments, other_store.payments] * 25
    won = await asyncio.gather(*(book.commit(step) for book in books))
    assert won.count(True) == 1
    kept = await store.payments.get(step.after.id)
    assert kept is not None
    assert (kept.state, kept.version, len(kept.history)) == (State.SENDING, 1, 1)


async def test_a_step_from_an_old_reading_changes_nothing(store: Store, a_payment: MakePayment) -> None:
    payment = await added(store, a_payment())
    assert await store.payments.look_at(payment, T0 + timedelta(seconds=5), ask_wanted=True)
    assert not await store.payments.commit(claimed(payment))
    assert not await store.payments.look_at(payment, T0)
    kept = await store.payments.get(payment.id)
    assert kept == replace(payment, version=1, next_at=T0 + timedelta(seconds=5), ask_wanted=True)


async def test_history_and_news_are_written_with_the_state(store: Store, a_payment: MakePayment) -> None:
    step = paid(await added(store, a_payment()))
    assert await store.payments.commit(step)
    kept = await store.payments.get(step.after.id)
    assert kept is not None
    assert kept.history == step.after.history
    (news,) = await store.deliveries.outbox.waiting()
    assert [notice.event for notice in news.notices] == ["queued", "paid"]


async def test_one_receipt_pays_one_payment(store: Store, a_payment: MakePayment) -> None:
    first, second = [await added(store, a_payment(each, phone=each)) for each in ("a1", "b2")]
    assert await store.payments.commit(paid(first))
    with pytest.raises(ReceiptTaken):
        await store.payments.commit(paid(second))
    assert await store.payments.get(second.id) == second


async def test_one_request_belongs_to_one_payment(store: Store, a_payment: MakePayment) -> None:
    first, second = [await added(store, a_payment(each, phone=each)) for each in ("a1", "b2")]
    assert await store.payments.commit(paid(first, "UB1", "ws_CO_1"))
    with pytest.raises(CheckoutTaken):
        await store.payments.commit(paid(second, "UB2", "ws_CO_1"))


async def test_a_phone_has_one_live_prompt_and_is_free_when_it_ends(
    store: Store, a_payment: MakePayment
) -> None:
    first = await added(store, a_payment("a1"))
    second = await added(store, replace(a_payment("b2"), amount_kes=1_600))
    prompt = claimed(first)
    assert await store.payments.commit(prompt)
    with pytest.raises(LineTaken):
        await store.payments.commit(claimed(second))
    assert await store.payments.commit(paid(prompt.after))
    assert await store.payments.commit(claimed(second))


async def test_of_twenty_payments_for_one_phone_one_is_prompted(store: Store, a_payment: MakePayment) -> None:
    steps = [claimed(await added(store, a_payment(f"p{number}"))) for number in range(20)]
    results = await asyncio.gather(*map(store.payments.commit, steps), return_exceptions=True)
    assert results.count(True) == 1
    assert sum(isinstance(result, LineTaken) for result in results) == 19


async def test_what_waits_longest_is_due_first(store: Store, a_payment: MakePayment) -> None:
    for number in (3, 1, 2):
        await added(store, replace(a_payment(f"p{number}"), next_at=T0 + timedelta(seconds=number)))
    await added(store, replace(a_payment("done"), next_at=None))
    due = await store.payments.due(T0 + timedelta(seconds=2), limit=10)
    assert [payment.id for payment in due] == ["p1", "p2"]
    assert await store.payments.next_due_at() == T0 + timedelta(seconds=1)


async def test_a_client_sees_their_own_payments_newest_first(store: Store, a_payment: MakePayment) -> None:
    for number in (1, 3, 2):
        await added(store, replace(a_payment(f"p{number}"), created_at=T0 + timedelta(seconds=number)))
    await added(store, a_payment("other", chat=99))
    mine = await store.payments.of_client(UserId(11), limit=2)
    assert [payment.id for payment in mine] == ["p3", "p2"]


async def test_the_living_message_survives_a_step_that_did_not_know_it(
    store: Store, a_payment: MakePayment
) -> None:
    payment = await added(store, a_payment())
    await store.deliveries.show_in(payment.id, MessageId(77))
    assert await store.payments.commit(claimed(payment))
    kept = await store.payments.get(payment.id)
    assert kept is not None
    assert kept.message_id == 77


async def test_an_unknown_payment_is_none(store: Store) -> None:
    assert await store.payments.get(PaymentId("nobody")) is None
    assert await store.payments.next_due_at() is None
    assert await store.payments.of_client(UserId(int(ChatId(5))), 3) == []
