"""The menu of commands that Telegram shows: everybody's, and the office's in their own chats.

Owns which chat is shown what. A menu is only shown: what may be done is asked when it is done.
"""

from __future__ import annotations

import logging

from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import TelegramError

from bot import (
    bill_wording,
    desk_wording,
    fee_wording,
    history_wording,
    office_wording,
    privacy_wording,
    refund_wording,
    roll_wording,
    ruling_wording,
    support_wording,
    wording,
)
from bot.fate import describe
from bot.phrases import Phrase, speaking
from payments.language import Language
from payments.values import ChatId

CLIENT_COMMANDS = (
    *wording.COMMANDS,
    *history_wording.COMMANDS,
    *bill_wording.COMMANDS,
    *support_wording.COMMANDS,
    *privacy_wording.COMMANDS,
)
OFFICE_COMMANDS = (
    *support_wording.OFFICE_COMMANDS,
    *bill_wording.OFFICE_COMMANDS,
    *desk_wording.COMMANDS,
    *ruling_wording.COMMANDS,
    *refund_wording.OFFICE_COMMANDS,
    *office_wording.COMMANDS,
    *roll_wording.COMMANDS,
    *fee_wording.COMMANDS,
)

Commands = tuple[tuple[str, Phrase], ...]

_CODES = {Language.ENGLISH: None, Language.SWAHILI: "sw"}
"""Telegram: setMyCommands, language_code; None is for everybody whose language has no list of its own."""

log = logging.getLogger(__name__)


class Menu:
    """Sets menus. A Bot API server that lacks them, or a chat that is not there yet, does no harm."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def for_everybody(self) -> None:
        """What a client can ask for."""
        try:
            for language in Language:
                with speaking(language):
                    await self._bot.set_my_commands(
                        _commands(CLIENT_COMMANDS), language_code=_CODES[language]
                    )
        except TelegramError as error:
            log.warning("bot_api_lacks", extra={"what": "set_my_commands", "why": describe(error)})

    async def for_client(self, chat_id: ChatId) -> None:
        """A client's, in the language spoken now, whatever language their program has."""
        await self._set(chat_id, CLIENT_COMMANDS)

    async def forget(self, chat_id: ChatId) -> None:
        """The chat has no menu of its own any more: everybody's is shown, in their program's language."""
        try:
            await self._bot.delete_my_commands(scope=BotCommandScopeChat(chat_id))
        except TelegramError as error:
            log.info("menu_not_set", extra={"chat": chat_id, "why": describe(error)})

    async def for_office(self, chat_id: ChatId) -> None:
        """The same and what the office can ask for; a chat has one menu, so both stand in it."""
        await self._set(chat_id, (*CLIENT_COMMANDS, *OFFICE_COMMANDS))

    async def _set(self, chat_id: ChatId, words: Commands) -> None:
        try:
            await self._bot.set_my_commands(_commands(words), scope=BotCommandScopeChat(chat_id))
        except TelegramError as error:
            log.info("menu_not_set", extra={"chat": chat_id, "why": describe(error)})


def _commands(words: Commands) -> list[BotCommand]:
    return [BotCommand(name, description()) for name, description in words]
