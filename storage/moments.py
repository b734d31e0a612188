"""Times as BSON keeps them: UTC, whole milliseconds.

Owns the rounding, so that what is written equals what is read back.
"""

from __future__ import annotations

from datetime import UTC, datetime

_US_PER_MS = 1_000


def in_milliseconds(moment: datetime) -> datetime:
    """The same moment in UTC without its last three digits, which BSON would drop anyway."""
    whole_us = moment.microsecond // _US_PER_MS * _US_PER_MS
    return moment.astimezone(UTC).replace(microsecond=whole_us)


def utc_now() -> datetime:
    """The present moment."""
    return datetime.now(UTC)
