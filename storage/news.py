"""Notices as they wait in the document that they tell of, until they have become deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from payments.notices import Notice
from storage.documents import OutboxPart

_MOST_NOTICES = 100
"""More than one step ever has: leaves room to number them within their version."""


def outbox_of(notices: Sequence[Notice], version: int, at: datetime) -> tuple[OutboxPart, ...]:
    """The notices of one version as they wait in the document, in their order."""
    return tuple(
        OutboxPart(
            id=notice.id,
            audience=notice.audience,
            event=notice.event,
            at=at,
            turn=version * _MOST_NOTICES + place,
        )
        for place, notice in enumerate(notices)
    )
