"""The store: one connection, all repositories on it.

Owns the client's options, what start-up puts in place, and the probe of readiness. Refuses to own where
MongoDB runs (`storage.embedded`, or the operator).
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import UTC

import pymongo
from beanie import init_beanie
from pymongo import AsyncMongoClient

from payments.notices import Topic
from payments.ports import Now
from storage.audit import MongoAuditFeed, MongoAuditLog
from storage.balance_book import MongoBalanceBook
from storage.boards import MongoBoardBook
from storage.briefs import MongoBriefBook
from storage.census import CensusTaker
from storage.clients import MongoClientBook
from storage.deliveries import MongoDeliveryBook
from storage.documents import (
    DOCUMENTS,
    BalanceDocument,
    BoardDocument,
    BriefDocument,
    ClientDocument,
    DeliveryDocument,
    DraftDocument,
    FeeDocument,
    FeeNoteDocument,
    InboxDocument,
    LeaseDocument,
    LimitDocument,
    MatterDocument,
    NonceDocument,
    PauseDocument,
    PayerDocument,
    PaymentDocument,
    PostedDocument,
    QuestionDocument,
    ReceiptDocument,
    RefundDocument,
    RefundDraftDocument,
    RollDocument,
    RulingDocument,
    SearchDocument,
    SilenceDocument,
    SumsDocument,
    TokenDocument,
    TransactionLogDocument,
    UpdateDocument,
)
from storage.drafts import MongoDraftBook
from storage.errors import store_errors
from storage.fee_notes import MongoNoteBook
from storage.fees import MongoFeeBook
from storage.inbox import MongoInbox
from storage.invariant_book import InvariantBook
from storage.leases import LeaseBook
from storage.ledger import MongoLedger
from storage.limits import MongoRateLimit
from storage.moments import utc_now
from storage.nonces import MongoNonces
from storage.outbox import Source
from storage.pauses import MongoPauses
from storage.payment_book import MongoPaymentBook
from storage.questions import MongoQuestionBook
from storage.receipts import MongoReceiptBook
from storage.refund_book import MongoRefundBook
from storage.refund_drafts import MongoRefundDraftBook
from storage.roll import MongoRollBook
from storage.rollups import MongoRollups
from storage.rulings import MongoRulingBook
from storage.schema import put_in_place
from storage.search import MongoPaymentSearch
from storage.searches import MongoSearchBook
from storage.shelf import Row, Shelf
from storage.silences import MongoSilenceBook
from storage.tokens import MongoTokenVault
from storage.transactions import Transactions
from storage.updates import MongoUpdateInbox

SELECTION_TIMEOUT_S = 3.0
"""How long a server is looked for."""
CALL_TIMEOUT_S = 5.0
"""How long one call may take, retries and waiting for the majority included."""
PING_TIMEOUT_S = 2.0
SET_UP_TIMEOUT_S = 60.0
"""Start-up may have to build an index over everything."""

log = logging.getLogger(__name__)

CLOSE_S = 5.0
_PROBE = "readiness probe"
_MS_PER_S = 1_000


@dataclass(frozen=True, slots=True)
class Address:
    """Where a store is; the address of a server may hold a password."""

    uri: str = field(repr=False)
    database: str


class Store:
    """All repositories. Each of their methods may raise `payments.ports.StoreUnavailable`.

    Attributes:
        address: for another process, which opens a store of its own.
    """

    def __init__(self, client: AsyncMongoClient[Row], address: Address, now: Now) -> None:
        database = client[address.database]
        self.address = address
        payments, refunds = Shelf(database, PaymentDocument), Shelf(database, RefundDocument)
        balances, rulings = Shelf(database, BalanceDocument), Shelf(database, RulingDocument)
        self._client = client
        self._leases = Shelf(database, LeaseDocument)
        self._tokens = Shelf(database, TokenDocument)
        transactions = Transactions(client)
        notes = Shelf(database, FeeNoteDocument)
        self.notes = MongoNoteBook(notes)
        self.payments = MongoPaymentBook(payments, self.notes, transactions)
        self.refunds = MongoRefundBook(refunds, payments, transactions)
        self.receipts = MongoReceiptBook(Shelf(database, ReceiptDocument))
        briefs = Shelf(database, BriefDocument)
        questions = Shelf(database, QuestionDocument)
        self.questions = MongoQuestionBook(questions)
        self.balances = MongoBalanceBook(balances)
        self.briefs = MongoBriefBook(briefs)
        self.boards = MongoBoardBook(Shelf(database, BoardDocument))
        silences = Shelf(database, SilenceDocument)
        self.silences = MongoSilenceBook(silences, payments)
        self.rulings = MongoRulingBook(rulings)
        self.roll = MongoRollBook(Shelf(database, RollDocument))
        self.refund_drafts = MongoRefundDraftBook(Shelf(database, RefundDraftDocument), now)
        self.nonces = MongoNonces(Shelf(database, NonceDocument))
        rows = Shelf(database, InboxDocument)
        self.inbox = MongoInbox(rows, now)
        updates = Shelf(database, UpdateDocument)
        self.updates = MongoUpdateInbox(updates, now)
        self.drafts = MongoDraftBook(Shelf(database, DraftDocument), now)
        clients = Shelf(database, ClientDocument)
        self.clients = MongoClientBook(clients)
        self.ledger = MongoLedger(payments, refunds, clients)
        self.search = MongoPaymentSearch(payments, clients)
        self.searches = MongoSearchBook(Shelf(database, SearchDocument))
        self.pauses = MongoPauses(Shelf(database, PauseDocument))
        self.fees = MongoFeeBook(Shelf(database, FeeDocument))
        others: dict[Topic, Source] = {
            Topic.REFUND: refunds,
            Topic.BALANCE: balances,
            Topic.RULING: rulings,
            Topic.BRIEF: briefs,
            Topic.NOTE: notes,
            Topic.QUESTION: questions,
            Topic.INBOX: rows,
            Topic.SILENCE: silences,
        }
        self.deliveries = MongoDeliveryBook(Shelf(database, DeliveryDocument), payments, others)
        self.leases = LeaseBook(self._leases)
        self.limits = MongoRateLimit(Shelf(database, LimitDocument))
        self.audit = MongoAuditLog(Shelf(database, TransactionLogDocument))
        self.audit_feed = MongoAuditFeed(payments, refunds, updates)
        self.rollups = MongoRollups(
            Shelf(database, TransactionLogDocument),
            payments,
            refunds,
            transactions,
            sums=Shelf(database, SumsDocument),
            matters=Shelf(database, MatterDocument),
            payers=Shelf(database, PayerDocument),
            posted=Shelf(database, PostedDocument),
        )
        self.invariants = InvariantBook(database, now)
        self.census = CensusTaker(database, now)

    @classmethod
    async def open(cls, uri: str, database: str, *, now: Now = utc_now, as_it_is: bool = False) -> Store:
        """Connect, put validators and indexes in place, and give a new installation its first prices.

        `now` is the clock for what is kept for a time or worked by turns; leases that several hosts share go
        by the server's. With `as_it_is` nothing is put in place: for looking at what may be broken.

        Raises:
            StoreUnavailable: no server answered within `SELECTION_TIMEOUT_S`, or none took what is to be put
                in place within `SET_UP_TIMEOUT_S`.
            pymongo.errors.PyMongoError: the address is wrong, access is refused, or what is there already
                does not allow an index or a validator.
        """
        client = _client(uri)
        try:
            with store_errors(), pymongo.timeout(SELECTION_TIMEOUT_S):
                await client.admin.command("ping")
            with store_errors(), pymongo.timeout(SET_UP_TIMEOUT_S):
                if not as_it_is:
                    await put_in_place(client[database])
                models = list(DOCUMENTS)
                await init_beanie(client[database], document_models=models, skip_indexes=as_it_is)
            store = cls(client, Address(uri, database), now)
            if not as_it_is:
                await store.fees.fill()
        except BaseException:
            await client.close()
            raise
        return store

    def token_vault(self, consumer_key: str) -> MongoTokenVault:
        """The vault of one consumer key."""
        return MongoTokenVault(self._tokens, consumer_key)

    async def ping(self) -> None:
        """Write something, as durably as everything else is written.

        Raises:
            StoreUnavailable: that was not confirmed within `PING_TIMEOUT_S`.
        """
        with pymongo.timeout(PING_TIMEOUT_S):
            await self._leases.change({"_id": _PROBE}, {"$currentDate": {"until": True}}, upsert=True)

    async def close(self) -> None:
        """Let go of the connection. The driver may wait for ever where its own work was cut off."""
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._client.close()
        except TimeoutError:
            log.warning("store_not_closed_in_time")


def _client(uri: str) -> AsyncMongoClient[Row]:
    """What is given here overrides the same options in `uri`: durability is not the operator's to lower."""
    return AsyncMongoClient(
        uri,
        tz_aware=True,
        tzinfo=UTC,
        w="majority",
        journal=True,
        retryWrites=True,
        serverSelectionTimeoutMS=int(SELECTION_TIMEOUT_S * _MS_PER_S),
        connectTimeoutMS=int(SELECTION_TIMEOUT_S * _MS_PER_S),
        timeoutMS=int(CALL_TIMEOUT_S * _MS_PER_S),
        appname="legalpro",
    )
