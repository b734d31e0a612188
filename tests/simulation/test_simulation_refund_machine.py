"""Whatever the office, Safaricom and two engines do to refunds, in whatever order: every rule always holds.

Hypothesis tells the story over the service, the engines, the inbox's worker and a real MongoDB with its
transactions, and shortens the one that breaks a rule.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Coroutine
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from payments.admins import Admin
from payments.draft import new_id
from payments.inbox import InboxRow, row_id
from payments.payment import Payment, State
from payments.ports import AskLater
from payments.refunds.balance import BalanceAnswer, BalanceCheck
from payments.refunds.engine import RefundEngine
from payments.refunds.evidence import RefundEvidence, Word
from payments.refunds.orders import RefundOrder
from payments.refunds.ports import Asked
from payments.refunds.reasons import Obstacle, Why
from payments.refunds.refund import LIVE, RELEASED, Refund, RefundState
from payments.refunds.rules import RefundPolicy
from payments.refunds.service import RefundService
from payments.refunds.timing import RefundTiming
from payments.service import PaymentService
from payments.table import ImpossibleEvidence
from payments.timing import Timing
from payments.values import PaymentId, Receipt, RefundId, UserId
from payments.wake import Wake
from storage.connect import Store
from storage.documents import DOCUMENTS, PaymentDocument, RefundDocument
from storage.payment_book import document_of, payment_of
from storage.refund_book import refund_of
from storage.shelf import Shelf
from tests.payments.builders import a_payment
from tests.simulation.office import EVERYBODY, REFUSED, Roll
from tests.simulation.payouts import OutFate, Payout, result_body, status_body
from tests.simulation.refund_truth import wrong_history, wrong_sums
from tests.simulation.world import EPOCH
from webhooks.doors import doors
from webhooks.worker import InboxWorker

T = TypeVar("T")
W = Word
DATABASE = "refund_machine"
EXAMPLES = int(os.environ.get("EXAMPLES", "20"))
STEPS = 30
CALLS = ("accepted", "accepted", "answer_lost", "not_sent", "refused", "dies_before", "dies_after")
FATES = (OutFate.PAYS, OutFate.PAYS, OutFate.LOW_FLOAT, OutFate.INTERNAL)


class Dead(BaseException):
    """The power went while Safaricom was spoken to."""


class Scripted:
    """Safaricom, doing with each call what was decided before."""

    def __init__(self, story: Story) -> None:
        self._story = story

    async def pay_out(self, refund: Refund) -> RefundEvidence:
        """See `SafaricomOut.pay_out`."""
        call, story = self._story.next_call, self._story
        word = RefundEvidence(id=f"payout:{new_id()}", kind=W.PAYOUT_UNCERTAIN, at=story.now())
        if call == "dies_before":
            raise Dead
        if call == "not_sent":
            return replace(word, kind=W.PAYOUT_NOT_SENT, obstacle=Obstacle.NOT_SENT)
        if call == "refused":
            return replace(word, kind=W.PAYOUT_REFUSED, obstacle=Obstacle.REFUSED)
        story.payouts.append(
            Payout(
                refund_id=refund.id,
                originator_id=refund.originator_id,
                amount_kes=refund.amount_kes,
                fate=story.next_fate,
                moves=story.next_fate in {OutFate.PAYS, OutFate.INTERNAL},
            )
        )
        if call == "dies_after":
            raise Dead
        if call == "answer_lost":
            return word
        return replace(word, kind=W.PAYOUT_ACCEPTED, originator_id=refund.originator_id)

    async def ask(self, refund: Refund) -> RefundEvidence | AskLater:
        """See `SafaricomOut.ask`; the answer is one of the story's steps."""
        self._story.questions.add(refund.id)
        return RefundEvidence(id=f"status:{new_id()}", kind=W.STATUS_ASKED, at=self._story.now())

    async def ask_balance(self, check: BalanceCheck) -> Asked | AskLater | BalanceAnswer:
        """See `SafaricomOut.ask_balance`."""
        return AskLater(None, f"nobody asks here: {check.id}")


