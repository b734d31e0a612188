"""Fee notes and receipts."""

from typing import ClassVar

from beanie import Document
from pymongo import ASCENDING, DESCENDING, IndexModel

from payments.billing.note import NoteCode, NoteState
from payments.catalogue import FeeKind
from payments.values import ChatId, NoteId, PaymentId, UserId
from storage.documents.fields import Kes, Moment, dated, only
from storage.documents.payment import OutboxPart


class FeeNoteDocument(Document):
    """See `payments.billing.note.FeeNote`.

    Attributes:
        seq: the running number behind its name, from 1.
        due_on: the day as text, such as `2026-11-30`: a day has no time and no zone.
        chat_id: where its client is told of it.
        outbox: notices waiting to become deliveries.
    """

    id: NoteId  # type: ignore[assignment]  # Beanie: an _id of our own
    code: NoteCode
    seq: int
    client: UserId | None = None
    matter: str
    kind: FeeKind
    title: str
    amount_kes: Kes
    due_on: str | None = None
    in_parts: bool
    created_by: UserId
    created_at: Moment
    state: NoteState
    version: int
    held_kes: Kes
    paid_kes: Kes
    reminded: int
    remind_at: Moment | None = None
    chat_id: ChatId | None = None
    outbox: tuple[OutboxPart, ...] = ()

    class Settings:
        """Beanie's settings."""

        name = "feenotes"
        keep_nulls = False
        indexes: ClassVar = [
            IndexModel([("code", ASCENDING)], unique=True),
            IndexModel([("seq", ASCENDING)], unique=True),
            IndexModel(
                [("client", ASCENDING), ("seq", DESCENDING)],
                partialFilterExpression={"client": {"$type": ["int", "long"]}},
            ),
            IndexModel([("matter", ASCENDING), ("seq", DESCENDING)]),
            IndexModel([("state", ASCENDING), ("due_on", ASCENDING), ("seq", ASCENDING)]),
            dated("remind_at"),
            dated("outbox.at"),
        ]


class ReceiptDocument(Document):
    """See `payments.billing.receipt.IssuedReceipt`. The number is the key, so that it is given once."""

    id: int  # type: ignore[assignment]  # the receipt's number, from 1 without a gap
    payment_id: PaymentId
    issued_at: Moment
    handed_out: int = 0

    class Settings:
        """Beanie's settings."""

        name = "receipts"
        keep_nulls = False
        indexes: ClassVar = [
            IndexModel(
                [("payment_id", ASCENDING)], unique=True, partialFilterExpression=only("payment_id", "string")
            )
        ]
