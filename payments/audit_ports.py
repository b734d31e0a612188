"""What the audit trail needs from outside, as protocols. `legalpro.wiring` says who implements them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from payments.audit import Actor, AuditEntry, AuditKind, AuditRecord, Head, Unreadable


class AuditLog(Protocol):
    """The audit trail. Nothing in it is ever changed. Methods may raise `StoreUnavailable`."""

    async def enter(self, records: Sequence[AuditRecord]) -> None:
        """Append, durably and in this order, those whose event is not in it yet; several may at once.

        After `StoreUnavailable` some of them may be in: entering the same again completes them.
        """

    def entries(self) -> AsyncGenerator[AuditEntry | Unreadable, None]:
        """Everything in it, in the order of the numbers, a little at a time."""

    async def head(self) -> Head:
        """Where it ends now."""

    async def about(self, subjects: Sequence[str], limit: int) -> Sequence[AuditEntry | Unreadable]:
        """The last entries about these payments and refunds, at most so many, in the order of the numbers."""


class Waiting(Protocol):
    """A payment, a refund or an update with events that are not entered yet."""

    @property
    def subject(self) -> str:
        """Its id."""

    @property
    def events(self) -> int:
        """How many events there are by now."""

    def records(self) -> Sequence[AuditRecord]:
        """Those that are to be entered."""


class AuditFeed(Protocol):
    """What waits for the audit trail.

    Changes of payments and refunds, committed with the change; what people did otherwise, committed with the
    update by which they did it.
    """

    async def waiting(self, limit: int) -> Sequence[Waiting]:
        """Those with events that are not entered yet, the longest waiting first."""

    async def entered(self, done: Sequence[Waiting]) -> None:
        """These events are in the trail; what came since they were read waits on."""


class NoteKeeper(Protocol):
    """Where what was noticed is kept until it is in the trail: outlives the program. Quick; never raises."""

    def keep(self, record: AuditRecord) -> None:
        """Keep it, in the place of what had the same event."""

    def drop(self, event: str) -> None:
        """It is in the trail."""

    def left(self) -> Sequence[AuditRecord]:
        """What programs that are dead kept and did not drop; from now on it is kept here."""

    def close(self) -> None:
        """Nothing more comes; what was not dropped stays."""


class SecurityWatch(Protocol):
    """Where whatever smells of an attack, or of a fault, is noticed."""

    def note(
        self,
        kind: AuditKind,
        *,
        actor: Actor,
        who: str = "",
        subject: str = "",
        why: str = "",
        key: str = "",
    ) -> None:
        """Have it entered into the audit trail soon. Never waits, never fails, touches no store.

        `who` is a user id or an address, `subject` a payment; `why` holds no secret. Events with the same
        `key` are one event; without a key each is one of its own. What any stranger causes is only counted.
        """
