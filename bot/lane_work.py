"""What the lanes do with an update: have it handled in its sender's language, or say sorry.

Owns the three things that can be said of an update as a whole. When and how often is `bot.lanes`' to say.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from telegram import Update
from telegram.error import TelegramError

from bot import wording
from bot.application import BotApplication
from bot.fate import describe
from bot.incoming import whoever
from bot.minutes import Minutes
from bot.pace import Pace
from bot.phrases import speaking
from bot.screen import Screen
from bot.screens import apology_screen
from bot.sender import Sender
from bot.tongues import Tongues
from payments.audit import Actor, AuditKind
from payments.language import Language
from payments.ports import StoreUnavailable
from payments.values import ChatId, UserId

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class LaneWork:
    """Works updates. See `bot.lanes.LaneHands`."""

    application: BotApplication
    sender: Sender
    tongues: Tongues
    pace: Pace
    minutes: Minutes

    async def process(self, update: Update) -> None:
        """Have it handled. May raise `StoreUnavailable`."""
        if update.effective_chat is not None:
            self.pace.acted(ChatId(update.effective_chat.id))
        with speaking(await self.tongues.of_sender(update)):
            await self.application.process_update(update)

    async def ask_patience(self, update: Update) -> None:
        """Its sender sent more than anybody can mean. May raise `StoreUnavailable`: nothing is noted then."""
        who = whoever(update)
        if who is None:
            return
        language = await self.tongues.of_sender(update)
        self.minutes.note(who, AuditKind.RATE_LIMITED, actor=Actor.USER)
        with speaking(language):
            await self._tell(who.chat_id, Screen(text=wording.PATIENCE()))

    async def apologise(self, chat_id: ChatId, reference: str) -> None:
        """It could not be handled; the log holds the reference."""
        with speaking(await self._language_of(chat_id)):
            await self._tell(chat_id, apology_screen(reference))

    async def _language_of(self, chat_id: ChatId) -> Language:
        try:
            return await self.tongues.of(UserId(chat_id))
        except StoreUnavailable:
            return Language.ENGLISH

    async def _tell(self, chat_id: ChatId, screen: Screen) -> None:
        try:
            await self.sender.send(chat_id, screen)
        except TelegramError as error:
            log.warning("not_told", extra={"why": describe(error)})
