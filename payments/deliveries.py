"""A delivery: one notice on its way to one chat.

Owns the shape and the closed list of what can become of it. Sending is `bot`'s messenger's.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from payments.notices import Audience, Topic, Urgency
from payments.values import ChatId


class DeliveryState(StrEnum):
    """Where a delivery stands."""

    QUEUED = "queued"
    SENDING = "sending"
    """Somebody has the right to send it now, or died while sending."""
    SENT = "sent"
    PARKED = "parked"
    """It cannot be delivered (the person blocked the bot, the chat is gone)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One notice for one chat.

    Attributes:
        id: unique per subject, event and chat.
        subject: the id of what it is about, such as a payment.
        attempts: how often it was begun, this time included.
        perhaps_sent: an earlier attempt may have arrived; a repeat must say so.
    """

    id: str
    topic: Topic
    subject: str
    chat_id: ChatId
    audience: Audience
    event: str
    state: DeliveryState
    attempts: int
    perhaps_sent: bool
    created_at: datetime
    urgency: Urgency = Urgency.INTERIM
