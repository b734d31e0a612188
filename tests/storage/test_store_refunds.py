"""Refunds in MongoDB: what is held on a payment and what refunds hold are never seen apart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from payments import notices as payment_notices
from payments.admins import Admin
from payments.evidence import Evidence, EvidenceKind
from payments.payment import Payment
from payments.progress import advance as advance_payment
from payments.refunds import balance, notices
from payments.refunds.balance import Account, BalanceAnswer, CheckState
from payments.refunds.evidence import RefundEvidence, Word
from payments.refunds.ports import CodeTaken, NoRoom
from payments.refunds.progress import Hold, RefundStep, advance
from payments.refunds.reasons import Obstacle, Why
from payments.refunds.refund import Approval, PayoutClaim, Refund, RefundEntry, RefundState, Route
from payments.refunds.rules import RefundPolicy, originator_of
from payments.refunds.service import RefundService
from payments.refunds.timing import RefundTiming
from payments.timing import Timing
from payments.values import ChatId, MessageId, PaymentId, Phone, Receipt, RefundId, UserId
from storage.connect import Store
from tests.payments.listed import ListedAdmins

MakePayment = Callable[..., Payment]
T0 = datetime(2026, 3, 2, 9, 30, 0, 123_000, tzinfo=UTC)
FIGURES = RefundTiming()
ANN, BEN = UserId(1), UserId(2)


def word(kind: Word, after_s: float = 1.0, **said: Any) -> RefundEvidence:
    return replace(
        RefundEvidence(id=f"{kind}:{after_s}", kind=kind, at=T0 + timedelta(seconds=after_s)), **said
    )


def refund(refund_id: str = "c" * 16, amount_kes: int = 500, phone: str = "254712345678") -> Refund:
    return Refund(
        id=RefundId(refund_id),
        payment_id=PaymentId("a1"),
        user_id=UserId(11),
        chat_id=ChatId(11),
        phone=Phone(phone),
        title="Case fee",
        receipt=Receipt("UB47K2M9QX"),
        amount_kes=amount_kes,
        why=Why.PAID_TWICE,
        requested_by=ANN,
        requested_by_name="Ann",
        created_at=T0,
        approval=Approval.SECOND_ADMIN,
        route=Route.B2C,
        originator_id=originator_of(RefundId(refund_id)),
        changed_at=T0,
        next_at=T0,
    )


def _no_alarm(event: str, **details: str) -> None:
    raise AssertionError(event, details)


async def paid(store: Store, payment: Payment) -> Payment:
    """A payment that was paid, in the store."""
    await store.payments.add(payment, payment_notices.on_entry(payment))
    for evidence in (
        Evidence(id="claim:1", kind=EvidenceKind.ENGINE_CLAIMED, at=T0),
        Evidence(
            id="inbox:1",
            kind=EvidenceKind.CALLBACK_PAID,
            at=T0,
            amount_kes=payment.amount_kes,
            receipt=Receipt("UB47K2M9QX"),
        ),
    ):
        present = await store.payments.get(payment.id)
        assert present is not None
        assert await store.payments.commit(advance_payment(present, evidence, Timing()))
    found = await store.payments.get(payment.id)
    assert found is not None
    return found


async def added(store: Store, new: Refund) -> Refund:
    return await store.refunds.add(new, notices.on_entry(new))


async def held(store: Store) -> tuple[int, int]:
    payment = await store.payments.get(PaymentId("a1"))
    assert payment is not None
    return payment.refund_reserved_kes, payment.refunded_kes


async def stepped(store: Store, before: Refund, *words: RefundEvidence) -> Refund:
    for each in words:
        step = advance(before, each, FIGURES)
        assert await store.refunds.commit(step)
        before = step.after
    return before


SENT = (
    word(Word.ADMIN_APPROVED, 1, by=BEN, by_name="Ben"),
    word(Word.ENGINE_CLAIMED, 2),
    word(Word.PAYOUT_ACCEPTED, 3, conversation_id="AG_1"),
)
ARRIVED = word(Word.RESULT_PAID, 9, amount_kes=500, mpesa_code=Receipt("UB48P1ZC3D"))


async def test_asking_holds_the_money_and_asking_again_finds_the_same_refund(
    store: Store, a_payment: MakePayment
) -> None:
    await paid(store, a_payment())
    first = await added(store, refund())
    assert await added(store, refund()) == first
    assert await held(store) == (500, 0)


async def test_i10_more_than_was_paid_is_never_held_however_many_ask_at_once(
    store: Store, other_store: Store, a_payment: MakePayment
) -> None:
    await paid(store, a_payment())
    wanted = [refund(f"{place:016x}", 400) for place in range(10)]
    outcomes = await asyncio.gather(
        *(added(each, new) for new, each in zip(wanted, [store, other_store] * 5, strict=True)),
        return_exceptions=True,
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, NoRoom)]
    assert len(refused) == 7
    assert await held(store) == (1_200, 0)
    assert len(await store.refunds.of_payment(PaymentId("a1"))) == 3


async def test_f30_what_does_not_fit_is_refused_with_what_is_left_and_leaves_nothing_behind(
    store: Store, a_payment: MakePayment
) -> None:
    await paid(store, a_payment())
    await added(store, refund("1" * 16, 1_000))
    with pytest.raises(NoRoom) as refused:
        await added(store, refund("2" * 16, 501))
    assert refused.value.left_kes == 500
    assert await store.refunds.get(RefundId("2" * 16)) is None
    assert await held(store) == (1_000, 0)


async def test_nothing_is_held_on_a_payment_that_is_not_paid(store: Store, a_payment: MakePayment) -> None:
    await store.payments.add(a_payment(), ())
    with pytest.raises(NoRoom):
        await added(store, refund())
    assert await held(store) == (0, 0)


async def test_i13_money_is_held_only_for_the_phone_that_was_prompted(
    store: Store, a_payment: MakePayment
) -> None:
    await paid(store, a_payment())
    with pytest.raises(NoRoom):
        await added(store, refund(phone="254799999999"))
    assert await store.refunds.get(refund().id) is None


async def test_a_payout_keeps_the_hold_and_is_added_up_once(store: Store, a_payment: MakePayment) -> None:
    await paid(store, a_payment())
    accepted = await stepped(store, await added(store, refund()), *SENT)
    assert await held(store) == (500, 0)
    arrived = advance(accepted, ARRIVED, FIGURES)
    outcomes = await asyncio.gather(*(store.refunds.commit(arrived) for _ in range(5)))
    assert sorted(outcomes) == [False] * 4 + [True]
    assert await held(store) == (500, 500)


async def test_i14_only_a_definite_no_lets_the_money_go(store: Store, a_payment: MakePayment) -> None:
    await paid(store, a_payment())
    unclear = await stepped(
        store,
        await added(store, refund()),
        *SENT[:2],
        word(Word.PAYOUT_UNCERTAIN, 5),
        word(Word.QUEUE_TIMED_OUT, 6),
    )
    assert await held(store) == (500, 0)
    await stepped(store, unclear, word(Word.RESULT_FAILED, 9, obstacle=Obstacle.LOW_FLOAT, code="1"))
    assert await held(store) == (0, 0)


async def test_a_no_that_proves_wrong_holds_the_money_again_if_it_is_still_there(
    store: Store, a_payment: MakePayment
) -> None:
    await paid(store, a_payment())
    no = word(Word.RESULT_FAILED, 9, obstacle=Obstacle.LOW_FLOAT)
    failed = await stepped(store, await added(store, refund()), *SENT, no)
    after_all = advance(failed, replace(ARRIVED, id="result:2"), FIGURES)
    assert after_all.hold is Hold.TAKE
    assert await store.refunds.commit(after_all)
    assert await held(store) == (500, 0)


async def test_a_no_that_proves_wrong_after_the_money_was_given_away_is_refused_whole(
    store: Store, a_payment: MakePayment
) -> None:
    await paid(store, a_payment())
    failed = await stepped(store, await added(store, refund()), *SENT, word(Word.RESULT_FAILED, 9))
    await added(store, refund("d" * 16, 1_500))
    with pytest.raises(NoRoom):
        await store.refunds.commit(advance(failed, replace(ARRIVED, id="result:2"), FIGURES))
    kept = await store.refunds.get(failed.id)
    assert kept is not None
    assert kept.state is RefundState.FAILED
    assert await held(store) == (1_500, 0)


async def test_one_mpesa_code_pays_one_refund(store: Store, a_payment: MakePayment) -> None:
    await paid(store, a_payment())
    await stepped(store, await added(store, refund()), *SENT, ARRIVED)
    other = await stepped(store, await added(store, refund("d" * 16)), *SENT)
    with pytest.raises(CodeTaken):
        await store.refunds.commit(advance(other, ARRIVED, FIGURES))
    assert await held(store) == (1_000, 500)


async def test_a_step_from_a_passed_version_changes_nothing(store: Store, a_payment: MakePayment) -> None:
    await paid(store, a_payment())
    new = await added(store, refund())
    both = [advance(new, SENT[0], FIGURES), advance(new, word(Word.ADMIN_REJECTED, 1, by=BEN), FIGURES)]
    outcomes = await asyncio.gather(*(store.refunds.commit(step) for step in both))
    assert sorted(outcomes) == [False, True]
    state = RefundState.APPROVED if outcomes[0] else RefundState.REJECTED
    kept = await store.refunds.get(new.id)
    assert kept is not None
    assert kept.state is state
    assert await held(store) == ((500, 0) if outcomes[0] else (0, 0))


async def test_every_field_of_a_refund_comes_back_as_it_was_written(
    store: Store, a_payment: MakePayment
) -> None:
    await paid(store, a_payment())
    entry = RefundEntry(
        evidence_id="inbox:1",
        said=Word.RESULT_PAID,
        kind=Word.RESULT_UNCONFIRMED,
        at=T0,
        before=RefundState.ACCEPTED,
        after=RefundState.UNCLEAR,
        why="why",
        by=ANN,
        code="0",
        note="note",
    )
    claim = PayoutClaim(
        evidence_id="inbox:1", amount_kes=500, mpesa_code=Receipt("UB48P1ZC3D"), paid_out_at=T0
    )
    times = {field.name: T0 for field in fields(Refund) if field.name.endswith(("_at", "_before", "_from"))}
    new = await added(store, refund())
    full = replace(
        new,
        state=RefundState.UNCLEAR,
        version=1,
        approved_by=BEN,
        approved_by_name="Ben",
        attempts=2,
        conversation_id="AG_1",
        provider_originator_id="x-1",
        ask_wanted=True,
        mpesa_code=Receipt("UB48P1ZC3D"),
        paid_out_by="inbox:1",
        obstacle=Obstacle.NO_ANSWER,
        claim=claim,
        history=(entry,),
        **times,  # type: ignore[arg-type]  # every one of them is a moment
    )
    assert {f.name for f in fields(Refund) if getattr(full, f.name) in (None, "", 0, ())} == {"remark"}
    step = RefundStep(before=new, after=full, entry=entry, notices=(), hold=Hold.KEEP)
    assert await store.refunds.commit(step)
    assert await store.refunds.get(full.id) == full


async def test_what_a_person_wants_asked_comes_first(store: Store, a_payment: MakePayment) -> None:
    await paid(store, a_payment())
    waiting = await added(store, refund("1" * 16))
    wanted = await added(store, refund("2" * 16))
    assert await store.refunds.look_at(wanted, T0 + timedelta(seconds=5), ask_wanted=True)
    due = await store.refunds.due(T0 + timedelta(seconds=9), 10)
    assert [each.id for each in due] == [wanted.id, waiting.id]
    assert await store.refunds.next_due_at() == T0


async def test_the_office_and_the_payer_are_told_once_of_each_step(
    store: Store, a_payment: MakePayment
) -> None:
    await paid(store, a_payment())
    await stepped(store, await added(store, refund()), *SENT, ARRIVED)
    office = [ChatId(1), ChatId(2)]
    while await store.deliveries.collect(office, T0):
        pass
    rows = await store._client[store.audit._shelf.rows.database.name]["deliveries"].find().to_list()
    told = sorted((row["event"], row["chat_id"]) for row in rows if row["topic"] == "refund")
    both = [(state, chat) for state in ("accepted", "approved", "paid_out", "requested") for chat in office]
    assert told == sorted([*both, ("accepted", 11), ("paid_out", 11)])
    await store.refunds.show_in(refund().id, ChatId(2), MessageId(77))
    assert await store.refunds.shown_in(refund().id, ChatId(2)) == 77
    assert await store.refunds.shown_in(refund().id, ChatId(1)) is None


async def test_f29_of_two_admins_who_allow_it_at_the_same_instant_one_is_the_one_who_did(
    store: Store, other_store: Store, a_payment: MakePayment
) -> None:
    await paid(store, a_payment())
    new = await added(store, refund())
    admins = [Admin(user_id=UserId(n), name=str(n), act="tap") for n in (2, 3)]
    services = [
        RefundService(
            each.refunds,
            each.payments,
            ListedAdmins([1, 2, 3]),
            now=lambda: T0,
            figures=FIGURES,
            policy=RefundPolicy(),
            poke=lambda: None,
            alarm=_no_alarm,
        )
        for each in (store, other_store)
    ]
    outcomes = await asyncio.gather(
        *(service.approve(new.id, by) for service, by in zip(services, admins, strict=True))
    )
    assert sorted(outcome.moved for outcome in outcomes) == [False, True]
    kept = await store.refunds.get(new.id)
    assert kept is not None
    assert [entry.kind for entry in kept.history] == [Word.ADMIN_APPROVED, Word.ADMIN_APPROVED]
    assert kept.approved_by == kept.history[0].by


async def test_a_question_for_the_balance_is_asked_by_one_and_answered_once(
    store: Store, other_store: Store
) -> None:
    check = balance.wanted("b" * 16, ANN, ChatId(1), T0, 120.0)
    await store.balances.add(check)
    taken = [await each.balances.take_due(T0, 60.0) for each in (store, other_store)]
    assert taken[1] is None
    assert taken[0] is not None
    asked = balance.asked(taken[0])
    assert await store.balances.settle(taken[0], asked, None)
    answer = BalanceAnswer(at=T0, accounts=(Account(name="Utility Account", available=Decimal("88200.50")),))
    outcomes = [await store.balances.settle(asked, *balance.answered(asked, answer)) for _ in range(2)]
    assert outcomes == [True, False]
    kept = await store.balances.get(check.id)
    assert kept is not None
    assert kept.state is CheckState.KNOWN
    assert kept.answer == answer
    assert balance.float_of(answer) == Decimal("88200.50")
    assert await store.balances.next_due_at() is None
