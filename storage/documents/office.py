"""What belongs to the office at work: refunds in the making, rulings, buttons that work once, and more."""

from typing import ClassVar

from beanie import Document
from pymongo import ASCENDING, IndexModel

from payments.refunds.reasons import Why
from payments.roll import Role
from payments.rulings.ruling import Outcome, RulingState
from payments.values import ChatId, MessageId, PaymentId, Receipt, RefundId, UserId
from storage.documents.fields import DAY_S, Kes, Moment, Part, dated, unique
from storage.documents.payment import OutboxPart

DRAFTS_KEPT_S = DAY_S
NONCES_KEPT_S = 7 * DAY_S
"""How long a nonce is kept after its end: as long as an update may be repeated, its use must be known."""


class RefundDraftDocument(Document):
    """See `payments.refunds.draft.RefundDraft`. The chat is the key, so that a chat has one at most."""

    id: ChatId  # type: ignore[assignment]  # the chat
    draft_id: RefundId
    user_id: UserId
    created_at: Moment
    payment_id: PaymentId
    message_id: MessageId | None = None
    amount_kes: Kes | None = None
    why: Why | None = None
    remark: str = ""
    alone: bool = False
    proof: str = ""
    answered_by: int | None = None
    touched_at: Moment

    class Settings:
        """Beanie's settings."""

        name = "refunddrafts"
        keep_nulls = False
        indexes: ClassVar = [IndexModel([("touched_at", ASCENDING)], expireAfterSeconds=DRAFTS_KEPT_S)]


class BoardDocument(Document):
    """See `payments.boards.Board`; the key is the chat."""

    id: ChatId  # type: ignore[assignment]  # the chat
    message_id: MessageId
    day: str
    shown: str

    class Settings:
        """Beanie's settings."""

        name = "boards"
        keep_nulls = False


class BriefDocument(Document):
    """See `payments.briefs.Brief`. Kept: their heads are what the audit trail can be held against."""

    id: str  # type: ignore[assignment]  # the day
    made_at: Moment
    head_seq: int
    head_hash: str
    outbox: tuple[OutboxPart, ...] = ()

    class Settings:
        """Beanie's settings."""

        name = "briefs"
        keep_nulls = False
        indexes: ClassVar = [dated("outbox.at")]


class SilenceDocument(Document):
    """See `payments.silence.Silence`."""

    id: str  # type: ignore[assignment]  # the part of a day
    made_at: Moment
    since: Moment
    prompted: int
    outbox: tuple[OutboxPart, ...] = ()

    class Settings:
        """Beanie's settings."""

        name = "silences"
        keep_nulls = False
        indexes: ClassVar = [dated("outbox.at")]


class MemberPart(Part):
    """See `payments.roll.Member`."""

    user_id: UserId
    role: Role
    name: str = ""
    since: Moment | None = None
    by: UserId | None = None


class RollChangePart(Part):
    """See `payments.roll.Change`."""

    act: str
    earlier: MemberPart | None = None


class RollDocument(Document):
    """See `payments.roll.Roll`. There is one at most."""

    id: str  # type: ignore[assignment]  # Beanie: an _id of our own
    members: tuple[MemberPart, ...]
    version: int
    last: RollChangePart | None = None

    class Settings:
        """Beanie's settings."""

        name = "admins"
        keep_nulls = False


class RulingDocument(Document):
    """See `payments.rulings.ruling.Ruling`.

    Attributes:
        open_for: the payment, while nobody has decided: it has one open ruling at most.
        outbox: notices waiting to become deliveries.
    """

    id: str  # type: ignore[assignment]  # Beanie: an _id of our own
    payment_id: PaymentId
    outcome: Outcome
    why: str
    by: UserId
    by_name: str
    created_at: Moment
    receipt: Receipt | None = None
    amount_kes: Kes | None = None
    paid_at: Moment | None = None
    alone: bool = False
    state: RulingState
    version: int
    decided_by: UserId | None = None
    decided_by_name: str = ""
    decided_at: Moment | None = None
    open_for: PaymentId | None = None
    outbox: tuple[OutboxPart, ...] = ()

    class Settings:
        """Beanie's settings."""

        name = "rulings"
        keep_nulls = False
        indexes: ClassVar = [unique("open_for"), dated("outbox.at")]


class PauseDocument(Document):
    """See `payments.pausing.Pause`. There is one at most."""

    id: str  # type: ignore[assignment]  # Beanie: an _id of our own
    since: Moment
    by: UserId
    words: str

    class Settings:
        """Beanie's settings."""

        name = "pauses"
        keep_nulls = False


class SearchDocument(Document):
    """See `payments.search.KeptSearch`."""

    id: str  # type: ignore[assignment]  # Beanie: an _id of our own
    user_id: UserId
    words: str
    made_at: Moment

    class Settings:
        """Beanie's settings."""

        name = "searches"
        keep_nulls = False
        indexes: ClassVar = [IndexModel([("made_at", ASCENDING)], expireAfterSeconds=7 * DAY_S)]


class NonceDocument(Document):
    """See `payments.nonces.Nonce`. `used_by` is the update that used it."""

    id: str  # type: ignore[assignment]  # Beanie: an _id of our own
    user_id: UserId
    deed: str
    subject: str
    expires_at: Moment
    used_by: int | None = None

    class Settings:
        """Beanie's settings."""

        name = "nonces"
        keep_nulls = False
        indexes: ClassVar = [IndexModel([("expires_at", ASCENDING)], expireAfterSeconds=NONCES_KEPT_S)]
