"""Kenya's time, for everything people read. Owns the zone, its hours, and how a moment is turned into it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache

NAIROBI = timezone(timedelta(hours=3), "EAT")
"""Kenya has no summer time, so that no table of time zones is needed on the machine."""

NEVER = 24
"""The hour that no day has."""

_DAY_S, _MINUTE_S = 86_400, 60
_SECOND = timedelta(seconds=1)
_FIRST_DAY = date(1970, 1, 1)
_ITS_MIDNIGHT = datetime(1969, 12, 31, 21, tzinfo=UTC)
_MINUTES = tuple(f"{hour:02}:{minute:02}" for hour in range(24) for minute in range(60))
_SECONDS = tuple(f"{second:02}" for second in range(60))


def in_nairobi(moment: datetime) -> datetime:
    """The same moment by Nairobi's clock.

    Raises:
        ValueError: for a naive time, which would be read by the machine's own zone.
    """
    _refuse_without_zone(moment)
    return moment.astimezone(NAIROBI)


def second_in_nairobi(moment: datetime) -> str:
    """The second by Nairobi's clock, such as `2026-11-25 01:30:05`, put together fast for a million of them.

    Raises:
        ValueError: for a naive time.
    """
    _refuse_without_zone(moment)
    day, second = divmod((moment - _ITS_MIDNIGHT) // _SECOND, _DAY_S)
    minute, second = divmod(second, _MINUTE_S)
    return f"{_day_text(day)} {_MINUTES[minute]}:{_SECONDS[second]}"


@lru_cache(maxsize=1_000)
def _day_text(day: int) -> str:
    return (_FIRST_DAY + timedelta(days=day)).isoformat()


def _refuse_without_zone(moment: datetime) -> None:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be shown: it may mean anything")
