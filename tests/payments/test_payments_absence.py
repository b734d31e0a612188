"""A program that was away for days: Safaricom is asked once before a person is bothered."""

from __future__ import annotations

from datetime import datetime, timedelta

from payments.engine import Engine
from payments.evidence import Evidence
from payments.holding import Hold
from payments.payment import Payment, State
from payments.ports import AskLater
from payments.refunds.refund import RefundState
from payments.service import PaymentService
from payments.values import PaymentId
from payments.wake import Wake
from tests.payments.builders import CHECKOUT, FIGURES, NOW, K, a_payment, a_word
from tests.payments.refund_builders import REFUND_ID, W, a_say
from tests.payments.refund_desk import Desk, Wire, an_engine
from tests.simulation.memory import Disk, Kept, MemoryPaymentBook

DAYS_LATER = NOW + timedelta(days=4)


class Asked:
    """Safaricom, which answers every question alike."""

    def __init__(self, answer: Evidence | AskLater) -> None:
        self._answer = answer
        self.questions = 0

    async def hold(self) -> Hold | None:
        return None

    async def push(self, payment: Payment) -> Evidence:
        raise AssertionError(payment)

    async def ask(self, _: Payment) -> Evidence | AskLater:
        self.questions += 1
        return self._answer


async def _back_after_days(answer: Evidence | AskLater) -> tuple[Payment, Asked]:
    payment = a_payment(State.UNCLEAR, checkout_id=CHECKOUT)
    disk, safaricom = Disk(payments={payment.id: Kept(payment)}), Asked(answer)
    book = MemoryPaymentBook(disk)

    def now() -> datetime:
        return DAYS_LATER

    service = PaymentService(book, now=now, figures=FIGURES, poke=lambda: None, alarm=_no_alarm)
    engine = Engine(book=book, service=service, safaricom=safaricom, now=now, wake=Wake(), figures=FIGURES)
    await engine.rest()
    return await _read(book, payment.id), safaricom


def _no_alarm(event: str, **details: str) -> None:
    raise AssertionError(event, details)


async def _read(book: MemoryPaymentBook, payment_id: PaymentId) -> Payment:
    found = await book.get(payment_id)
    assert found is not None
    return found


async def test_a_payment_that_hung_through_an_absence_is_asked_about_before_a_person_is_brought_in() -> None:
    paid = a_word(K.QUERY_PAID, 4 * 86_400)
    payment, safaricom = await _back_after_days(paid)
    assert (payment.state, safaricom.questions) == (State.PAID, 1)


async def test_who_cannot_be_asked_or_does_not_know_leaves_it_to_a_person() -> None:
    for answer in (AskLater(None, "Safaricom is away"), a_word(K.QUERY_PENDING, 4 * 86_400)):
        payment, safaricom = await _back_after_days(answer)
        assert (payment.state, safaricom.questions) == (State.REVIEW, 1)


async def test_a_refund_that_hung_through_an_absence_is_asked_about_before_a_person_is_brought_in() -> None:
    desk = Desk()
    await desk.accepted()
    desk.now = DAYS_LATER
    wire = Wire(desk, answer=None)
    await an_engine(desk, wire).rest()
    refund = await desk.service.get(REFUND_ID)
    assert (refund.state, len(wire.asked)) == (RefundState.UNCLEAR, 1)
    assert refund.deadline_at is not None
    assert refund.deadline_at > desk.now
    answered = await desk.says(a_say(W.STATUS_PAID, 4 * 86_400 + 5))
    assert answered.state is RefundState.PAID_OUT


async def test_a_refund_whose_last_question_was_never_answered_is_looked_at_by_a_person() -> None:
    desk = Desk()
    await desk.accepted()
    desk.now = DAYS_LATER
    wire = Wire(desk, answer=None)
    await an_engine(desk, wire).rest()
    desk.now = DAYS_LATER + timedelta(hours=1)
    await an_engine(desk, wire).rest()
    assert (await desk.service.get(REFUND_ID)).state is RefundState.REVIEW
    assert len(wire.asked) == 1
