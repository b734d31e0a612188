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
from payments.holding import Hold
from payments.inbox import InboxRow
from payments.language import Language
from payments.limits import Rate
from payments.notices import Notice
from payments.payment import Payment
from payments.progress import Step
from payments.values import ChatId, MessageId, PaymentId, Phone, Receipt, UserId

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


class RepeatTooSoon(LineTaken):
    """The same amount was asked of that phone a moment ago, and may have been paid."""


class PaymentBook(Protocol):
    """Where payments are kept. Every method may raise `StoreUnavailable`."""

    async def add(self, payment: Payment, notices: Sequence[Notice]) -> Payment:
        """Keep a new payment, durably; if its id is known already, return the one that is kept.

        What it pays of a fee note is held there in the same transaction.

        Raises:
            NoteFull: so much of its fee note is not free; nothing was written.
        """

    async def get(self, payment_id: PaymentId) -> Payment | None:
        """Read one afresh."""

    async def by_receipt(self, receipt: Receipt) -> Payment | None:
        """The payment that has this M-Pesa receipt."""

    async def commit(self, step: Step) -> bool:
        """Write state, facts, history and notices in one atomic step, or nothing.

        Returns False when the payment is no longer at `step.before.version`.

        Raises:
            ReceiptTaken: another payment holds the receipt.
            CheckoutTaken: another payment holds the CheckoutRequestID.
            LineTaken: another payment holds the phone.
            RepeatTooSoon: another payment holds the phone for this amount.
        """

    async def others_of_phone(self, payment: Payment) -> Sequence[Payment]:
        """The other payments that hold its phone, or its phone for its amount; two at most."""

    async def let_go(self, payment: Payment, *, line: bool, repeat: bool) -> bool:
        """End what it holds, its time being over; False when the version has moved on."""

    async def look_at(self, payment: Payment, at: datetime, *, ask_wanted: bool | None = None) -> bool:
        """Move `next_at` (and set `ask_wanted` if given); False when the version has moved on."""

    async def due(self, now: datetime, limit: int) -> Sequence[Payment]:
        """Payments whose `next_at` has come: those a person wants asked, then the longest waiting."""

    async def next_due_at(self) -> datetime | None:
        """The earliest `next_at` of all."""

    async def of_client(self, user_id: UserId, limit: int) -> Sequence[Payment]:
        """A client's own payments, the newest first."""


@dataclass(frozen=True, slots=True)
class AskLater:
    """Safaricom was not asked, or gave no answer. `retry_after_s`: when to try again, if that is known."""

    retry_after_s: float | None
    why: str


class Safaricom(Protocol):
    """The other side. No method raises for what the network or Safaricom does."""

    async def hold(self) -> Hold | None:
        """Take a place among the pushes of all processes; else tell why and how long to wait.

        Raises:
            StoreUnavailable: the places cannot be counted.
        """

    async def push(self, payment: Payment) -> Evidence:
        """Send the one STK push: `push_accepted`, `_refused`, `_not_sent` or `_uncertain`."""

    async def ask(self, payment: Payment) -> Evidence | AskLater:
        """Ask what became of it: `query_paid`, `query_unpaid` or `query_pending`."""


class RateLimit(Protocol):
    """Counts calls, of all processes and through restarts. May raise `StoreUnavailable`."""

    async def take(self, name: str, rate: Rate, *, first: bool = False) -> float:
        """Take one call: 0 when it may be made now, else the seconds after which to ask again.

        Those with `first` (people are waiting) go before the others, and both keep a share when both wait.
        """


class InboxDoor(Protocol):
    """Where raw callbacks are taken in."""

    async def add(self, row: InboxRow) -> bool:
        """Keep the row durably before returning; False when the same bytes are known to be kept already.

        Raises:
            StoreUnavailable: nothing may be promised.
        """


