"""The refund's document, and the question for the balance."""

from decimal import Decimal
from typing import ClassVar

from beanie import Document
from pydantic import Field
from pymongo import ASCENDING, IndexModel

from payments.refunds.balance import CheckState
from payments.refunds.evidence import Word
from payments.refunds.reasons import Obstacle, Why
from payments.refunds.refund import Approval, RefundState, Route
from payments.values import ChatId, MessageId, OriginatorId, PaymentId, Phone, Receipt, RefundId, UserId
from storage.documents.fields import DAY_S, Kes, Moment, Part, dated, unique
from storage.documents.payment import OutboxPart

CHECKS_KEPT_S = 30 * DAY_S
"""How long an answered question for the balance is kept."""


class PayoutClaimPart(Part):
    """See `payments.refunds.refund.PayoutClaim`."""

    evidence_id: str
    amount_kes: Kes | None = None
    mpesa_code: Receipt | None = None
    paid_out_at: Moment | None = None


class RefundEntryPart(Part):
    """See `payments.refunds.refund.RefundEntry`."""

    evidence_id: str
    said: Word
    kind: Word
    at: Moment
    before: RefundState
    after: RefundState
    why: str
    by: UserId | None = None
    code: str | None = None
    note: str = ""


class RefundDocument(Document):
    """See `payments.refunds.refund.Refund`, whose field names it shares.

    Attributes:
        cards: the message that shows it, by the office chat (as text) in which it stands.
        outbox: notices waiting to become deliveries.
        logged: how many of its events are in the audit trail.
        log_due_at: there only while some are not: since when.
    """

    id: RefundId  # type: ignore[assignment]  # Beanie: an _id of our own
    payment_id: PaymentId
    user_id: UserId
    chat_id: ChatId
    phone: Phone
    title: str
    receipt: Receipt | None = None
    amount_kes: Kes
    why: Why
    remark: str = ""
    requested_by: UserId
    requested_by_name: str
    created_at: Moment
    approval: Approval
    route: Route
    originator_id: OriginatorId

    state: RefundState
    version: int
    changed_at: Moment
    approved_by: UserId | None = None
    approved_by_name: str = ""
    approved_at: Moment | None = None
    not_before: Moment | None = None
    claimed_at: Moment | None = None
    ladder_from: Moment | None = None
    attempts: int = 0
    conversation_id: str | None = None
    provider_originator_id: str | None = None
    asked_at: Moment | None = None
    ask_wanted: bool = False
    holds: bool = True
    mpesa_code: Receipt | None = None
    paid_out_at: Moment | None = None
    paid_out_by: str | None = None
    obstacle: Obstacle | None = None
    claim: PayoutClaimPart | None = None
    deadline_at: Moment | None = None
    next_at: Moment | None = None
    history: tuple[RefundEntryPart, ...] = ()

    cards: dict[str, MessageId] = Field(default_factory=dict)
    outbox: tuple[OutboxPart, ...] = ()
    logged: int = 0
    log_due_at: Moment | None = None

    class Settings:
        """Beanie's settings."""

        name = "refunds"
        keep_nulls = False
        indexes: ClassVar = [
            IndexModel([("originator_id", ASCENDING)], unique=True),
            unique("mpesa_code"),
            IndexModel(
                [("ask_wanted", ASCENDING), ("next_at", ASCENDING)],
                partialFilterExpression={"ask_wanted": True},
            ),
            dated("next_at"),
            dated("outbox.at"),
            dated("log_due_at"),
            IndexModel([("payment_id", ASCENDING), ("created_at", ASCENDING)]),
            IndexModel([("state", ASCENDING), ("changed_at", ASCENDING)]),
        ]


class AccountPart(Part):
    """See `payments.refunds.balance.Account`. The provider's figure is kept as text: no money of ours."""

    name: str
    available: str


class AnswerPart(Part):
    """See `payments.refunds.balance.BalanceAnswer`."""

    at: Moment
    accounts: tuple[AccountPart, ...] = ()
    problem: str = ""


class BalanceDocument(Document):
    """See `payments.refunds.balance.BalanceCheck`.

    Attributes:
        outbox: the answer's news, waiting to become a delivery.
    """

    id: str  # type: ignore[assignment]  # Beanie: an _id of our own
    asked_by: UserId
    chat_id: ChatId
    created_at: Moment
    ends_at: Moment
    state: CheckState
    version: int
    next_at: Moment | None = None
    answer: AnswerPart | None = None
    outbox: tuple[OutboxPart, ...] = ()

    class Settings:
        """Beanie's settings."""

        name = "balances"
        keep_nulls = False
        indexes: ClassVar = [
            dated("next_at"),
            dated("outbox.at"),
            IndexModel([("created_at", ASCENDING)], expireAfterSeconds=CHECKS_KEPT_S),
        ]


def as_account(name: str, available: Decimal) -> AccountPart:
    """An account as it is kept."""
    return AccountPart(name=name, available=str(available))
