"""The refund as a plain record: what is given back, who asked, who allowed it, who moves it next.

Owns the shape. How it changes is `payments.refunds.lifecycle`'s; how it is kept is `storage`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from payments.refunds.evidence import Word
from payments.refunds.reasons import Obstacle, Why
from payments.values import ChatId, OriginatorId, PaymentId, Phone, Receipt, RefundId, UserId


class RefundState(StrEnum):
    """Where a refund stands."""

    REQUESTED = "requested"
    APPROVED = "approved"
    SENDING = "sending"
    ACCEPTED = "accepted"
    UNCLEAR = "unclear"
    REVIEW = "review"
    PAID_OUT = "paid_out"
    REJECTED = "rejected"
    FAILED = "failed"


LIVE = frozenset({
    RefundState.REQUESTED,
    RefundState.APPROVED,
    RefundState.SENDING,
    RefundState.ACCEPTED,
    RefundState.UNCLEAR,
    RefundState.REVIEW,
})  # fmt: skip
"""The states in which the last word has not been said."""

RELEASED = frozenset({RefundState.REJECTED, RefundState.FAILED})
"""The states that hold nothing of the payment: in them it is certain that no money went out."""


class Route(StrEnum):
    """How the money goes. One refund goes by one of them, for ever."""

    B2C = "b2c"
    REVERSAL = "reversal"


class Approval(StrEnum):
    """What lets a refund go out."""

    SECOND_ADMIN = "second_admin"
    ALONE = "alone"
    """There is only one admin: they proved that they mean it, and it waits for a while."""
    NOT_NEEDED = "not_needed"
    """It is so small that the firm trusts whoever asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundEntry:
    """One word that was heard and what it did. `kind` is the word after weighing."""

    evidence_id: str
    said: Word
    kind: Word
    at: datetime
    before: RefundState
    after: RefundState
    why: str
    by: UserId | None = None
    code: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayoutClaim:
    """A payout that somebody claimed and that is not believed yet."""

    evidence_id: str
    amount_kes: int | None
    mpesa_code: Receipt | None
    paid_out_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """One intent to give back one sum of one payment, by one payout.

    Attributes:
        chat_id: the payer's chat.
        phone: the one that was prompted for the payment, copied, never typed.
        receipt: the payment's M-Pesa receipt, where it is known; a reversal needs it.
        requested_by: the admin who asked.
        approved_by: the admin who allowed it, at `approved_at`.
        originator_id: what Safaricom knows it by; stored before anything is sent.
        not_before: while `approved`: the admin may think again until then.
        claimed_at: when the right to send was last taken.
        ladder_from: the moment from which the status ladder counts.
        attempts: how often a payout was tried that surely was not taken.
        conversation_id: Safaricom's own id, from its answer.
        provider_originator_id: the OriginatorConversationID that Safaricom answered with; of a reversal the
            only one there is (Daraja: Reversal takes none from us).
        asked_at: when Safaricom was last asked about it.
        ask_wanted: a person waits for the next answer.
        holds: whether its amount is reserved on the payment.
        mpesa_code: M-Pesa's code of the payout or reversal.
        paid_out_by: the evidence that made it `paid_out`.
        claim: a payout heard of and not yet believed.
        deadline_at: when this state's time is over; None where there is none.
        next_at: when the engine looks next; None when nothing is left to do.
    """

    id: RefundId
    payment_id: PaymentId
    user_id: UserId
    chat_id: ChatId
    phone: Phone
    title: str
    receipt: Receipt | None
    amount_kes: int
    why: Why
    remark: str = ""
    requested_by: UserId
    requested_by_name: str
    created_at: datetime
    approval: Approval
    route: Route
    originator_id: OriginatorId

    state: RefundState = RefundState.REQUESTED
    version: int = 0
    changed_at: datetime
    approved_by: UserId | None = None
    approved_by_name: str = ""
    approved_at: datetime | None = None
    not_before: datetime | None = None
    claimed_at: datetime | None = None
    ladder_from: datetime | None = None
    attempts: int = 0
    conversation_id: str | None = None
    provider_originator_id: str | None = None
    asked_at: datetime | None = None
    ask_wanted: bool = False
    holds: bool = True
    mpesa_code: Receipt | None = None
    paid_out_at: datetime | None = None
    paid_out_by: str | None = None
    obstacle: Obstacle | None = None
    claim: PayoutClaim | None = None
    deadline_at: datetime | None = None
    next_at: datetime | None = None
    history: tuple[RefundEntry, ...] = ()

    def heard(self, evidence_id: str) -> bool:
        """Whether this very word was recorded before."""
        return any(entry.evidence_id == evidence_id for entry in self.history)

    @property
    def known_ids(self) -> frozenset[str]:
        """The OriginatorConversationIDs by which Safaricom may speak of it."""
        ours = {self.originator_id} if self.route is Route.B2C else set[str]()
        return frozenset(ours | ({self.provider_originator_id} if self.provider_originator_id else set()))
