"""The paying flow: what is answered to each question, by typing, by a contact card or by a tap.

Owns the way from the first question to the confirmed intent; how a payment is begun is `bot.beginnings`'.
The draft is kept after every answer and carries the `update_id` that gave it, so that an update delivered
twice answers once. Refuses to send a push: a tap on Pay stores the intent, and the engine does the rest.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from bot import bill_wording, wording
from bot.beginnings import Beginnings
from bot.buttons import DraftAction, DraftTap
from bot.incoming import Said, Tap, Who
from bot.note_fit import NoteFit
from bot.refusals import Refusals
from bot.rich import said as escaped
from bot.screen import Screen
from bot.screens import paused_screen
from bot.sender import Sender
from bot.steps import Steps
from payments.billing.ports import NoteFull
from payments.catalogue import PRICED, FeeKind
from payments.draft import Draft, Question, next_question, with_fee
from payments.pausing import Paused
from payments.ports import ClientBook, DraftBook, FeeBook, Now
from payments.service import NoSuchPayment, NotConfirmable, PaymentService, StillOpen
from payments.values import (
    BadValue,
    mask_phone,
    parse_amount_kes,
    parse_name,
    parse_phone,
    parse_reference,
)

ASKED_BY_TAP = {
    DraftAction.KIND: Question.KIND,
    DraftAction.FEE: Question.FEE,
    DraftAction.PAY: Question.CONFIRM,
    DraftAction.PHONE: Question.CONFIRM,
    DraftAction.WHOM: Question.CONFIRM,
    DraftAction.SELF: Question.WHOM,
}
"""The question at which a button means something; Cancel always does."""

TYPED: dict[Question, Callable[[Draft, str], Draft]] = {
    Question.REFERENCE: lambda draft, text: replace(draft, reference=parse_reference(text)),
    Question.AMOUNT: lambda draft, text: replace(draft, amount_kes=parse_amount_kes(text)),
    Question.PHONE: lambda draft, text: replace(draft, phone=parse_phone(text)),
    Question.WHOM: lambda draft, text: replace(draft, for_whom=parse_name(text), naming=False),
}
"""The questions that are answered by typing; each may raise `BadValue`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayingFlow:
    """Leads one client at a time from a draft to a stored intent."""

    beginnings: Beginnings
    steps: Steps
    drafts: DraftBook
    clients: ClientBook
    fees: FeeBook
    fit: NoteFit
    service: PaymentService
    sender: Sender
    refusals: Refusals
    now: Now
    _taps: dict[DraftAction, Callable[[Tap, DraftTap, Draft], Awaitable[None]]] = field(
        init=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        self._taps.update(
            {
                DraftAction.KIND: self._kind_tapped,
                DraftAction.FEE: self._fee_tapped,
                DraftAction.PAY: self._pay_tapped,
                DraftAction.PHONE: self._phone_tapped,
                DraftAction.WHOM: self._whom_tapped,
                DraftAction.SELF: self._self_tapped,
                DraftAction.CANCEL: self._cancel_tapped,
            }
        )

    async def typed(self, said: Said) -> bool:
        """Take something typed, or a contact, as an answer; False when nothing was asked."""
        draft = await self.beginnings.draft_of(said.who)
        if draft is None:
            return False
        if draft.answered_by == said.who.update_id:
            await self.steps.ask(draft)
        elif said.contact is not None:
            await self._contact_shared(said, draft)
        elif said.text is None:
            await self.steps.ask(draft, note=wording.ONLY_TEXT())
        elif next_question(draft) is Question.PHONE and said.text.strip() in wording.CANCEL.everywhere():
            await self.cancel(said.who)
        else:
            await self._text_typed(said.who, draft, said.text)
        return True

    async def cancel(self, who: Who) -> bool:
        """Forget what is being made; False when there is nothing."""
        draft = await self.beginnings.draft_of(who)
        if draft is None:
            return False
        await self.drafts.drop(draft.chat_id, draft.id)
        await self.steps.retire(draft)
        await self.sender.send(who.chat_id, Screen(text=wording.DRAFT_CANCELLED(), remove_keyboard=True))
        return True

    async def tapped(self, tap: Tap, button: DraftTap) -> None:
        """Act on a draft's button, if it is a button of the chat's present draft and question."""
        draft = await self.beginnings.draft_of(tap.who)
        if draft is None or draft.id != button.draft_id:
            await self._answer_gone(tap, button)
        elif draft.answered_by == tap.who.update_id:
            await self.sender.answer(tap.query_id)
            await self.steps.ask(draft, edit=True)
        elif not _is_present(tap, button, draft):
            await self.refusals.not_theirs(tap, draft.id, f"{button.action}: no longer asked")
        else:
            await self._taps[button.action](tap, button, draft)

    async def _text_typed(self, who: Who, draft: Draft, text: str) -> None:
        take = TYPED.get(next_question(draft))
        if take is None:
            await self.steps.ask(draft, note=wording.USE_BUTTONS())
            return
        try:
            answered = take(draft, text)
        except BadValue as bad:
            await self.steps.ask(draft, note=wording.PROBLEMS[bad.problem]())
            return
        if problem := await self.fit.problem(answered):
            await self.steps.ask(draft, note=problem)
        else:
            await self._answered(who, draft, answered)

    async def _contact_shared(self, said: Said, draft: Draft) -> None:
        if next_question(draft) is not Question.PHONE or said.contact is None:
            await self.steps.ask(draft, note=wording.CONTACT_NOT_NEEDED())
        elif said.contact.user_id != said.who.user_id:
            await self.steps.ask(draft, note=wording.NOT_YOUR_CONTACT())
        else:
            await self._text_typed(said.who, draft, said.contact.phone)

    async def _answered(self, who: Who, before: Draft, answered: Draft, *, edit: bool = False) -> None:
        """Keep the answer and go on; a number that is remembered is not asked for."""
        if answered.phone and not before.phone:
            noted = wording.NUMBER_NOTED(phone=escaped(mask_phone(answered.phone)))
            await self.sender.send(who.chat_id, Screen(text=noted, remove_keyboard=True))
        elif next_question(answered) is Question.PHONE:
            answered = replace(answered, phone=await self.beginnings.remembered_phone(who))
        await self.steps.keep_and_ask(replace(answered, answered_by=who.update_id), edit=edit)

    async def _kind_tapped(self, tap: Tap, button: DraftTap, draft: Draft) -> None:
        if button.argument not in set(FeeKind):
            await self.refusals.forged(tap, "no such kind of fee")
            return
        await self.sender.answer(tap.query_id)
        kind = FeeKind(button.argument)
        title = "" if kind in PRICED else wording.KINDS[kind].english
        await self._answered(tap.who, draft, replace(draft, kind=kind, title=title), edit=True)

    async def _fee_tapped(self, tap: Tap, button: DraftTap, draft: Draft) -> None:
        fee = await self.fees.get(button.argument)
        if fee is None or fee.kind is not draft.kind:
            await self.sender.answer(tap.query_id, wording.FEE_GONE(), alert=True)
            await self.steps.ask(draft, edit=True)
            return
        await self.sender.answer(tap.query_id)
        await self._answered(tap.who, draft, with_fee(draft, fee), edit=True)

    async def _phone_tapped(self, tap: Tap, _: DraftTap, draft: Draft) -> None:
        """Another number: this time it is asked for, remembered or not."""
        await self.sender.answer(tap.query_id)
        await self.steps.keep_and_ask(replace(draft, phone=None, answered_by=tap.who.update_id), edit=True)

    async def _whom_tapped(self, tap: Tap, _: DraftTap, draft: Draft) -> None:
        await self.sender.answer(tap.query_id)
        await self._answered(tap.who, draft, replace(draft, naming=True), edit=True)

    async def _self_tapped(self, tap: Tap, _: DraftTap, draft: Draft) -> None:
        await self.sender.answer(tap.query_id)
        await self._answered(tap.who, draft, replace(draft, naming=False, for_whom=""), edit=True)

    async def _cancel_tapped(self, tap: Tap, _: DraftTap, draft: Draft) -> None:
        await self.sender.answer(tap.query_id)
        await self.drafts.drop(draft.chat_id, draft.id)
        await self.sender.show(draft.chat_id, tap.message_id, Screen(text=wording.DRAFT_CANCELLED()))

    async def _pay_tapped(self, tap: Tap, _: DraftTap, draft: Draft) -> None:
        await self.sender.answer(tap.query_id, wording.SENDING())
        try:
            payment = await self.service.open(replace(draft, message_id=tap.message_id))
        except StillOpen:
            await self.sender.send(draft.chat_id, Screen(text=wording.STILL_OPEN()))
        except Paused as paused:
            await self.sender.send(draft.chat_id, paused_screen(paused.pause))
        except NoteFull:
            await self._tell_full(draft)
        except NotConfirmable:
            await self.steps.ask(draft, edit=True)
        else:
            await self.clients.seen(
                replace(self.beginnings.client(tap.who), phone=payment.phone, agreed_at=self.now())
            )
            await self.drafts.drop(draft.chat_id, draft.id)

    async def _tell_full(self, draft: Draft) -> None:
        """Somebody else paid on the fee note meanwhile, or the office withdrew it. Nothing was sent."""
        words = await self.fit.problem(draft) or bill_wording.PROBLEMS["being_paid"]()
        await self.sender.send(draft.chat_id, Screen(text=words))

    async def _answer_gone(self, tap: Tap, button: DraftTap) -> None:
        """The draft is no longer there: it was confirmed, or another took its place."""
        try:
            await self.service.status(button.draft_id, tap.who.user_id)
        except NoSuchPayment:
            await self.refusals.not_theirs(tap, button.draft_id, f"{button.action}: no draft of theirs")
        else:
            await self.sender.answer(tap.query_id, wording.ON_ITS_WAY(), alert=True)


def _is_present(tap: Tap, button: DraftTap, draft: Draft) -> bool:
    """Whether the button answers the draft's present question, and Pay stands under what will be paid."""
    asked = ASKED_BY_TAP.get(button.action)
    shown = draft.message_id is None or draft.message_id == tap.message_id
    return (asked is None or asked is next_question(draft)) and (
        shown or button.action is not DraftAction.PAY
    )
