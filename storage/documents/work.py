"""What comes in and what goes out: callbacks, Telegram's updates, deliveries."""

from enum import StrEnum
from typing import ClassVar

from beanie import Document
from pymongo import ASCENDING, IndexModel

from payments.deliveries import DeliveryState
from payments.inbox import RowState
from payments.notices import Audience, Topic, Urgency
from payments.values import ChatId
from storage.documents.audit import AuditNotePart
from storage.documents.fields import DAY_S, Moment, dated, only, unique
from storage.documents.payment import OutboxPart

UPDATES_KEPT_S = 7 * DAY_S
"""How long a finished update is kept: Telegram repeats one for a day at most."""


class InboxDocument(Document):
    """See `payments.inbox.InboxRow`.

    Attributes:
        next_at: when it may be taken; in the future while somebody works it.
        holder: who took it last, while it is taken.
        outbox: the news that it was kept aside, waiting to become a delivery.
    """

    id: str  # type: ignore[assignment]  # Beanie: an _id of our own
    kind: str
    subject: str
    raw: bytes
    peer: str
    trusted: bool
    received_at: Moment
    state: RowState
    attempts: int
    fence: int = 0
    verdict: str
    next_at: Moment
    holder: str | None = None
    outbox: tuple[OutboxPart, ...] = ()

    class Settings:
        """Beanie's settings."""

        name = "inbox"
        keep_nulls = False
        indexes: ClassVar = [
            dated("outbox.at"),
            IndexModel([("received_at", ASCENDING)], partialFilterExpression={"state": RowState.NEW.value}),
            IndexModel(
                [("state", ASCENDING), ("received_at", ASCENDING)],
                partialFilterExpression={"state": RowState.QUARANTINE.value},
            ),
            IndexModel([("subject", ASCENDING), ("received_at", ASCENDING)]),
        ]


class UpdateState(StrEnum):
    """Where an update stands."""

    PENDING = "pending"
    DONE = "done"
    ASIDE = "aside"


class UpdateDocument(Document):
    """See `payments.updates.StoredUpdate`.

    Attributes:
        lane: its chat, while somebody works it: a unique index lets nobody else begin another of that chat.
        until: when the lease of whoever works it ends.
        finished_at: starts the time after which it is forgotten.
        notes: what is to enter the audit trail because of it; written when it ends.
        log_due_at: there only while they are not entered: since when.
    """

    id: int  # type: ignore[assignment]  # Telegram's update_id
    chat_id: ChatId | None = None
    raw: str
    attempts: int
    fence: int = 0
    lane: str | None = None
    until: Moment | None = None
    state: UpdateState = UpdateState.PENDING
    why: str = ""
    stored_at: Moment
    finished_at: Moment | None = None
    notes: tuple[AuditNotePart, ...] = ()
    log_due_at: Moment | None = None

    class Settings:
        """Beanie's settings."""

        name = "updates"
        keep_nulls = False
        indexes: ClassVar = [
            IndexModel([("state", ASCENDING), ("_id", ASCENDING)]),
            IndexModel([("finished_at", ASCENDING)], expireAfterSeconds=UPDATES_KEPT_S),
            unique("lane"),
            dated("log_due_at"),
        ]


class DeliveryDocument(Document):
    """See `payments.deliveries.Delivery`.

    Attributes:
        turn: orders deliveries made at the same moment.
        lane: its chat, while somebody sends it: a unique index lets nobody else send there meanwhile.
        next_at: when it may be taken: when due, or when the lease of its sender ends. Absent when it is over.
        why: why it was parked.
    """

    id: str  # type: ignore[assignment]  # Beanie: an _id of our own
    topic: Topic
    subject: str
    chat_id: ChatId
    audience: Audience
    event: str
    state: DeliveryState
    attempts: int
    perhaps_sent: bool
    created_at: Moment
    urgency: Urgency = Urgency.INTERIM
    turn: int
    lane: str | None = None
    next_at: Moment | None = None
    why: str = ""

    class Settings:
        """Beanie's settings."""

        name = "deliveries"
        keep_nulls = False
        indexes: ClassVar = [
            IndexModel(
                [("created_at", ASCENDING), ("turn", ASCENDING), ("_id", ASCENDING)],
                partialFilterExpression=only("next_at", "date"),
            ),
            IndexModel(
                [("urgency", ASCENDING), ("created_at", ASCENDING), ("turn", ASCENDING)],
                partialFilterExpression=only("next_at", "date"),
            ),
            IndexModel(
                [("chat_id", ASCENDING), ("created_at", ASCENDING), ("turn", ASCENDING)],
                partialFilterExpression=only("next_at", "date"),
            ),
            dated("next_at"),
            IndexModel([("subject", ASCENDING)]),
            unique("lane"),
        ]
