"""What the rules need from outside, as protocols. `legalpro.wiring` says who implements them.

Owns the promises: each docstring tells what an implementation must guarantee under concurrency.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from payments.catalogue import Fee
from payments.client import Client
from payments.deliveries import Delivery
from payments.draft import Draft
from payments.evidence import Evidence
from payments.inbox import InboxRow
from payments.notices import Notice
from payments.payment import Payment
from payments.progress import Step
from payments.values import ChatId, MessageId, PaymentId, Phone, UserId

Now = Callable[[], datetime]
"""The clock: the present moment, UTC-aware."""


class StoreUnavailable(Exception):
    """The store cannot be reached or did not answer in time; nothing is known of the write."""


class ReceiptTaken(Exception):
    """The step names a receipt that belongs to another payment already."""


class CheckoutTaken(Exception):
    """The step names a CheckoutRequestID that belongs to another payment already."""


class LineTaken(Exception):
    """Another payment's prompt may be on that phone now."""


class PaymentBook(Protocol):
    """Where payments are kept. Every method may raise `StoreUnavailable`."""

    async def add(self, payment: Payment, notices: Sequence[Notice]) -> Payment:
        """Keep a new payment, durably; if its id is known already, return the one that is kept."""

    async def get(self, payment_id: PaymentId) -> Payment | None:
        """Read one afresh."""

    async def commit(self, step: Step) -> bool:
        """Write state, facts, history and notices in one atomic step, or nothing.

        Returns False when the payment is no longer at `step.before.version`.

        Raises:
            ReceiptTaken: another payment holds the receipt.
            CheckoutTaken: another payment holds the CheckoutRequestID.
            LineTaken: another payment holds the phone.
        """

    async def look_at(self, payment: Payment, at: datetime, *, ask_wanted: bool | None = None) -> bool:
        """Move `next_at` (and set `ask_wanted` if given); False when the version has moved on."""

    async def due(self, now: datetime, limit: int) -> Sequence[Payment]:
        """Payments whose `next_at` has come, the longest waiting first."""

    async def next_due_at(self) -> datetime | None:
        """The earliest `next_at` of all."""

    async def of_client(self, user_id: UserId, limit: int) -> Sequence[Payment]:
        """A client's own payments, the newest first."""


@dataclass(frozen=True, slots=True)
class AskLater:
    """Safaricom could not be asked now; it is no answer. `retry_after_s` where it said when."""

    retry_after_s: float | None
    why: str


class Safaricom(Protocol):
    """The other side. Neither method raises for what the network or Safaricom does."""

    async def push(self, payment: Payment) -> Evidence:
        """Send the one STK push: `push_accepted`, `_refused`, `_not_sent` or `_uncertain`."""

    async def ask(self, payment: Payment) -> Evidence | AskLater:
        """Ask what became of it: `query_paid`, `query_unpaid` or `query_pending`."""


class Inbox(Protocol):
    """Where raw callbacks are kept. Methods may raise `StoreUnavailable`."""

    async def add(self, row: InboxRow) -> bool:
        """Keep the row durably before returning; False when the same bytes are kept already."""

    async def take(self, limit: int) -> Sequence[InboxRow]:
        """Take rows to work, the oldest first; nobody else is given them for a while."""

    async def close(self, row: InboxRow, verdict: str) -> None:
        """The row is worked."""

    async def quarantine(self, row: InboxRow, verdict: str) -> None:
        """The row cannot be worked."""

    async def retry(self, row: InboxRow, after_s: float) -> None:
        """Give the row back for a later turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredUpdate:
    """One update of Telegram, kept as its JSON text before Telegram may forget it."""

    update_id: int
    chat_id: ChatId | None
    raw: str
    attempts: int = 0


class UpdateInbox(Protocol):
    """Where Telegram's updates are kept. Methods may raise `StoreUnavailable`."""

    async def add(self, update: StoredUpdate) -> bool:
        """Keep it durably before returning; False when this `update_id` is kept already."""

    async def pending(self, limit: int) -> Sequence[StoredUpdate]:
        """Those that nobody has finished, in the order of their ids."""

    async def begin(self, update_id: int) -> bool:
        """Count an attempt, just before working it; False when it is finished already."""

    async def done(self, update_id: int) -> None:
        """It is worked."""

    async def set_aside(self, update_id: int, why: str) -> None:
        """It failed too often and is kept for a person."""


class DraftBook(Protocol):
    """Where payments in the making are kept: at most one for a chat."""

    async def of_chat(self, chat_id: ChatId) -> Draft | None:
        """The chat's draft."""

    async def put(self, draft: Draft) -> None:
        """Keep this draft as the chat's only one."""

    async def drop(self, chat_id: ChatId, draft_id: PaymentId) -> None:
        """Forget the draft, if it is still this one."""


class ClientBook(Protocol):
    """Where clients are remembered."""

    async def get(self, user_id: UserId) -> Client | None:
        """Read one."""

    async def seen(self, client: Client) -> None:
        """Remember name, chat and time; a phone that is None leaves the remembered one alone."""

    async def remember_phone(self, user_id: UserId, phone: Phone) -> None:
        """Remember the number a client pays with."""


class FeeBook(Protocol):
    """The catalogue of fixed prices."""

    async def offered(self) -> Sequence[Fee]:
        """The fees on offer, in the firm's order."""

    async def get(self, code: str) -> Fee | None:
        """One fee on offer."""


class DeliveryBook(Protocol):
    """Where notices wait to be sent."""

    async def collect(self, admins: Sequence[ChatId], now: datetime) -> int:
        """Turn committed notices into deliveries, each exactly once; return how many payments had some."""

    async def take(
        self, now: datetime, *, lease_s: float, busy: Sequence[ChatId], limit: int
    ) -> Sequence[Delivery]:
        """Take the oldest due delivery of each chat not in `busy`; a crash gives it back after the lease."""

    async def sent(self, delivery: Delivery) -> None:
        """It arrived."""

    async def park(self, delivery: Delivery, why: str) -> None:
        """It can never arrive."""

    async def put_back(self, delivery: Delivery, at: datetime, *, perhaps_sent: bool) -> None:
        """Not now: due again at `at`."""

    async def next_due_at(self) -> datetime | None:
        """When the next delivery is due."""

    async def show_in(self, payment_id: PaymentId, message_id: MessageId) -> None:
        """From now on this message is the payment's living one."""
