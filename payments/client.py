"""The client as the bot remembers them. Owns the shape only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from payments.language import Language
from payments.values import ChatId, Phone, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """A person who has talked to the bot.

    Attributes:
        phone: the one they last confirmed for paying.
        reminders: whether they want any.
        language: what they were last written to in.
        language_chosen: they chose it themselves, so that nothing else changes it.
        agreed_at: when they first paid, having read what is kept of them.
    """

    user_id: UserId
    chat_id: ChatId
    first_name: str
    seen_at: datetime
    phone: Phone | None = None
    reminders: bool = True
    language: Language = Language.ENGLISH
    language_chosen: bool = False
    agreed_at: datetime | None = None
