"""The payment as a plain record: what is owed, what was heard, who moves it next.

Owns the shape. How it changes is `payments.lifecycle`'s; how it is kept is `storage`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from payments.catalogue import FeeKind
from payments.evidence import EvidenceKind
from payments.reasons import Reason
from payments.values import ChatId, CheckoutId, MessageId, NoteId, PaymentId, Phone, Receipt, UserId


class State(StrEnum):
    """Where a payment stands. The word is a situation, never an event."""

    QUEUED = "queued"
    SENDING = "sending"
    PROMPTED = "prompted"
    UNCLEAR = "unclear"
    REVIEW = "review"
    PAID = "paid"
    UNPAID = "unpaid"


OPEN = frozenset({State.QUEUED, State.SENDING, State.PROMPTED, State.UNCLEAR, State.REVIEW})
"""The states in which the last word has not been said."""


class Doubt(StrEnum):
    """Why a success that a callback claimed is not believed yet."""

    UNCONFIRMED = "unconfirmed"
    MISMATCH = "mismatch"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A success somebody claimed and Safaricom has not confirmed."""

    doubt: Doubt
    evidence_id: str
    amount_kes: int | None
    receipt: Receipt | None
    paid_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One word that was heard and what it did.

    Attributes:
        kind: the word after weighing.
        reason: with a definite no: why.
    """

    evidence_id: str
    said: EvidenceKind
    kind: EvidenceKind
    at: datetime
    before: State
    after: State
    why: str
    code: str | None = None
    note: str = ""
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One intent to pay one fee by one STK push.

    Attributes:
        id: also the id of the draft it came from, so that a double tap finds the same payment.
        title: the fee in words, such as `Initial consultation`.
        title_sw: the same in Swahili, where the firm has a word for it.
        reference: what the payer typed (a case number); empty for a consultation.
        account_reference: at most 12 letters and digits, shown in the prompt.
        retry_of: the unpaid payment this one tries again.
        note_id: the fee note of which it pays all or a part.
        for_whom: the name of somebody else whose fee it is, as typed; empty where it is the payer's own.
        claimed_at: when the right to send was last taken; the clock of prompt and ladder.
        ladder_from: the moment from which the query ladder counts.
        push_attempts: how often a push was tried that surely was not taken.
        asked_at: when Safaricom last answered a query.
        ask_wanted: a person waits for the next answer.
        paid_by: the evidence that made it `paid`.
        late: it became `paid` after a definite no had been told.
        claim: a success heard and not yet believed.
        not_before: while `queued`: M-Pesa would refuse it sooner, so it is not sent before.
        deadline_at: when this state's time is over; None where there is none.
        next_at: when the engine looks next; None when nothing is left to do.
        refund_reserved_kes: what refunds hold of it, those that went out included.
        refunded_kes: what refunds have paid back.
    """

    id: PaymentId
    user_id: UserId
    chat_id: ChatId
    message_id: MessageId | None
    kind: FeeKind
    title: str
    title_sw: str = ""
    reference: str
    account_reference: str
    amount_kes: int
    phone: Phone
    created_at: datetime
    retry_of: PaymentId | None = None
    note_id: NoteId | None = None
    for_whom: str = ""

    state: State = State.QUEUED
    version: int = 0
    changed_at: datetime
    claimed_at: datetime | None = None
    ladder_from: datetime | None = None
    push_attempts: int = 0
    checkout_id: CheckoutId | None = None
    merchant_request_id: str | None = None
    asked_at: datetime | None = None
    ask_wanted: bool = False
    receipt: Receipt | None = None
    paid_kes: int | None = None
    paid_at: datetime | None = None
    paid_by: str | None = None
    late: bool = False
    reason: Reason | None = None
    claim: Claim | None = None
    not_before: datetime | None = None
    deadline_at: datetime | None = None
    next_at: datetime | None = None
    refund_reserved_kes: int = 0
    refunded_kes: int = 0
    history: tuple[HistoryEntry, ...] = ()

    @property
    def refundable_kes(self) -> int:
        """What of it may still be asked back."""
        return (self.paid_kes or 0) - self.refund_reserved_kes if self.state is State.PAID else 0

    def heard(self, evidence_id: str) -> bool:
        """Whether this very word was recorded before."""
        return any(entry.evidence_id == evidence_id for entry in self.history)
