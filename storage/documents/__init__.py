"""The documents: one Beanie class for each collection, with its indexes.

Owns field types, indexes and the names of collections. Refuses to own the records they carry (`payments`) and
what may be written when (the repositories).
"""

from beanie import Document

from storage.documents.analytics import MatterDocument, PayerDocument, PostedDocument, SumsDocument
from storage.documents.audit import AuditNotePart, TransactionLogDocument
from storage.documents.billing import FeeNoteDocument, ReceiptDocument
from storage.documents.office import (
    BoardDocument,
    BriefDocument,
    NonceDocument,
    PauseDocument,
    RefundDraftDocument,
    RollDocument,
    RulingDocument,
    SearchDocument,
    SilenceDocument,
)
from storage.documents.payment import HistoryPart, OutboxPart, PaymentDocument
from storage.documents.people import ClientDocument, DraftDocument, FeeDocument, QuestionDocument
from storage.documents.refund import BalanceDocument, RefundDocument, RefundEntryPart
from storage.documents.shared import LeaseDocument, LimitDocument, TokenDocument
from storage.documents.work import DeliveryDocument, InboxDocument, UpdateDocument, UpdateState

__all__ = [
    "DOCUMENTS",
    "AuditNotePart",
    "BalanceDocument",
    "BoardDocument",
    "BriefDocument",
    "ClientDocument",
    "DeliveryDocument",
    "DraftDocument",
    "FeeDocument",
    "FeeNoteDocument",
    "HistoryPart",
    "InboxDocument",
    "LeaseDocument",
    "LimitDocument",
    "MatterDocument",
    "NonceDocument",
    "OutboxPart",
    "PauseDocument",
    "PayerDocument",
    "PaymentDocument",
    "PostedDocument",
    "QuestionDocument",
    "ReceiptDocument",
    "RefundDocument",
    "RefundDraftDocument",
    "RefundEntryPart",
    "RollDocument",
    "RulingDocument",
    "SearchDocument",
    "SilenceDocument",
    "SumsDocument",
    "TokenDocument",
    "TransactionLogDocument",
    "UpdateDocument",
    "UpdateState",
]

DOCUMENTS: tuple[type[Document], ...] = (
    PaymentDocument,
    RefundDocument,
    BalanceDocument,
    FeeNoteDocument,
    ReceiptDocument,
    RefundDraftDocument,
    RulingDocument,
    RollDocument,
    BoardDocument,
    BriefDocument,
    NonceDocument,
    SearchDocument,
    SilenceDocument,
    PauseDocument,
    InboxDocument,
    UpdateDocument,
    DeliveryDocument,
    DraftDocument,
    ClientDocument,
    QuestionDocument,
    FeeDocument,
    LeaseDocument,
    LimitDocument,
    TokenDocument,
    TransactionLogDocument,
    SumsDocument,
    MatterDocument,
    PayerDocument,
    PostedDocument,
)