class Inbox(InboxDoor, Protocol):
    """Where raw callbacks are kept. Methods may raise `StoreUnavailable`."""

    async def take(self, limit: int) -> Sequence[InboxRow]:
        """Take rows to work, the oldest first; nobody else is given them for a while."""

    async def close(self, row: InboxRow, verdict: str) -> None:
        """The row is worked."""

    async def quarantine(self, row: InboxRow, verdict: str) -> None:
        """The row cannot be worked."""

    async def retry(self, row: InboxRow, after_s: float) -> None:
        """Give the row back for a later turn."""

    async def give_back(self, rows: Sequence[InboxRow]) -> None:
        """These were not worked, for no fault of theirs: they are due at once, and it was no attempt."""


class SoleRight(Protocol):
    """The right to do something that only one process may do at a time. May raise `StoreUnavailable`."""

    async def hold(self, lease_s: float) -> bool:
        """Take it or prolong it; False while another process holds it."""

    async def let_go(self) -> None:
        """Give it up, if it is held."""


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
        """Remember name, chat, language and time; a phone that is None leaves the remembered one alone.

        So are the first time they agreed, and their wishes, which `want_reminders` and `choose` keep.
        """

    async def choose(self, user_id: UserId, chat_id: ChatId, language: Language) -> None:
        """Remember the language they chose."""

    async def forget(self, user_id: UserId) -> None:
        """Forget name, number and wishes."""

    async def want_reminders(self, user_id: UserId, chat_id: ChatId, *, wanted: bool) -> None:
        """Remember whether they want reminders."""

    async def remember_phone(self, user_id: UserId, phone: Phone) -> None:
        """Remember the number a client pays with."""


class FeeBook(Protocol):
    """The catalogue of fixed prices."""

    async def offered(self) -> Sequence[Fee]:
        """The fees on offer, in the firm's order."""

    async def get(self, code: str) -> Fee | None:
        """One fee on offer."""

    async def everything(self) -> Sequence[Fee]:
        """All fees, those that are not offered any more too, in the firm's order."""

    async def add(self, fee: Fee) -> bool:
        """Keep a new one; False when its code is taken."""

    async def put(self, before: Fee, after: Fee) -> bool:
        """Put it in the place of `before`, if that is still how it is."""


class DeliveryBook(Protocol):
    """Where notices wait to be sent."""

    async def collect(self, admins: Sequence[ChatId], now: datetime) -> int:
        """Turn committed notices into deliveries, each exactly once; return how many subjects had some."""

    async def take(
        self, now: datetime, *, lease_s: float, busy: Sequence[ChatId], limit: int
    ) -> Sequence[Delivery]:
        """Take the oldest delivery of each chat not in `busy`; the chats with the most urgent news first.

        Never two of one chat at a time, whoever asks; a chat whose oldest delivery is not due yet waits as
        a whole. A crash gives a delivery back after the lease.
        """

    async def sent(self, delivery: Delivery) -> None:
        """It arrived."""

    async def skip(self, delivery: Delivery, why: str) -> None:
        """It need not be sent: newer news says more."""

    async def park(self, delivery: Delivery, why: str) -> None:
        """It can never arrive."""

    async def put_back(self, delivery: Delivery, at: datetime, *, perhaps_sent: bool) -> None:
        """Not now: due again at `at`."""

    async def next_due_at(self) -> datetime | None:
        """When the next delivery is due."""

    async def show_in(self, payment_id: PaymentId, message_id: MessageId) -> None:
        """From now on this message is the payment's living one."""


class Meter(Protocol):
    """Where the program counts what it does. Never waits or fails; no word names a person or a payment."""

    def callback(self, kind: str, verdict: str, answered_s: float) -> None:
        """A callback was answered so, this long after its headers came."""

    def daraja(self, api: str, outcome: str, answered_s: float | None) -> None:
        """Safaricom was called; None where it gave no answer, or was not asked after all."""

    def telegram(self, outcome: str) -> None:
        """A message was sent or edited, or was not."""

    def swept(self) -> None:
        """The engine has looked at everything that is due."""
