"""The audit trail's document."""

from typing import ClassVar

from beanie import Document
from pydantic import ConfigDict
from pymongo import ASCENDING, IndexModel

from storage.documents.fields import Moment, Part


class AuditNotePart(Part):
    """An event that waits in the update by which somebody caused it; see `payments.audit.AuditRecord`."""

    event: str
    kind: str
    at: Moment
    actor: str
    who: str
    subject: str | None = None
    why: str | None = None


class TransactionLogDocument(Document):
    """See `payments.audit.AuditEntry`. Read strictly: a value of another type is an edit."""

    model_config = ConfigDict(strict=True)

    id: int  # type: ignore[assignment]  # the entry's number, from 1 without a gap
    event: str
    kind: str
    at: Moment
    actor: str
    who: str | None = None
    subject: str | None = None
    before: str | None = None
    after: str | None = None
    evidence: str | None = None
    word: str | None = None
    why: str | None = None
    code: str | None = None
    note: str | None = None
    times: int | None = None
    since: Moment | None = None
    prev: str
    hash: str

    class Settings:
        """Beanie's settings."""

        name = "transactionlogs"
        keep_nulls = False
        indexes: ClassVar = [
            IndexModel([("event", ASCENDING)], unique=True),
            IndexModel([("subject", ASCENDING), ("_id", ASCENDING)]),
        ]
