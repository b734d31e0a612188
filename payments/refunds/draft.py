"""A refund in the making: what the admin has said so far, and what is still to be asked.

Owns the order of the questions. The draft is kept in MongoDB so that a restart between two questions loses
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from payments.refunds.reasons import Why
from payments.values import ChatId, MessageId, PaymentId, RefundId, UserId


class RefundQuestion(StrEnum):
    """What is asked next; `CONFIRM` when everything is known."""

    AMOUNT = "amount"
    WHY = "why"
    REMARK = "remark"
    PROOF = "proof"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundDraft:
    """What is known of a refund that nobody has asked for yet.

    Attributes:
        id: becomes the refund's id when asked for; every button of the draft carries it.
        alone: nobody else could allow it, so that the admin must show that they mean it.
        proof: what they typed for that.
        answered_by: the `update_id` that last changed it; the same update again changes nothing.
    """

    id: RefundId
    user_id: UserId
    chat_id: ChatId
    created_at: datetime
    payment_id: PaymentId
    message_id: MessageId | None = None
    amount_kes: int | None = None
    why: Why | None = None
    remark: str = ""
    alone: bool = False
    proof: str = ""
    answered_by: int | None = None


def next_question(draft: RefundDraft) -> RefundQuestion:
    """The first thing still unknown."""
    answered = {
        RefundQuestion.AMOUNT: draft.amount_kes is not None,
        RefundQuestion.WHY: draft.why is not None,
        RefundQuestion.REMARK: draft.why is not Why.OTHER or bool(draft.remark),
        RefundQuestion.PROOF: not draft.alone or bool(draft.proof),
    }
    return next((question for question, known in answered.items() if not known), RefundQuestion.CONFIRM)
