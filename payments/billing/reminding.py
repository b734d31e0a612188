"""The worker that reminds clients of their fee notes, at decent hours and a few times only.

Owns whether a reminder that has come due is still worth telling, and that each is committed once, together
with its news. When they are due is `payments.billing.reminders`', how they are told the bot's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, time

from payments.billing.note import FeeNote
from payments.billing.ports import NoteBook
from payments.billing.reminders import moment_of, next_reminder
from payments.nairobi import in_nairobi
from payments.notices import Audience, Notice, Topic
from payments.ports import Now, StoreUnavailable
from payments.wake import Wake, honour_cancellation

log = logging.getLogger(__name__)

REMINDER = "reminder"
LAST_HOUR = time(19, 0)
"""Later on nobody is disturbed: a reminder that could not go out by day is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderLimits:
    """How patient it is, in seconds."""

    lease_s: float = 60.0
    idle_s: float = 30.0
    busy_s: float = 0.05


@dataclass(slots=True, kw_only=True)
class Reminder:
    """Reminds until cancelled. Several may run side by side on one store."""

    notes: NoteBook
    now: Now
    poke: Callable[[], None]
    limits: ReminderLimits = field(default_factory=ReminderLimits)
    wake: Wake = field(default_factory=Wake)

    async def run(self) -> None:
        """Work for ever."""
        while True:
            await self.wake.wait(self.limits.busy_s if await self._round() else self.limits.idle_s)

    async def rest(self) -> None:
        """Remind until nothing is due: in tests and one-off runs."""
        while await self.remind():
            honour_cancellation()

    async def remind(self) -> bool:
        """Deal with one reminder that has come due; False when there was none."""
        note = await self.notes.take_due_reminder(self.now(), self.limits.lease_s)
        if note is None:
            return False
        now, place = self.now(), note.reminded
        ahead = next_reminder(replace(note, reminded=place + 1), now)
        news = notice_of(note) if is_worth_telling(note, now) else None
        next_place, next_at = ahead or (place + 1, None)
        await self.notes.reminded(note, next_place, next_at, news)
        if news is not None:
            self.poke()
        return True

    async def _round(self) -> bool:
        try:
            return await self.remind()
        except StoreUnavailable as error:
            log.warning("reminders_store_unavailable", extra={"why": str(error)})
        except Exception:
            log.exception("reminders_failed")
        return False


def is_worth_telling(note: FeeNote, now: datetime) -> bool:
    """Whether its client should hear of it now: something is due, and the reminder's day is not over."""
    if note.client is None or note.due_on is None or not note.is_payable:
        return False
    local, planned = in_nairobi(now), in_nairobi(moment_of(note.due_on, note.reminded))
    return local.date() == planned.date() and planned <= local and local.time() < LAST_HOUR


def notice_of(note: FeeNote) -> Notice:
    """The client hears of it."""
    return Notice(
        id=f"note:{note.id}:{REMINDER}:{note.reminded}",
        topic=Topic.NOTE,
        subject=note.id,
        audience=Audience.PAYER,
        event=REMINDER,
    )


def first_reminder(note: FeeNote) -> FeeNote:
    """A new note with its first reminder ahead, if it has any."""
    ahead = next_reminder(note, note.created_at)
    return note if ahead is None else replace(note, reminded=ahead[0], remind_at=ahead[1])
