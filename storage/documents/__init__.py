"""The documents: one Beanie class for each collection, with its indexes.

Owns field types, indexes and the names of collections. Refuses to own the records they carry (`payments`) and
what may be written when (the repositories).
"""

from beanie import Document

from storage.documents.audit import TransactionLogDocument
from storage.documents.payment import HistoryPart, OutboxPart, PaymentDocument
from storage.documents.people import ClientDocument, DraftDocument, FeeDocument
from storage.documents.shared import LeaseDocument, LimitDocument, TokenDocument
from storage.documents.work import DeliveryDocument, InboxDocument, UpdateDocument, UpdateState

__all__ = [
    "DOCUMENTS",
    "ClientDocument",
    "DeliveryDocument",
    "DraftDocument",
    "FeeDocument",
    "HistoryPart",
    "InboxDocument",
    "LeaseDocument",
    "LimitDocument",
    "OutboxPart",
    "PaymentDocument",
    "TokenDocument",
    "TransactionLogDocument",
    "UpdateDocument",
    "UpdateState",
]

DOCUMENTS: tuple[type[Document], ...] = (
    PaymentDocument,
    InboxDocument,
    UpdateDocument,
    DeliveryDocument,
    DraftDocument,
    ClientDocument,
    FeeDocument,
    LeaseDocument,
    LimitDocument,
    TokenDocument,
    TransactionLogDocument,
)
