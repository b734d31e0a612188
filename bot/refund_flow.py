"""The refund flow: from /refund to a request that the books hold, by typing and by taps.

Owns the way through the questions. The draft is kept after every answer and carries the `update_id` that gave
it, so that an update delivered twice answers once. What may be given back, and who must allow it, is the
service's to say, and it is asked at every step.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace

from bot import refund_wording as wording
from bot import wording as common
from bot.buttons import RefundAction, RefundTap
from bot.incoming import Said, Tap, Who
from bot.refund_order import Wanted, read_reason, read_remark, read_wanted
from bot.refund_steps import RefundSteps, problem_words
from bot.refusals import Refusals
from bot.screen import Screen
from bot.sender import Sender
from payments.admins import Admin, NotAllowed
from payments.draft import new_id
from payments.payment import Payment
from payments.ports import Now, PaymentBook
from payments.refunds.draft import RefundDraft, RefundQuestion, next_question
from payments.refunds.orders import NoSuchRefund, RefundOrder, WrongProof
from payments.refunds.ports import RefundDraftBook
from payments.refunds.reasons import Why
from payments.refunds.rules import NotRefundable, proof_of
from payments.refunds.service import RefundService
from payments.service import NoSuchPayment
from payments.values import BadValue, PaymentId, RefundId, parse_amount_kes

ASKED_BY_TAP = {
    RefundAction.ALL: RefundQuestion.AMOUNT,
    RefundAction.WHY: RefundQuestion.WHY,
    RefundAction.ASK: RefundQuestion.CONFIRM,
}
"""The question at which a button means something; Cancel always does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFlow:
    """Leads one admin at a time from /refund to a stored request."""

    steps: RefundSteps
    service: RefundService
    payments: PaymentBook
    drafts: RefundDraftBook
    sender: Sender
    refusals: Refusals
    now: Now
    _typed: dict[RefundQuestion, Callable[[Who, RefundDraft, str], Awaitable[None]]] = field(
        init=False, default_factory=dict
    )
    _taps: dict[RefundAction, Callable[[Tap, RefundTap, RefundDraft], Awaitable[None]]] = field(
        init=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        self._typed.update(
            {
                RefundQuestion.AMOUNT: self._amount_typed,
                RefundQuestion.WHY: self._reason_typed,
                RefundQuestion.REMARK: self._remark_typed,
                RefundQuestion.PROOF: self._proof_typed,
                RefundQuestion.CONFIRM: self._remark_typed,
            }
        )
        self._taps.update(
            {
                RefundAction.ALL: self._all_tapped,
                RefundAction.WHY: self._why_tapped,
                RefundAction.ASK: self._ask_tapped,
                RefundAction.CANCEL: self._cancel_tapped,
            }
        )

    # Beginning.

    async def begin(self, said: Said) -> None:
        """Start from what stands behind /refund."""
        wanted = read_wanted(said.text or "/refund")
        payment = await self._find(wanted) if wanted else None
        if wanted is None or payment is None:
            words = wording.NO_SUCH_PAYMENT() if wanted else wording.USAGE()
            await self.sender.send(said.who.chat_id, Screen(text=words))
            return
        why, remark = read_reason(wanted.words)
        problem = common.PROBLEMS.get(wanted.problem)
        draft = replace(self._new(said.who, payment.id), amount_kes=wanted.amount_kes, why=why, remark=remark)
        await self._take_up(said.who, draft, note=problem() if problem else "")

    async def begin_with(self, who: Who, payment_id: PaymentId) -> None:
        """Start with a payment that is known, such as one that a notice told of."""
        await self._take_up(who, self._new(who, payment_id))

    def _new(self, who: Who, payment_id: PaymentId) -> RefundDraft:
        return RefundDraft(
            id=RefundId(new_id()),
            user_id=who.user_id,
            chat_id=who.chat_id,
            created_at=self.now(),
            payment_id=payment_id,
            answered_by=who.update_id,
        )

    async def _find(self, wanted: Wanted) -> Payment | None:
        found = await self.payments.by_receipt(wanted.receipt) if wanted.receipt else None
        if found is None and wanted.payment_id:
            found = await self.payments.get(wanted.payment_id)
        return found

    async def _take_up(self, who: Who, draft: RefundDraft, note: str = "") -> None:
        earlier = await self.draft_of(who)
        if earlier is not None and earlier.answered_by == who.update_id:
            draft = earlier
        async with self._or_end(who, draft):
            await self.steps.ask(draft, note=note)
            if earlier is not None and earlier.id != draft.id:
                self.sender.strip(earlier.chat_id, earlier.message_id)

    # Going on.

    async def draft_of(self, who: Who) -> RefundDraft | None:
        """The refund that this admin is making."""
        draft = await self.drafts.of_chat(who.chat_id)
        return draft if draft is not None and draft.user_id == who.user_id else None

    async def typed(self, said: Said, draft: RefundDraft) -> None:
        """Take something typed as an answer."""
        async with self._or_end(said.who, draft):
            if draft.answered_by == said.who.update_id:
                await self.steps.ask(draft)
            elif said.text is None:
                await self.steps.ask(draft, note=common.ONLY_TEXT())
            else:
                await self._typed[next_question(draft)](said.who, draft, said.text)

    async def cancel(self, draft: RefundDraft) -> None:
        """Forget what is being made."""
        await self._forget(draft)
        await self.sender.send(draft.chat_id, Screen(text=wording.DRAFT_CANCELLED()))

    async def tapped(self, tap: Tap, button: RefundTap) -> None:
        """Act on a draft's button, if it is a button of the chat's present draft and question."""
        draft = await self.draft_of(tap.who)
        if draft is None or draft.id != button.draft_id:
            await self._answer_gone(tap, button)
            return
        async with self._or_end(tap.who, draft):
            if draft.answered_by == tap.who.update_id:
                await self.sender.answer(tap.query_id)
                await self.steps.ask(draft, edit=True)
            elif not _is_present(tap, button, draft):
                await self.refusals.not_theirs(tap, draft.id, f"{button.action}: no longer asked")
            else:
                await self._taps[button.action](tap, button, draft)

    @asynccontextmanager
    async def _or_end(self, who: Who, draft: RefundDraft) -> AsyncIterator[None]:
        """What makes an end of the draft is told, and the draft is forgotten."""
        try:
            yield
        except NotAllowed as refused:
            await self._forget(draft)
            await self.refusals.command(who, refused.deed)
        except (NotRefundable, NoSuchPayment) as refused:
            await self._forget(draft)
            words = (
                problem_words(refused) if isinstance(refused, NotRefundable) else wording.NO_SUCH_PAYMENT()
            )
            await self.sender.send(who.chat_id, Screen(text=words))

    async def _forget(self, draft: RefundDraft) -> None:
        await self.drafts.drop(draft.chat_id, draft.id)
        self.sender.strip(draft.chat_id, draft.message_id)

    async def _answer_gone(self, tap: Tap, button: RefundTap) -> None:
        """The draft is no longer there: it was asked for, or another took its place."""
        try:
            refund = await self.service.get(button.draft_id)
        except NoSuchRefund:
            refund = None
        if refund is None or refund.requested_by != tap.who.user_id:
            await self.refusals.not_theirs(tap, button.draft_id, f"{button.action}: no draft of theirs")
            return
        await self.sender.answer(tap.query_id, wording.ALREADY_ASKED(), alert=True)
        await self.steps.show_asked(refund, tap.who.chat_id, tap.message_id)

    # Answers.

    async def _amount_typed(self, who: Who, draft: RefundDraft, text: str) -> None:
        try:
            amount_kes = parse_amount_kes(text)
        except BadValue as bad:
            await self.steps.ask(draft, note=common.PROBLEMS[bad.problem]())
        else:
            await self.steps.ask(replace(draft, amount_kes=amount_kes, answered_by=who.update_id))

    async def _reason_typed(self, who: Who, draft: RefundDraft, text: str) -> None:
        why, remark = read_reason(text)
        await self.steps.ask(replace(draft, why=why, remark=remark, answered_by=who.update_id))

    async def _remark_typed(self, who: Who, draft: RefundDraft, text: str) -> None:
        await self.steps.ask(replace(draft, remark=read_remark(text), answered_by=who.update_id))

    async def _proof_typed(self, who: Who, draft: RefundDraft, text: str) -> None:
        payment = await self.payments.get(draft.payment_id)
        proof = text.strip().upper()
        if payment is None or proof != proof_of(payment):
            await self.steps.ask(draft, note=wording.WRONG_PROOF())
        else:
            await self.steps.ask(replace(draft, proof=proof, answered_by=who.update_id))

    async def _all_tapped(self, tap: Tap, _: RefundTap, draft: RefundDraft) -> None:
        await self.sender.answer(tap.query_id)
        everything = await self.service.prospect(draft.payment_id, None, draft.user_id)
        answered = replace(draft, amount_kes=everything.amount_kes, answered_by=tap.who.update_id)
        await self.steps.ask(answered, edit=True)

    async def _why_tapped(self, tap: Tap, button: RefundTap, draft: RefundDraft) -> None:
        if button.argument not in set(Why):
            await self.refusals.forged(tap, "no such reason")
            return
        await self.sender.answer(tap.query_id)
        answered = replace(draft, why=Why(button.argument), answered_by=tap.who.update_id)
        await self.steps.ask(answered, edit=True)

    async def _cancel_tapped(self, tap: Tap, _: RefundTap, draft: RefundDraft) -> None:
        await self.sender.answer(tap.query_id)
        await self.drafts.drop(draft.chat_id, draft.id)
        await self.sender.show(draft.chat_id, tap.message_id, Screen(text=wording.DRAFT_CANCELLED()))

    async def _ask_tapped(self, tap: Tap, _: RefundTap, draft: RefundDraft) -> None:
        """Ask for it: whatever comes of it is told by the refund's card."""
        await self.sender.answer(tap.query_id)
        answered = replace(draft, answered_by=tap.who.update_id)
        try:
            refund = await self.service.request(_order(tap, draft))
        except NotRefundable as refused:  # somebody else was faster
            await self.steps.ask(answered, note=problem_words(refused), edit=True)
        except WrongProof:  # there was another admin a moment ago
            await self.steps.ask(replace(answered, proof=""), edit=True)
        else:
            await self.drafts.drop(draft.chat_id, draft.id)
            await self.steps.show_asked(refund, draft.chat_id, tap.message_id)


def _order(tap: Tap, draft: RefundDraft) -> RefundOrder:
    return RefundOrder(
        id=draft.id,
        payment_id=draft.payment_id,
        amount_kes=draft.amount_kes or 0,
        why=draft.why or Why.OTHER,
        remark=draft.remark,
        by=Admin(user_id=tap.who.user_id, name=tap.who.first_name, act=str(tap.who.update_id)),
        proof=draft.proof,
    )


def _is_present(tap: Tap, button: RefundTap, draft: RefundDraft) -> bool:
    """Whether the button answers the draft's present question, and Ask stands under what is asked for."""
    asked = ASKED_BY_TAP.get(button.action)
    shown = draft.message_id is None or draft.message_id == tap.message_id
    return (asked is None or asked is next_question(draft)) and (
        shown or button.action is not RefundAction.ASK
    )
