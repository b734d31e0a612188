"""What the rules of refunds need from outside, as protocols. `legalpro.wiring` says who implements them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from payments.notices import Notice
from payments.ports import AskLater
from payments.refunds.balance import BalanceAnswer, BalanceCheck
from payments.refunds.draft import RefundDraft
from payments.refunds.evidence import RefundEvidence
from payments.refunds.progress import RefundStep
from payments.refunds.refund import Refund, RefundState
from payments.values import ChatId, MessageId, PaymentId, RefundId


class NoRoom(Exception):
    """The payment does not hold so much any more: it was given to other refunds, or never paid."""

    def __init__(self, left_kes: int = 0) -> None:
        super().__init__(f"KES {left_kes} left")
        self.left_kes = left_kes


class CodeTaken(Exception):
    """The step names an M-Pesa code that belongs to another refund already."""


class RefundBook(Protocol):
    """Where refunds are kept. Every method may raise `StoreUnavailable`."""

    async def add(self, refund: Refund, notices: Sequence[Notice]) -> Refund:
        """Reserve its amount on the payment and keep it, in one transaction; a known id finds what is kept.

        Raises:
            NoRoom: so much is not free on a payment that is paid; nothing was written.
        """

    async def get(self, refund_id: RefundId) -> Refund | None:
        """Read one afresh."""

    async def commit(self, step: RefundStep) -> bool:
        """Write record, hold on the payment, history and notices in one transaction, or nothing.

        Returns False when the refund is no longer at `step.before.version`.

        Raises:
            NoRoom: the step takes a hold, and so much is not free.
            CodeTaken: another refund has that M-Pesa code.
        """

    async def look_at(self, refund: Refund, at: datetime, *, ask_wanted: bool | None = None) -> bool:
        """Move `next_at` (and set `ask_wanted` if given); False when the version has moved on."""

    async def due(self, now: datetime, limit: int) -> Sequence[Refund]:
        """Refunds whose `next_at` has come: those a person wants asked, then the longest waiting."""

    async def next_due_at(self) -> datetime | None:
        """The earliest `next_at` of all."""

    async def in_states(self, states: Collection[RefundState], limit: int) -> Sequence[Refund]:
        """Those in these states, the longest there first."""

    async def of_payment(self, payment_id: PaymentId) -> Sequence[Refund]:
        """All refunds of one payment, the oldest first."""

    async def shown_in(self, refund_id: RefundId, chat_id: ChatId) -> MessageId | None:
        """The message that shows it in this chat, if one does."""

    async def show_in(self, refund_id: RefundId, chat_id: ChatId, message_id: MessageId) -> None:
        """From now on this message shows it in this chat."""


class BalanceBook(Protocol):
    """Where questions for the firm's balance are kept. Every method may raise `StoreUnavailable`."""

    async def add(self, check: BalanceCheck) -> None:
        """Keep a new question; a known id stays as it is."""

    async def get(self, check_id: str) -> BalanceCheck | None:
        """Read one afresh."""

    async def take_due(self, now: datetime, lease_s: float) -> BalanceCheck | None:
        """One whose `next_at` has come; nobody else is given it for `lease_s`."""

    async def next_due_at(self) -> datetime | None:
        """When the next one is due."""

    async def settle(self, before: BalanceCheck, after: BalanceCheck, notice: Notice | None) -> bool:
        """Write what became of it together with its news; False when it has changed since `before`."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Safaricom took the question for the balance; the answer comes by itself."""


class SafaricomOut(Protocol):
    """The other side, for money that goes out. No method raises for what the network or Safaricom does."""

    async def pay_out(self, refund: Refund) -> RefundEvidence:
        """Send the one payout: `payout_accepted`, `_refused`, `_not_sent`, `_uncertain` or `_seen_before`."""

    async def ask(self, refund: Refund) -> RefundEvidence | AskLater:
        """Ask what became of it: `status_asked`; the answer comes to the refund's own status address."""

    async def ask_balance(self, check: BalanceCheck) -> Asked | AskLater | BalanceAnswer:
        """Ask for the firm's balance; a `BalanceAnswer` tells that it cannot be asked at all."""


class RefundDraftBook(Protocol):
    """Where refunds in the making are kept: at most one for a chat. Methods may raise `StoreUnavailable`."""

    async def of_chat(self, chat_id: ChatId) -> RefundDraft | None:
        """The chat's draft."""

    async def put(self, draft: RefundDraft) -> None:
        """Keep this draft as the chat's only one."""

    async def drop(self, chat_id: ChatId, draft_id: RefundId) -> None:
        """Forget the draft, if it is still this one."""
