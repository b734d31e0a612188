"""What belongs to people and to the firm: drafts, clients, their questions, fees."""

from typing import ClassVar

from beanie import Document
from pymongo import ASCENDING, IndexModel

from payments.catalogue import FeeKind
from payments.language import Language
from payments.values import ChatId, MessageId, NoteId, PaymentId, Phone, UserId
from storage.documents.fields import DAY_S, Kes, Moment, Part, dated
from storage.documents.payment import OutboxPart

DRAFTS_KEPT_S = DAY_S
"""How long a draft is kept after it was last touched."""
QUESTIONS_KEPT_S = 365 * DAY_S


class DraftDocument(Document):
    """See `payments.draft.Draft`. The chat is the key, so that a chat has one at most."""

    id: ChatId  # type: ignore[assignment]  # the chat
    draft_id: PaymentId
    user_id: UserId
    created_at: Moment
    message_id: MessageId | None = None
    kind: FeeKind | None = None
    title: str = ""
    title_sw: str = ""
    reference: str = ""
    amount_kes: Kes | None = None
    phone: Phone | None = None
    retry_of: PaymentId | None = None
    note_id: NoteId | None = None
    for_whom: str = ""
    naming: bool = False
    answered_by: int | None = None
    touched_at: Moment

    class Settings:
        """Beanie's settings."""

        name = "drafts"
        keep_nulls = False
        indexes: ClassVar = [IndexModel([("touched_at", ASCENDING)], expireAfterSeconds=DRAFTS_KEPT_S)]


class ClientDocument(Document):
    """See `payments.client.Client`. By `name_key`, the name in small letters, it is found."""

    id: UserId  # type: ignore[assignment]  # Telegram's user id
    chat_id: ChatId
    first_name: str
    name_key: str = ""
    seen_at: Moment
    phone: Phone | None = None
    reminders: bool = True
    language: Language = Language.ENGLISH
    language_chosen: bool = False
    agreed_at: Moment | None = None

    class Settings:
        """Beanie's settings."""

        name = "clients"
        keep_nulls = False
        indexes: ClassVar = [IndexModel([("name_key", ASCENDING)])]


class AnswerPart(Part):
    """See `payments.questions.Answer`."""

    id: str
    by: UserId
    by_name: str
    words: str
    at: Moment


class QuestionDocument(Document):
    """See `payments.questions.Question`."""

    id: str  # type: ignore[assignment]  # Beanie: an _id of our own
    user_id: UserId
    chat_id: ChatId
    name: str
    words: str
    asked_at: Moment
    payment_id: PaymentId | None = None
    answers: tuple[AnswerPart, ...] = ()
    outbox: tuple[OutboxPart, ...] = ()

    class Settings:
        """Beanie's settings."""

        name = "questions"
        keep_nulls = False
        indexes: ClassVar = [
            dated("outbox.at"),
            IndexModel([("user_id", ASCENDING), ("asked_at", ASCENDING)]),
            IndexModel([("asked_at", ASCENDING)], expireAfterSeconds=QUESTIONS_KEPT_S),
        ]


class FeeDocument(Document):
    """See `payments.catalogue.Fee`. One that is no longer offered stays for the record."""

    id: str  # type: ignore[assignment]  # the fee's code
    kind: FeeKind
    title: str
    title_sw: str | None = None
    amount_kes: Kes
    position: int
    offered: bool = True

    class Settings:
        """Beanie's settings."""

        name = "fees"
        keep_nulls = False
