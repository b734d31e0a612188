"""Shows the present question of a refund in the making, and remembers which message shows it.

Owns that every question is asked of what is true now: what is left of the payment, and who must allow so
much, is looked up afresh each time. Only the newest message of a draft has buttons.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import refund_wording as wording
from bot.refund_draft_screens import Beside, question_screen
from bot.refund_screens import asked_screen
from bot.sender import Sender
from payments.ports import ClientBook
from payments.refunds.draft import RefundDraft
from payments.refunds.orders import Prospect
from payments.refunds.ports import RefundDraftBook
from payments.refunds.refund import Approval, Refund
from payments.refunds.rules import NotRefundable
from payments.refunds.service import RefundService
from payments.values import ChatId, MessageId, UserId, show_kes

_S_PER_MIN = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSteps:
    """The questions of refund drafts, in chats of the office. `cooling_s`: see `RefundTiming`."""

    service: RefundService
    drafts: RefundDraftBook
    clients: ClientBook
    sender: Sender
    cooling_s: float

    async def ask(self, draft: RefundDraft, *, note: str = "", edit: bool = False) -> None:
        """Keep what was answered, then show what comes next, so that a crash loses no answer.

        An amount that cannot be given back is asked for again.

        Raises:
            NotAllowed, NoSuchPayment: as `RefundService.prospect`.
            NotRefundable: nothing at all of this payment can be given back.
        """
        draft, prospect, problem = await self._as_it_is(draft)
        await self.drafts.put(draft)
        await self._show(draft, prospect, note=problem or note, edit=edit)

    async def show_asked(self, refund: Refund, chat_id: ChatId, message_id: MessageId) -> None:
        """What was the summary says from now on that it was asked for."""
        await self.sender.show(chat_id, message_id, asked_screen(refund, await self._name_of(refund.user_id)))

    async def _as_it_is(self, draft: RefundDraft) -> tuple[RefundDraft, Prospect, str]:
        """The draft as far as it still holds, what it would come to, and what is wrong with its amount."""
        problem = ""
        try:
            prospect = await self.service.prospect(draft.payment_id, draft.amount_kes, draft.user_id)
        except NotRefundable as refused:
            if draft.amount_kes is None:
                raise
            draft, problem = replace(draft, amount_kes=None), problem_words(refused)
            prospect = await self.service.prospect(draft.payment_id, None, draft.user_id)
        alone = draft.amount_kes is not None and prospect.approval is Approval.ALONE
        return replace(draft, alone=alone, proof=draft.proof if alone else ""), prospect, problem

    async def _show(self, draft: RefundDraft, prospect: Prospect, *, note: str, edit: bool) -> None:
        beside = Beside(
            prospect=prospect,
            name=await self._name_of(prospect.payment.user_id),
            cooling_min=round(self.cooling_s / _S_PER_MIN),
            note=note,
        )
        screen = question_screen(draft, beside)
        if edit and draft.message_id is not None:
            message_id = await self.sender.show(draft.chat_id, draft.message_id, screen)
        else:
            message_id = await self.sender.send(draft.chat_id, screen)
            self.sender.strip(draft.chat_id, draft.message_id)
        if message_id != draft.message_id:
            await self.drafts.put(replace(draft, message_id=message_id))

    async def _name_of(self, user_id: UserId) -> str:
        client = await self.clients.get(user_id)
        return client.first_name if client else ""


def problem_words(refused: NotRefundable) -> str:
    """Why so much cannot be given back."""
    return wording.PROBLEMS[refused.problem](left=show_kes(refused.left_kes))