class Story(RuleBasedStateMachine):
    """Set `loop` and `store` before."""

    loop: asyncio.AbstractEventLoop
    store: Store

    refunds = Bundle("refunds")

    def __init__(self) -> None:
        super().__init__()
        self.moment = EPOCH
        self.payouts: list[Payout] = []
        self.questions: set[RefundId] = set()
        self.next_call, self.next_fate = "accepted", OutFate.PAYS
        self.engines: list[RefundEngine] = []
        self.roll = Roll()
        self.paid: list[PaymentId] = []
        self.alarms: list[str] = []

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def now(self) -> datetime:
        return self.moment

    @initialize(several=st.booleans())
    def begin(self, several: bool) -> None:  # noqa: FBT001  Hypothesis names it
        for document in DOCUMENTS:
            name: str = document.Settings.name
            self.run(self._database[name].delete_many({}))
        for number in range(2 if several else 1):
            self._pay(number)
        self.service = RefundService(
            self.store.refunds,
            self.store.payments,
            self.roll,
            now=self.now,
            figures=RefundTiming(),
            policy=RefundPolicy(approval_above_kes=100),
            poke=lambda: None,
            alarm=self._alarm,
        )
        payments = PaymentService(
            self.store.payments, now=self.now, figures=Timing(), poke=lambda: None, alarm=self._alarm
        )
        self.engines = [self._engine(), self._engine()]
        self.worker = InboxWorker(inbox=self.store.inbox, doors=doors(payments, self.service), wake=Wake())

    def _pay(self, number: int) -> None:
        payment_id = PaymentId(f"{number + 1:016x}")
        payment = a_payment(
            State.PAID,
            id=payment_id,
            paid_kes=1_500,
            receipt=Receipt(f"RECEIPT{number}"),
            paid_by="inbox:1",
            checkout_id=f"ws_CO_{number}",
            next_at=None,
            deadline_at=None,
        )
        self.run(Shelf(self._database, PaymentDocument).insert(document_of(payment)))
        self.paid.append(payment_id)

    def _engine(self) -> RefundEngine:
        return RefundEngine(
            book=self.store.refunds,
            balances=self.store.balances,
            service=self.service,
            safaricom=Scripted(self),
            now=self.now,
            wake=Wake(),
        )

    def _alarm(self, event: str, **details: str) -> None:
        self.alarms.append(f"{event} {details}")

    @property
    def _database(self) -> Any:
        return self.store._client[DATABASE]

    # The office.

    @rule(
        target=refunds,
        data=st.data(),
        amount=st.sampled_from((50, 700, 1_000, 1_500)),
        who=st.sampled_from(EVERYBODY),
    )
    def ask_for_one(self, data: st.DataObject, amount: int, who: UserId) -> Any:
        order = _order(data.draw(st.sampled_from(self.paid)), amount, who)
        return order.id if self._officially(self.service.request(order)) else multiple()

    @rule(target=refunds, data=st.data(), amount=st.sampled_from((700, 1_000, 1_500)))
    def one_is_asked_for_and_allowed(self, data: st.DataObject, amount: int) -> Any:
        asker, decider, _ = EVERYBODY
        self.roll.present |= {asker, decider}
        order = _order(data.draw(st.sampled_from(self.paid)), amount, asker)
        if not self._officially(self.service.request(order)):
            return multiple()
        self._officially(self.service.approve(order.id, _admin(decider)))
        return order.id

    @rule(target=refunds, data=st.data(), amount=st.sampled_from((700, 1_000, 1_500)))
    def all_ask_at_once(self, data: st.DataObject, amount: int) -> Any:
        payment_id = data.draw(st.sampled_from(self.paid))
        orders = [_order(payment_id, amount, who) for who in EVERYBODY]

        async def act() -> list[Refund | BaseException]:
            requests = [self.service.request(order) for order in orders]
            return await asyncio.gather(*requests, return_exceptions=True)

        answers = self.run(act())
        unexpected = [each for each in answers if not isinstance(each, (Refund, *REFUSED))]
        assert not unexpected, unexpected
        return multiple(*[each.id for each in answers if isinstance(each, Refund)])

    @rule(refund=refunds, who=st.sampled_from(EVERYBODY))
    def allow(self, refund: RefundId, who: UserId) -> None:
        self._officially(self.service.approve(refund, _admin(who)))

    @rule(refund=refunds)
    def all_allow_at_once(self, refund: RefundId) -> None:
        async def act() -> None:
            acts = [self.service.approve(refund, _admin(who)) for who in EVERYBODY]
            for answer in await asyncio.gather(*acts, return_exceptions=True):
                if isinstance(answer, BaseException) and not isinstance(answer, REFUSED):
                    raise answer

        self.run(act())

    @rule(refund=refunds, who=st.sampled_from(EVERYBODY))
    def reject(self, refund: RefundId, who: UserId) -> None:
        self._officially(self.service.reject(refund, _admin(who)))

    @rule(refund=refunds, who=st.sampled_from(EVERYBODY))
    def check(self, refund: RefundId, who: UserId) -> None:
        self._officially(self.service.ask_now(refund, _admin(who)))

    @rule(who=st.sampled_from(EVERYBODY))
    def somebody_comes_or_goes(self, who: UserId) -> None:
        if who in self.roll.present and len(self.roll.present) > 1:
            self.roll.present.discard(who)
        else:
            self.roll.present.add(who)

    @rule(data=st.data())
    def a_person_resolves(self, data: st.DataObject) -> None:
        """Whoever looks at the statement sees what is true, once Safaricom is through with it."""
        waiting = [refund for refund in self._refunds() if refund.state is RefundState.REVIEW]
        done = [refund for refund in waiting if all(payout.over for payout in self._payouts_of(refund))]
        if done:
            refund = data.draw(st.sampled_from(done))
            moved = any(payout.moved for payout in self._payouts_of(refund))
            by = _admin(min(self.roll.present))
            self._officially(self.service.resolve(refund.id, by, paid=moved, note="statement"))

    def _officially(self, deed: Coroutine[Any, Any, object]) -> bool:
        """Do it; False when it was refused, as some of it must be."""
        try:
            self.run(deed)
        except (*REFUSED, ImpossibleEvidence):
            return False
        return True

    # The program.

    @rule(which=st.sampled_from((0, 1)), call=st.sampled_from(CALLS), fate=st.sampled_from(FATES))
    def one_engine_works(self, which: int, call: str, fate: OutFate) -> None:
        self.next_call, self.next_fate = call, fate
        self.run(self._work(which))

    @rule(call=st.sampled_from(CALLS), fate=st.sampled_from(FATES))
    def two_engines_and_the_worker_at_once(self, call: str, fate: OutFate) -> None:
        self.next_call, self.next_fate = call, fate
        self.run(self._all_at_once())

    @rule()
    def the_inbox_is_worked(self) -> None:
        self.run(self.worker.work_batch())

    async def _all_at_once(self) -> None:
        await asyncio.gather(self._work(0), self._work(1), self.worker.work_batch())

    async def _work(self, which: int) -> None:
        engine = self.engines[which]
        try:
            await engine.rest()
        except Dead:
            rest = engine.under_way
            for task in rest:
                task.cancel()
            await asyncio.gather(*rest, return_exceptions=True)
            self.engines[which] = self._engine()

    # Safaricom.

    @precondition(lambda self: any(not payout.over for payout in self.payouts))
    @rule(data=st.data())
    def a_payout_is_carried_out(self, data: st.DataObject) -> None:
        payout = data.draw(st.sampled_from([each for each in self.payouts if not each.over]))
        payout.over, payout.moved = True, payout.moves
        payout.code = f"P{self.payouts.index(payout):09d}" if payout.moves else ""

    @precondition(lambda self: any(payout.over for payout in self.payouts))
    @rule(
        data=st.data(),
        trusted=st.booleans(),
        copies=st.integers(1, 3),
        more_kes=st.sampled_from((0, 0, 0, 1)),
        kind=st.sampled_from(("b2c", "b2c", "timeout")),
    )
    def safaricom_tells_the_result(
        self,
        data: st.DataObject,
        trusted: bool,  # noqa: FBT001  Hypothesis names it
        copies: int,
        more_kes: int,
        kind: str,
    ) -> None:
        payout = data.draw(st.sampled_from([each for each in self.payouts if each.over]))
        body = result_body(payout, payout.fate.value, payout.amount_kes + more_kes)
        self._arrives(kind, payout.refund_id, b"{}" if kind == "timeout" else body, trusted, copies)

    @precondition(lambda self: bool(self.questions))
    @rule(data=st.data(), trusted=st.booleans())
    def safaricom_answers_a_question(self, data: st.DataObject, trusted: bool) -> None:  # noqa: FBT001
        refund_id = data.draw(st.sampled_from(sorted(self.questions)))
        payout = next((each for each in self.payouts if each.refund_id == refund_id), None)
        self._arrives("status", refund_id, status_body(payout), trusted, 1)

    def _arrives(self, kind: str, refund_id: RefundId, body: bytes, trusted: bool, copies: int) -> None:  # noqa: FBT001
        row = InboxRow(
            id=row_id(kind, refund_id, body),
            kind=kind,
            subject=refund_id,
            raw=body,
            peer="127.0.0.1",
            trusted=trusted,
            received_at=self.now(),
        )
        for _ in range(copies):
            self.run(self.store.inbox.add(row))

    @rule(seconds=st.sampled_from((1.0, 15.0, 61.0, 125.0, 3_600.0, 90_000.0, 260_000.0, -3_600.0)))
    def time_passes(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    # What must hold.

    @invariant()
    def every_rule_holds(self) -> None:
        if not self.engines:
            return
        refunds = self._refunds()
        wrong = [why for refund in refunds for why in self._lies(refund)]
        for payment in self._payments():
            wrong += wrong_sums(payment, [each for each in refunds if each.payment_id == payment.id])
        wrong += [alarm for alarm in self.alarms if "impossible" in alarm]
        assert not wrong, wrong

    def _lies(self, refund: Refund) -> list[str]:
        payouts = self._payouts_of(refund)
        moved = any(payout.moved for payout in payouts)
        lies = list(wrong_history(refund))
        if len(payouts) > 1:
            lies.append(f"I11: {len(payouts)} payouts of one refund")
        if refund.state is RefundState.PAID_OUT and not moved:
            lies.append("stored as paid out, nobody got anything")
        if refund.state in RELEASED and moved and not _looked_too_early(refund):
            lies.append(f"stored as {refund.state}, the phone got the money")
        if refund.state in LIVE - {RefundState.REVIEW} and refund.next_at is None:
            lies.append(f"nobody will look at it, though it is {refund.state}")
        return lies

    def _payouts_of(self, refund: Refund) -> list[Payout]:
        return [payout for payout in self.payouts if payout.refund_id == refund.id]

    def _payments(self) -> list[Payment]:
        return [payment_of(PaymentDocument.model_validate(row)) for row in self._rows("payments")]

    def _refunds(self) -> list[Refund]:
        return [refund_of(RefundDocument.model_validate(row)) for row in self._rows("refunds")]

    def _rows(self, name: str) -> list[dict[str, Any]]:
        async def read() -> list[dict[str, Any]]:
            rows: list[dict[str, Any]] = await self._database[name].find().to_list()
            return rows

        return self.run(read())


def _looked_too_early(refund: Refund) -> bool:
    """A person looked and saw nothing, before the payout was carried out."""
    return refund.obstacle is Obstacle.RESOLVED


def _order(payment_id: PaymentId, amount_kes: int, who: UserId) -> RefundOrder:
    return RefundOrder(
        id=RefundId(new_id()),
        payment_id=payment_id,
        amount_kes=amount_kes,
        why=Why.GOODWILL,
        remark="",
        by=_admin(who),
    )


def _admin(who: UserId) -> Admin:
    return Admin(user_id=who, name=f"A{who}", act=new_id())


@pytest.mark.timeout(3_600)
def test_every_rule_of_refunds_holds_after_every_step_of_any_story(mongod_uri: str) -> None:
    logging.disable(logging.CRITICAL)
    loop = asyncio.new_event_loop()
    Story.loop = loop
    Story.store = loop.run_until_complete(Store.open(mongod_uri, DATABASE))
    try:
        run_state_machine_as_test(
            Story,
            settings=settings(
                max_examples=EXAMPLES,
                stateful_step_count=STEPS,
                deadline=None,
                derandomize="EXAMPLES" not in os.environ,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        loop.run_until_complete(Story.store.close())
        loop.close()
        logging.disable(logging.NOTSET)
