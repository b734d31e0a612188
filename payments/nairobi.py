"""Kenya's time, for everything people read. Owns the zone and how a moment is turned into it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

NAIROBI = timezone(timedelta(hours=3), "EAT")
"""Kenya has no summer time, so that no table of time zones is needed on the machine."""


def in_nairobi(moment: datetime) -> datetime:
    """The same moment by Nairobi's clock.

    Raises:
        ValueError: for a naive time, which would be read by the machine's own zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a time without a zone cannot be shown: it may mean anything")
    return moment.astimezone(NAIROBI)
