"""Which language somebody reads: the one they chose, else that of their program, else English.

Owns the order of these. What is said in each is `bot.phrases`' to know.
"""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Update

from payments.language import Language
from payments.ports import ClientBook
from payments.values import UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongues:
    """Tells what to speak. Methods may raise `StoreUnavailable`."""

    clients: ClientBook

    async def of(self, user_id: UserId) -> Language:
        """What to write to somebody in who has not just said something."""
        client = await self.clients.get(user_id)
        return client.language if client else Language.ENGLISH

    async def of_sender(self, update: Update) -> Language:
        """What to answer an update in."""
        user = update.effective_user
        if user is None:
            return Language.ENGLISH
        client = await self.clients.get(UserId(user.id))
        if client is not None and client.language_chosen:
            return client.language
        return tagged(user.language_code) or (client.language if client else Language.ENGLISH)


def tagged(tag: str | None) -> Language | None:
    """The language of a tag such as `sw-KE` (Telegram: User.language_code); None where it is not one of ours.

    English is not taken from it: Telegram itself is not there in Swahili, so most who read it have an English
    program.
    """
    code = (tag or "").split("-")[0].lower()
    return Language.SWAHILI if code == Language.SWAHILI else None
