"""The refund books in memory keep the same promises as those in MongoDB: one set of rules, asked of both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
import pytest_asyncio

from payments import notices as payment_notices
from payments.evidence import EvidenceKind
from payments.payment import Payment
from payments.ports import PaymentBook
from payments.progress import advance as advance_payment
from payments.refunds import balance, notices
from payments.refunds.evidence import RefundEvidence, Word
from payments.refunds.ports import BalanceBook, CodeTaken, NoRoom, RefundBook
from payments.refunds.refund import Refund, RefundState
from payments.values import ChatId, MessageId, Phone, RefundId, UserId
from storage.connect import Store
from tests.payments.builders import FIGURES, NOW, a_payment, a_word
from tests.payments.refund_builders import a_refund, a_say, another, stepped
from tests.simulation.memory import Disk, MemoryPaymentBook
from tests.simulation.memory_refunds import MemoryBalanceBook, MemoryRefundBook

W = Word
SENT = (W.ADMIN_APPROVED, W.ENGINE_CLAIMED, W.PAYOUT_ACCEPTED)


@dataclass(slots=True)
class Stores:
    """One kind of store, with one paid payment of KES 1,500."""

    payments: PaymentBook
    refunds: RefundBook
    balances: BalanceBook

    async def sums(self) -> tuple[int, int]:
        payment = await self.payments.get(a_payment().id)
        assert payment is not None
        return payment.refund_reserved_kes, payment.refunded_kes

    async def asked(self, refund: Refund) -> Refund:
        return await self.refunds.add(refund, notices.on_entry(refund))

    async def heard(self, refund: Refund, *words: Word | RefundEvidence) -> Refund:
        for number, word in enumerate(words):
            said = word if isinstance(word, RefundEvidence) else a_say(word, number)
            step = stepped(refund, replace(said, id=f"{refund.id}:{refund.version}:{said.kind}"))
            assert await self.refunds.commit(step)
            refund = step.after
        return refund


async def _paid(book: PaymentBook) -> None:
    payment: Payment = await book.add(a_payment(), payment_notices.on_entry(a_payment()))
    for kind in (EvidenceKind.ENGINE_CLAIMED, EvidenceKind.CALLBACK_PAID):
        step = advance_payment(payment, a_word(kind), FIGURES)
        assert await book.commit(step)
        payment = step.after


@pytest_asyncio.fixture(params=["memory", "mongodb"])
async def stores(
    request: pytest.FixtureRequest, mongod_uri: str, database_name: str
) -> AsyncIterator[Stores]:
    if request.param == "memory":
        disk = Disk()
        found = Stores(MemoryPaymentBook(disk), MemoryRefundBook(disk), MemoryBalanceBook(disk))
        await _paid(found.payments)
        yield found
        return
    store = await Store.open(mongod_uri, database_name)
    await _paid(store.payments)
    yield Stores(store.payments, store.refunds, store.balances)
    await store.close()


async def test_a_request_holds_its_money_and_the_same_one_again_holds_no_more(stores: Stores) -> None:
    refund = await stores.asked(a_refund())
    again = await stores.asked(replace(a_refund(), amount_kes=900))
    assert again == refund == await stores.refunds.get(refund.id)
    assert await stores.sums() == (500, 0)


async def test_what_does_not_fit_is_not_kept(stores: Stores) -> None:
    await stores.asked(a_refund(amount_kes=900))
    with pytest.raises(NoRoom) as refused:
        await stores.asked(another("2" * 16, amount_kes=700))
    assert refused.value.left_kes == 600
    assert await stores.refunds.get(RefundId("2" * 16)) is None
    with pytest.raises(NoRoom):
        await stores.asked(another("3" * 16, phone=Phone("254700000999")))
    assert await stores.sums() == (900, 0)


async def test_a_refund_that_arrived_counts_and_one_that_failed_lets_go(stores: Stores) -> None:
    arrives, fails = await stores.asked(a_refund()), await stores.asked(another("2" * 16, amount_kes=700))
    await stores.heard(arrives, *SENT, W.RESULT_PAID)
    assert await stores.sums() == (1_200, 500)
    failed = await stores.heard(fails, *SENT, W.RESULT_FAILED)
    assert failed.state is RefundState.FAILED
    assert await stores.sums() == (500, 500)
    assert await stores.refunds.get(failed.id) == failed


async def test_of_two_steps_from_one_version_only_the_first_is_written(stores: Stores) -> None:
    refund = await stores.asked(a_refund())
    first, second = stepped(refund, a_say(W.ADMIN_APPROVED)), stepped(refund, a_say(W.ADMIN_REJECTED))
    assert await stores.refunds.commit(first)
    assert not await stores.refunds.commit(second)
    assert await stores.refunds.get(refund.id) == first.after
    assert await stores.sums() == (500, 0)


async def test_an_m_pesa_code_belongs_to_one_refund(stores: Stores) -> None:
    first, second = await stores.asked(a_refund()), await stores.asked(another("2" * 16))
    await stores.heard(first, *SENT, W.RESULT_PAID)
    sent = await stores.heard(second, *SENT)
    with pytest.raises(CodeTaken):
        await stores.refunds.commit(stepped(sent, a_say(W.RESULT_PAID, originator_id=second.originator_id)))
    assert await stores.sums() == (1_000, 500)


async def test_a_late_success_finds_no_room_where_another_refund_has_the_money(stores: Stores) -> None:
    first = await stores.asked(a_refund(amount_kes=1_000))
    failed = await stores.heard(first, *SENT, W.RESULT_FAILED)
    await stores.asked(another("2" * 16, amount_kes=1_000))
    late = stepped(failed, a_say(W.RESULT_PAID, 500, amount_kes=1_000))
    with pytest.raises(NoRoom):
        await stores.refunds.commit(late)
    assert await stores.refunds.get(first.id) == failed
    assert await stores.sums() == (1_000, 0)


async def test_what_is_due_comes_in_its_order(stores: Stores) -> None:
    late, early, wanted = [await stores.asked(another(sign * 16, amount_kes=100)) for sign in "234"]
    for refund, at_s, want in ((late, 20, None), (early, 10, None), (wanted, 30, True)):
        at = NOW + timedelta(seconds=at_s)
        assert await stores.refunds.look_at(refund, at, ask_wanted=want)
        assert not await stores.refunds.look_at(refund, at)
    due = await stores.refunds.due(NOW + timedelta(seconds=40), 9)
    assert [refund.id for refund in due] == [wanted.id, early.id, late.id]
    assert await stores.refunds.next_due_at() == NOW + timedelta(seconds=10)
    assert len(await stores.refunds.due(NOW + timedelta(seconds=40), 1)) == 1


async def test_refunds_are_found_by_state_and_by_payment(stores: Stores) -> None:
    waits, sent = await stores.asked(a_refund()), await stores.asked(another("2" * 16))
    await stores.heard(sent, *SENT)
    found = await stores.refunds.in_states([RefundState.ACCEPTED], 9)
    assert [refund.id for refund in found] == [sent.id]
    assert {refund.id for refund in await stores.refunds.of_payment(waits.payment_id)} == {waits.id, sent.id}


async def test_a_card_is_remembered_for_each_chat(stores: Stores) -> None:
    refund = await stores.asked(a_refund())
    assert await stores.refunds.shown_in(refund.id, ChatId(1)) is None
    await stores.refunds.show_in(refund.id, ChatId(1), MessageId(5))
    await stores.refunds.show_in(refund.id, ChatId(1), MessageId(6))
    assert await stores.refunds.shown_in(refund.id, ChatId(1)) == 6
    assert await stores.refunds.shown_in(refund.id, ChatId(2)) is None


async def test_a_question_for_the_balance_is_given_to_one_and_answered_once(stores: Stores) -> None:
    check = balance.wanted("b" * 16, UserId(1), ChatId(1), NOW, 120)
    await stores.balances.add(check)
    await stores.balances.add(replace(check, chat_id=ChatId(9)))
    taken = await stores.balances.take_due(NOW, 60)
    assert taken is not None
    assert taken.chat_id == 1
    assert await stores.balances.take_due(NOW, 60) is None
    answered, notice = balance.answered(taken, balance.BalanceAnswer(at=NOW, problem="no_answer"))
    assert await stores.balances.settle(taken, answered, notice)
    assert not await stores.balances.settle(taken, answered, notice)
    assert await stores.balances.next_due_at() is None
