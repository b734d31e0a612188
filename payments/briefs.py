"""The morning's brief: what the office is told once a day of the day before, and where the audit trail ends.

Owns the record, when one is due, and the worker that writes it. A brief is one row for a day, so that of
several programs one writes it; what it says of money is read from the figures when it is told.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from payments.audit import Head
from payments.audit_ports import AuditLog
from payments.nairobi import NEVER, in_nairobi
from payments.notices import Audience, Notice, Topic
from payments.ports import Now, StoreUnavailable
from payments.wake import Wake

log = logging.getLogger(__name__)

BRIEF = "brief"
_SUNDAY = 7
"""ISO 8601."""
MOST_LATE = timedelta(hours=4)
"""A brief that could not be written in the morning is none in the afternoon: the next one is near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brief:
    """Of one day. `head` is where the audit trail ended then: chats remember it outside of the database."""

    day: date
    made_at: datetime
    head: Head

    @property
    def id(self) -> str:
        """The day, as its key."""
        return self.day.isoformat()

    @property
    def ends_week(self) -> bool:
        """Whether the day was a Sunday, so that its week is told of too."""
        return self.day.isoweekday() == _SUNDAY


class BriefBook(Protocol):
    """Where briefs are kept. Methods may raise `StoreUnavailable`."""

    async def add(self, brief: Brief, notice: Notice) -> bool:
        """Keep it and its news; False when that day has one."""

    async def get(self, brief_id: str) -> Brief | None:
        """Read one."""


def due_of(now: datetime, hour: int) -> date | None:
    """The day of which a brief may be written now: the one before, for a while from `hour` in Nairobi."""
    if hour == NEVER:
        return None
    local = in_nairobi(now)
    begins = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return local.date() - timedelta(days=1) if begins <= local < begins + MOST_LATE else None


def notice_of(brief: Brief) -> Notice:
    """The office hears of it."""
    return Notice(
        id=f"brief:{brief.id}", topic=Topic.BRIEF, subject=brief.id, audience=Audience.ADMINS, event=BRIEF
    )


@dataclass(slots=True, kw_only=True)
class Briefer:
    """Writes briefs until cancelled. Several may run side by side on one store."""

    book: BriefBook
    trail: AuditLog
    hour: int
    now: Now
    poke: Callable[[], None]
    idle_s: float = 30.0
    wake: Wake = field(default_factory=Wake)

    async def run(self) -> None:
        """Work for ever."""
        while True:
            await self._round()
            await self.wake.wait(self.idle_s)

    async def write(self) -> bool:
        """Write the brief that is due, if none is there; whether it did."""
        day = due_of(self.now(), self.hour)
        if day is None or await self.book.get(day.isoformat()) is not None:
            return False
        brief = Brief(day=day, made_at=self.now(), head=await self.trail.head())
        written = await self.book.add(brief, notice_of(brief))
        self.poke()
        return written

    async def _round(self) -> None:
        try:
            await self.write()
        except StoreUnavailable as error:
            log.warning("briefs_store_unavailable", extra={"why": str(error)})
        except Exception:
            log.exception("briefs_failed")
