"""Whatever people, Safaricom and two engines do, in whatever order: every rule holds after every step.

Hypothesis tells the story over the service, the engine, the inbox's worker and a real MongoDB, and shortens
the one that breaks a rule.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from payments.catalogue import FeeKind
from payments.draft import Draft, new_id
from payments.engine import Engine
from payments.evidence import Evidence, EvidenceKind
from payments.holding import Hold
from payments.inbox import InboxRow, row_id
from payments.payment import Payment, State
from payments.ports import AskLater
from payments.reasons import Reason
from payments.service import PaymentService, StillOpen
from payments.timing import Timing
from payments.values import ChatId, CheckoutId, MessageId, PaymentId, Phone, UserId
from payments.wake import Wake
from storage.connect import Store
from storage.documents import DOCUMENTS, PaymentDocument
from storage.payment_book import payment_of
from tests.crash.invariants import broken
from tests.simulation.world import EPOCH
from webhooks.doors import doors
from webhooks.worker import InboxWorker

T = TypeVar("T")
K = EvidenceKind
PHONES = (Phone("254700000101"), Phone("254700000102"))
EXAMPLES = int(os.environ.get("EXAMPLES", "20"))
STEPS = 25
PUSHES = ("accepted", "answer_lost", "not_sent", "refused", "dies_before", "dies_after")


class Dead(BaseException):
    """The power went while Safaricom was spoken to."""


@dataclass(slots=True)
class Prompt:
    """A push that Safaricom took, and what is true of it."""

    payment_id: PaymentId
    checkout_id: CheckoutId
    amount_kes: int
    paid: bool | None = None
    told_yes: bool = False
    told_no: bool = False

    @property
    def receipt(self) -> str:
        return f"R{self.checkout_id[-9:]}"


class Scripted:
    """Safaricom, doing with each push what was decided before."""

    def __init__(self, story: Story) -> None:
        self._story = story

    async def hold(self) -> Hold | None:
        """See `Safaricom.hold`."""
        return None

    async def push(self, payment: Payment) -> Evidence:
        """See `Safaricom.push`."""
        fate, story = self._story.next_push, self._story
        word = Evidence(id=f"push:{new_id()}", kind=K.PUSH_UNCERTAIN, at=story.now())
        if fate == "dies_before":
            raise Dead
        if fate == "not_sent":
            return replace(word, kind=K.PUSH_NOT_SENT, reason=Reason.NOT_SENT)
        if fate == "refused":
            return replace(word, kind=K.PUSH_REFUSED, reason=Reason.LINE_BUSY)
        checkout_id = CheckoutId(f"ws_CO_{len(story.prompts):09d}")
        story.prompts.append(Prompt(payment.id, checkout_id, payment.amount_kes))
        if fate == "dies_after":
            raise Dead
        if fate == "answer_lost":
            return word
        return replace(word, kind=K.PUSH_ACCEPTED, checkout_id=checkout_id)

    async def ask(self, payment: Payment) -> Evidence | AskLater:
        """See `Safaricom.ask`."""
        story = self._story
        if payment.checkout_id is None:
            return AskLater(None, "there is no request id to ask with")
        prompt = next(p for p in story.prompts if p.checkout_id == payment.checkout_id)
        kind = {None: K.QUERY_PENDING, True: K.QUERY_PAID, False: K.QUERY_UNPAID}[prompt.paid]
        return Evidence(id=f"query:{new_id()}", kind=kind, at=story.now())


class Story(RuleBasedStateMachine):
    """Set `loop` and `store` before."""

    loop: asyncio.AbstractEventLoop
    store: Store

    drafts = Bundle("drafts")

    def __init__(self) -> None:
        super().__init__()
        self.moment = EPOCH
        self.prompts: list[Prompt] = []
        self.next_push = "accepted"
        self.engines: list[Engine] = []
        self.alarms: list[str] = []

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    def now(self) -> datetime:
        return self.moment

    @initialize()
    def begin(self) -> None:
        for document in DOCUMENTS:
            name: str = document.Settings.name
            self.run(self._database[name].delete_many({}))
        self.service = PaymentService(
            self.store.payments, now=self.now, figures=Timing(), poke=lambda: None, alarm=self._alarm
        )
        self.engines = [self._engine(), self._engine()]
        self.worker = InboxWorker(inbox=self.store.inbox, doors=doors(self.service), wake=Wake())

    def _engine(self) -> Engine:
        return Engine(
            book=self.store.payments,
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

    # People.

    @rule(target=drafts, phone=st.sampled_from(PHONES), amount=st.sampled_from((1_500, 3_000)))
    def pay(self, phone: Phone, amount: int) -> Draft:
        draft = Draft(
            id=new_id(),
            user_id=UserId(7),
            chat_id=ChatId(7),
            message_id=MessageId(1),
            created_at=self.now(),
            kind=FeeKind.CONSULTATION,
            title="First consultation",
            amount_kes=amount,
            phone=phone,
        )
        self.run(self.service.open(draft))
        return draft

    @rule(draft=drafts)
    def tap_twice(self, draft: Draft) -> None:
        self.run(self.service.open(draft))

    @rule(target=drafts, draft=consumes(drafts))
    def try_again(self, draft: Draft) -> Draft:
        again = replace(draft, id=new_id(), retry_of=draft.id, created_at=self.now())
        try:
            self.run(self.service.open(again))
        except StillOpen:
            return draft
        return again

    @rule(draft=drafts)
    def cancel(self, draft: Draft) -> None:
        self.run(self.service.cancel(draft.id, draft.user_id))

    @rule(draft=drafts)
    def ask(self, draft: Draft) -> None:
        self.run(self.service.ask_now(draft.id, draft.user_id))

    # The program.

    @rule(which=st.sampled_from((0, 1)), fate=st.sampled_from(PUSHES))
    def one_engine_works(self, which: int, fate: str) -> None:
        self.next_push = fate
        self.run(self._work(which))

    @rule(fate=st.sampled_from(PUSHES))
    def two_engines_and_the_worker_at_once(self, fate: str) -> None:
        self.next_push = fate
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

    # Phones and Safaricom.

    @precondition(lambda self: any(prompt.paid is None for prompt in self.prompts))
    @rule(data=st.data(), paid=st.booleans())
    def the_phone_is_answered(self, data: st.DataObject, paid: bool) -> None:  # noqa: FBT001  Hypothesis names it
        data.draw(st.sampled_from([p for p in self.prompts if p.paid is None])).paid = paid

    @precondition(lambda self: any(prompt.paid is not None for prompt in self.prompts))
    @rule(
        data=st.data(),
        trusted=st.booleans(),
        copies=st.integers(1, 3),
        more_kes=st.sampled_from((0, 0, 0, 1)),
        lies=st.sampled_from((False, False, False, True)),
    )
    def safaricom_calls_back(
        self,
        data: st.DataObject,
        trusted: bool,  # noqa: FBT001  Hypothesis names it
        copies: int,
        more_kes: int,
        lies: bool,  # noqa: FBT001
    ) -> None:
        """The truth, once or often; or a no that a yes follows, or another amount."""
        prompt = data.draw(st.sampled_from([p for p in self.prompts if p.paid is not None]))
        says_yes = bool(prompt.paid) and not lies
        body = _body(prompt, says_yes=says_yes, amount_kes=prompt.amount_kes + more_kes)
        prompt.told_yes = prompt.told_yes or says_yes
        prompt.told_no = prompt.told_no or not says_yes
        row = InboxRow(
            id=row_id("stk", prompt.payment_id, body),
            kind="stk",
            subject=prompt.payment_id,
            raw=body,
            peer="127.0.0.1",
            trusted=trusted,
            received_at=self.now(),
        )
        for _ in range(copies):
            self.run(self.store.inbox.add(row))

    @rule(data=st.data())
    def a_person_resolves(self, data: st.DataObject) -> None:
        """Whoever looks at the statement sees what is true."""
        waiting = [p for p in self._payments() if p.state is State.REVIEW]
        if not waiting:
            return
        payment = data.draw(st.sampled_from(waiting))
        paid = any(prompt.paid for prompt in self._prompts_of(payment))
        kind = K.ADMIN_RESOLVED_PAID if paid else K.ADMIN_RESOLVED_UNPAID
        self.run(self.service.record(payment.id, Evidence(id=f"admin:{new_id()}", kind=kind, at=self.now())))

    @rule(seconds=st.sampled_from((1.0, 15.0, 61.0, 125.0, 3_600.0, 90_000.0, -3_600.0)))
    def time_passes(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)

    # What must hold.

    @invariant()
    def every_rule_holds(self) -> None:
        if not self.engines:
            return
        payments = self._payments()
        waiting = {n["id"] for row in self._rows("payments") for n in row.get("outbox", [])}
        wrong = broken(payments, waiting)
        wrong += [f"{p.id}: {why}" for p in payments for why in self._lies(p)]
        wrong += [alarm for alarm in self.alarms if "impossible" in alarm]
        assert not wrong, wrong

    def _lies(self, payment: Payment) -> Iterator[str]:
        prompts = self._prompts_of(payment)
        if len(prompts) > 1:
            yield "two prompts for one payment"
        debited = any(prompt.paid for prompt in prompts)
        if payment.state is State.PAID and not debited:
            yield "stored as paid, nobody was debited"
        if payment.state is State.UNPAID and debited and not self._excused(payment, prompts):
            yield "stored as unpaid, the phone was debited"

    def _excused(self, payment: Payment, prompts: list[Prompt]) -> bool:
        """Safaricom itself said no, or a person looked before the phone was answered."""
        return any(p.told_no for p in prompts) or payment.reason is Reason.RESOLVED

    def _prompts_of(self, payment: Payment) -> list[Prompt]:
        return [prompt for prompt in self.prompts if prompt.payment_id == payment.id]

    def _payments(self) -> list[Payment]:
        return [payment_of(PaymentDocument.model_validate(row)) for row in self._rows("payments")]

    def _rows(self, name: str) -> list[dict[str, Any]]:
        async def read() -> list[dict[str, Any]]:
            rows: list[dict[str, Any]] = await self._database[name].find().to_list()
            return rows

        return self.run(read())


DATABASE = "machine"


def _body(prompt: Prompt, *, says_yes: bool, amount_kes: int) -> bytes:
    said: dict[str, object] = {"CheckoutRequestID": prompt.checkout_id, "ResultCode": 0 if says_yes else 1032}
    if says_yes:
        items = [
            {"Name": "Amount", "Value": amount_kes},
            {"Name": "MpesaReceiptNumber", "Value": prompt.receipt},
        ]
        said["CallbackMetadata"] = {"Item": items}
    return json.dumps({"Body": {"stkCallback": said}}).encode()


@pytest.mark.timeout(3_600)
def test_every_rule_holds_after_every_step_of_any_story(mongod_uri: str) -> None:
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
