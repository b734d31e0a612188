"""The documents of the figures: days, matters, payers, and how far the audit trail is posted."""

from typing import ClassVar

from beanie import Document
from pydantic import Field
from pymongo import ASCENDING, DESCENDING, IndexModel

from payments.periods import Grain
from payments.values import UserId
from storage.documents.fields import Moment, Part


class TakingsPart(Part):
    """See `payments.analytics.figures.Takings`. What nothing was added to is not there."""

    received_kes: int = 0
    payments: int = 0
    refunded_kes: int = 0
    refunds: int = 0


class SumsDocument(Document):
    """The sums of one day, week, month, quarter or year, by its key in `storage.spans`.

    Attributes:
        hours: by the hour, such as `09`.
        reasons: how many ended unpaid, by why; may hold zeros.
        took: how many took how long, by the class of `payments.analytics.postings.wait_class`.
    """

    id: str  # type: ignore[assignment]  # grain and first day
    total: TakingsPart = Field(default_factory=TakingsPart)
    unpaid: int = 0
    kinds: dict[str, TakingsPart] = Field(default_factory=dict)
    hours: dict[str, TakingsPart] = Field(default_factory=dict)
    reasons: dict[str, int] = Field(default_factory=dict)
    took: dict[str, int] = Field(default_factory=dict)

    class Settings:
        """Beanie's settings."""

        name = "rollups"
        keep_nulls = False


class MatterDocument(Document):
    """The sums of one matter in one day, week, month, quarter or year.

    Attributes:
        begins: its first day.
    """

    id: str  # type: ignore[assignment]  # grain, day and matter
    grain: Grain
    begins: str
    matter: str
    takings: TakingsPart = Field(default_factory=TakingsPart)

    class Settings:
        """Beanie's settings."""

        name = "matterrollups"
        keep_nulls = False
        indexes: ClassVar = [
            IndexModel(
                [
                    ("grain", ASCENDING),
                    ("begins", ASCENDING),
                    ("takings.received_kes", DESCENDING),
                    ("matter", ASCENDING),
                ]
            )
        ]


class PayerDocument(Document):
    """When somebody paid for the first and for the last time."""

    id: UserId  # type: ignore[assignment]  # the payer
    first_at: Moment
    last_at: Moment
    payments: int

    class Settings:
        """Beanie's settings."""

        name = "payers"
        keep_nulls = False
        indexes: ClassVar = [
            IndexModel([("first_at", ASCENDING)]),
            IndexModel([("last_at", ASCENDING)]),
        ]


class PostedDocument(Document):
    """How far the audit trail is posted: up to and with this entry.

    Attributes:
        form: which sums were posted, see `storage.renewal`.
    """

    id: str  # type: ignore[assignment]  # there is one
    upto: int
    form: int = 1

    class Settings:
        """Beanie's settings."""

        name = "posted"
        keep_nulls = False
