"""The client as the bot remembers them. Owns the shape only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from payments.values import ChatId, Phone, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A person who has talked to the bot.

    `phone` is the one they last confirmed for paying; `reminders`: whether they want any.
    """

    user_id: UserId
    chat_id: ChatId
    first_name: str
    seen_at: datetime
    phone: Phone | None = None
    reminders: bool = True
