"""What billing needs from outside, as protocols. `legalpro.wiring` says who implements them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from payments.billing.note import FeeNote, NoteCode
from payments.billing.receipt import IssuedReceipt
from payments.notices import Notice
from payments.values import NoteId, PaymentId, UserId


class NoteFull(Exception):
    """So much of the fee note is not free: it was paid, or somebody is paying it right now."""

    def __init__(self, free_kes: int = 0) -> None:
        super().__init__(f"KES {free_kes} free")
        self.free_kes = free_kes


class NoteBook(Protocol):
    """Where fee notes are kept. Every method may raise `StoreUnavailable`."""

    async def add(self, note: FeeNote) -> FeeNote:
        """Keep a new one and give it its number; a known id finds what is kept."""

    async def get(self, note_id: NoteId) -> FeeNote | None:
        """Read one afresh."""

    async def by_code(self, code: NoteCode) -> FeeNote | None:
        """The one that this code opens."""

    async def claim(self, note_id: NoteId, client: UserId) -> bool:
        """Make somebody the client of a note that has none; False when it has another already."""

    async def withdraw(self, note_id: NoteId) -> bool:
        """Take it back; False when it is not open."""

    async def of_client(self, client: UserId, limit: int) -> Sequence[FeeNote]:
        """A client's own notes that are not withdrawn, the latest first."""

    async def of_matter(self, matter: str, limit: int) -> Sequence[FeeNote]:
        """A matter's notes, the latest first."""

    async def open_notes(self, limit: int) -> Sequence[FeeNote]:
        """Those that are open and not settled, the longest due first."""

    async def take_due_reminder(self, now: datetime, lease_s: float) -> FeeNote | None:
        """One whose reminder has come due; nobody else is given it for `lease_s`."""

    async def reminded(
        self, note: FeeNote, next_place: int, next_at: datetime | None, news: Notice | None
    ) -> bool:
        """This reminder is dealt with, its news kept for its client; number `next_place` comes next.

        False when somebody else said so first.
        """


class ReceiptBook(Protocol):
    """Where receipts are numbered. Every method may raise `StoreUnavailable`."""

    async def issue(self, payment_id: PaymentId, at: datetime) -> IssuedReceipt:
        """The payment's receipt: the one it has, or a new one whose number follows the last without a gap."""

    async def get(self, number: int) -> IssuedReceipt | None:
        """Read one."""

    async def hand_out(self, number: int) -> int:
        """It is given out; returns how often it has been by now."""
