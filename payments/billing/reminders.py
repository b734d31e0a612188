"""When a client is reminded of a fee note: a few times, at decent hours in Nairobi, and never more.

Owns the calendar. Pure: the time is handed in.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from payments.billing.note import FeeNote, NoteState
from payments.nairobi import NAIROBI

HOUR = time(10, 0)
"""When people may be disturbed."""
OFFSETS_DAYS = (-3, 0, 3, 7, 14)
"""Days from the due day: before it, on it, and after it."""


def at_decent_hour(day: date) -> datetime:
    """The moment of that day at which a reminder may go out, UTC. Sundays are left in peace."""
    if day.weekday() == _SUNDAY:
        day += timedelta(days=1)
    return datetime.combine(day, HOUR, NAIROBI).astimezone(UTC)


_SUNDAY = 6


def moment_of(due_on: date, place: int) -> datetime:
    """When reminder number `place`, from 0, is due, UTC."""
    return at_decent_hour(due_on + timedelta(days=OFFSETS_DAYS[place]))


def next_reminder(note: FeeNote, now: datetime) -> tuple[int, datetime] | None:
    """The next reminder after `now`: which one it is, and when it is due; None when there is none.

    Of those that were missed (the program was away) at most the latest is made good, and only on its day.
    """
    if note.due_on is None or note.state is not NoteState.OPEN or note.is_settled:
        return None
    moments = [moment_of(note.due_on, place) for place in range(len(OFFSETS_DAYS))]
    ahead = [
        (place, moment) for place, moment in enumerate(moments) if place >= note.reminded and moment > now
    ]
    return ahead[0] if ahead else None
