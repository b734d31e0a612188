"""The payment's document."""

from typing import ClassVar

from beanie import Document
from pymongo import ASCENDING, DESCENDING, IndexModel

from payments.catalogue import FeeKind
from payments.evidence import EvidenceKind
from payments.notices import Audience
from payments.payment import Doubt, State
from payments.reasons import Reason
from payments.values import ChatId, CheckoutId, MessageId, NoteId, PaymentId, Phone, Receipt, UserId
from storage.documents.fields import Kes, Moment, Part, dated, unique

_NEWEST_FIRST = [("created_at", DESCENDING), ("_id", DESCENDING)]


class ClaimPart(Part):
    """See `payments.payment.Claim`."""

    doubt: Doubt
    evidence_id: str
    amount_kes: Kes | None = None
    receipt: Receipt | None = None
    paid_at: Moment | None = None


class HistoryPart(Part):
    """See `payments.payment.HistoryEntry`."""

    evidence_id: str
    said: EvidenceKind
    kind: EvidenceKind
    at: Moment
    before: State
    after: State
    why: str
    code: str | None = None
    note: str = ""
    reason: Reason | None = None


class OutboxPart(Part):
    """A notice committed with its payment and not yet turned into deliveries.

    Attributes:
        at: when it was committed.
        turn: orders the notices of one payment.
    """

    id: str
    audience: Audience
    event: str
    at: Moment
    turn: int


class PaymentDocument(Document):
    """See `payments.payment.Payment`, whose field names it shares.

    Attributes:
        line: the phone, while this payment's prompt may be on it. Its unique index is the lock
            that allows one live prompt for a phone.
        repeat_key: phone and amount, while the same may not be asked again. Unique likewise. It may stay on
            after its time: whoever wants it then ends it.
        outbox: notices waiting to become deliveries.
        logged: how many of its events (its opening, each word of its history) are in the audit trail.
        log_due_at: there only while some are not: since when.
    """

    id: str  # type: ignore[assignment]  # Beanie: an _id of our own
    user_id: UserId
    chat_id: ChatId
    message_id: MessageId | None = None
    kind: FeeKind
    title: str
    title_sw: str = ""
    reference: str
    account_reference: str
    amount_kes: Kes
    phone: Phone
    created_at: Moment
    retry_of: PaymentId | None = None
    note_id: NoteId | None = None
    for_whom: str = ""

    state: State
    version: int
    changed_at: Moment
    claimed_at: Moment | None = None
    ladder_from: Moment | None = None
    push_attempts: int = 0
    checkout_id: CheckoutId | None = None
    merchant_request_id: str | None = None
    asked_at: Moment | None = None
    ask_wanted: bool = False
    receipt: Receipt | None = None
    paid_kes: Kes | None = None
    paid_at: Moment | None = None
    paid_by: str | None = None
    late: bool = False
    reason: Reason | None = None
    claim: ClaimPart | None = None
    not_before: Moment | None = None
    deadline_at: Moment | None = None
    next_at: Moment | None = None
    refund_reserved_kes: Kes = 0
    refunded_kes: Kes = 0
    history: tuple[HistoryPart, ...] = ()

    line: Phone | None = None
    repeat_key: str | None = None
    outbox: tuple[OutboxPart, ...] = ()
    logged: int = 0
    log_due_at: Moment | None = None

    class Settings:
        """Beanie's settings."""

        name = "payments"
        keep_nulls = False
        indexes: ClassVar = [
            unique("receipt"),
            unique("checkout_id"),
            unique("line"),
            unique("repeat_key"),
            IndexModel(
                [("ask_wanted", ASCENDING), ("next_at", ASCENDING)],
                partialFilterExpression={"ask_wanted": True},
            ),
            dated("next_at"),
            dated("outbox.at"),
            dated("log_due_at"),
            IndexModel(
                [("refund_reserved_kes", ASCENDING)],
                partialFilterExpression={"refund_reserved_kes": {"$gt": 0}},
            ),
            IndexModel([("state", ASCENDING), ("changed_at", ASCENDING)]),
            # The office's searches, each in the order in which it is shown. What stands behind the order is
            # told without the document. The last index is for ranges of amounts that hold few.
            # Beanie takes two indexes of the same fields for one, in whatever order they name them.
            IndexModel([*_NEWEST_FIRST, ("amount_kes", ASCENDING)]),
            *(
                IndexModel([(field, ASCENDING), *_NEWEST_FIRST, ("amount_kes", ASCENDING)])
                for field in ("user_id", "state", "kind", "phone", "account_reference")
            ),
            IndexModel(
                [
                    ("amount_kes", ASCENDING),
                    *_NEWEST_FIRST,
                    ("state", ASCENDING),
                    ("kind", ASCENDING),
                ]
            ),
        ]
