"""The calls by which anything becomes visible in a chat: send, edit, strip, answer.

Owns the Bot API calls, and the small repairs that belong to one call: an edit that changes nothing is
well, a message that is gone is sent anew, markup that cannot be read is sent as plain text. It raises
the library's `TelegramError` for everything else; whoever called knows what may be repeated.
"""

from __future__ import annotations

import logging

from telegram import Bot
from telegram.error import TelegramError

from bot.fate import Fate, describe, judge
from bot.rich import MOST_CHARACTERS, plain
from bot.screen import Screen, inline, markup
from payments.values import ChatId, MessageId

log = logging.getLogger(__name__)

MOST_IN_ANSWER = 200
"""Telegram: answerCallbackQuery, text."""


class Sender:
    """Shows screens in chats."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def send(self, chat_id: ChatId, screen: Screen) -> MessageId:
        """Show it in a new message.

        Raises:
            TelegramError: it was not sent, or nobody can say (`bot.fate.judge`).
        """
        try:
            sent = await self._bot.send_message(chat_id, screen.text, reply_markup=markup(screen))
        except TelegramError as error:
            self._must_be_unreadable(error, screen)
            sent = await self._bot.send_message(
                chat_id, _bare(screen), reply_markup=markup(screen), parse_mode=None
            )
        return MessageId(sent.message_id)

    async def edit(self, chat_id: ChatId, message_id: MessageId, screen: Screen) -> bool:
        """Show it in a message that is there; False when that message cannot be edited any more.

        Raises:
            TelegramError: it was not changed, or nobody can say (`bot.fate.judge`).
        """
        try:
            await self._edit(chat_id, message_id, screen)
        except TelegramError as error:
            fate = judge(error).fate
            if fate is Fate.UNCHANGED:
                return True
            if fate is Fate.GONE:
                return False
            raise
        return True

    async def _edit(self, chat_id: ChatId, message_id: MessageId, screen: Screen) -> None:
        try:
            await self._bot.edit_message_text(screen.text, chat_id, message_id, reply_markup=inline(screen))
        except TelegramError as error:
            self._must_be_unreadable(error, screen)
            await self._bot.edit_message_text(
                _bare(screen), chat_id, message_id, reply_markup=inline(screen), parse_mode=None
            )

    async def show(self, chat_id: ChatId, message_id: MessageId | None, screen: Screen) -> MessageId:
        """Show it in this message, or in a new one where there is none to edit; return which it was."""
        if message_id is not None and await self.edit(chat_id, message_id, screen):
            return message_id
        return await self.send(chat_id, screen)

    async def strip(self, chat_id: ChatId, message_id: MessageId | None) -> None:
        """Take the buttons off a message. Of no consequence when it fails: stale buttons do nothing."""
        if message_id is None:
            return
        try:
            await self._bot.edit_message_reply_markup(chat_id, message_id, reply_markup=None)
        except TelegramError as error:
            if judge(error).fate not in {Fate.UNCHANGED, Fate.GONE}:
                log.info("buttons_not_stripped", extra={"why": describe(error)})

    async def answer(self, query_id: str, text: str = "", *, alert: bool = False) -> None:
        """Answer a tap. Of no consequence when it fails: Telegram gives up on a tap after seconds."""
        try:
            await self._bot.answer_callback_query(query_id, text[:MOST_IN_ANSWER] or None, show_alert=alert)
        except TelegramError as error:
            log.info("tap_not_answered", extra={"why": describe(error)})

    def _must_be_unreadable(self, error: TelegramError, screen: Screen) -> None:
        """Let the caller go on with plain text if that is the cure; otherwise raise the error again."""
        if judge(error).fate is not Fate.UNREADABLE:
            raise error
        log.error("screen_unreadable", extra={"why": describe(error), "begins": plain(screen.text)[:40]})


def _bare(screen: Screen) -> str:
    return plain(screen.text)[:MOST_CHARACTERS]
