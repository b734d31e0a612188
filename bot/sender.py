"""The calls by which anything becomes visible in a chat: send, edit, strip, answer.

Owns the Bot API calls, each in its turn (`bot.pace`), and the small repairs that belong to one call: an
edit that changes nothing is well, a message that is gone is sent anew, markup that cannot be read is sent
as plain text. It raises the library's `TelegramError` for everything else; whoever called knows what may be
repeated.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from bot.doing import Doing, DoingTimes, shown_meanwhile
from bot.fate import Fate, describe, judge, retry_after_s
from bot.pace import Pace
from bot.rich import MOST_CHARACTERS, plain
from bot.screen import Screen, inline, markup
from payments.metering import Unmetered
from payments.notices import Urgency
from payments.ports import Meter
from payments.values import ChatId, MessageId

log = logging.getLogger(__name__)

MOST_IN_ANSWER = 200
"""Telegram: answerCallbackQuery, text."""
_SOON_S = 1.0
MOST_ASIDES = 500
"""Small things under way that nobody waits for; what comes beyond that is left undone, which harms nobody."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Haste:
    """How urgent a message is, and how many seconds it may wait for its turn; None: as long as it takes."""

    urgency: Urgency
    patience_s: float | None = None


ANSWERING = Haste(Urgency.ANSWER)
_SOME_TIME = Haste(Urgency.SUMMARY)


class Sender:
    """Shows screens in chats."""

    def __init__(
        self, bot: Bot, pace: Pace, meter: Meter | None = None, doing: DoingTimes | None = None
    ) -> None:
        self._bot = bot
        self._pace = pace
        self._meter = meter or Unmetered()
        self._doing_times = doing or DoingTimes()
        self._asides: set[asyncio.Task[None]] = set()

    async def send(self, chat_id: ChatId, screen: Screen, haste: Haste = ANSWERING) -> MessageId:
        """Show it in a new message.

        Raises:
            TelegramError: it was not sent, or nobody can say (`bot.fate.judge`).
        """

        async def call(text: str, **how: None) -> int:
            sent = await self._bot.send_message(chat_id, text, reply_markup=markup(screen), **how)
            return sent.message_id

        return MessageId(await self._readably(chat_id, haste, screen, call))

    async def hand_over(
        self, chat_id: ChatId, document: bytes, name: str, caption: str, *, protected: bool = False
    ) -> MessageId:
        """Send a file; one that is protected cannot be passed on (Telegram: protect_content).

        Raises:
            TelegramError: it was not sent, or nobody can say (`bot.fate.judge`).
        """

        async def call() -> int:
            sent = await self._bot.send_document(
                chat_id, document, filename=name, caption=caption, protect_content=protected
            )
            return sent.message_id

        return MessageId(await self._paced(chat_id, ANSWERING, call))

    async def show_picture(
        self, chat_id: ChatId, picture: bytes, screen: Screen, *, protected: bool = False
    ) -> MessageId:
        """Send a picture with the screen's text, at most 1,024 characters of it, below.

        Raises:
            TelegramError: it was not sent, or nobody can say (`bot.fate.judge`).
        """

        async def call(text: str, **how: None) -> int:
            sent = await self._bot.send_photo(
                chat_id, picture, caption=text, reply_markup=inline(screen), protect_content=protected, **how
            )
            return sent.message_id

        return MessageId(await self._readably(chat_id, ANSWERING, screen, call))

    def doing(self, chat_id: ChatId, what: Doing) -> AbstractAsyncContextManager[None]:
        """While the context lasts, the chat shows what it waits for, if the wait is felt."""
        return shown_meanwhile(lambda: self._show_doing(chat_id, what), self._doing_times)

    async def edit(
        self,
        chat_id: ChatId,
        message_id: MessageId,
        screen: Screen,
        haste: Haste = ANSWERING,
    ) -> bool:
        """Show it in a message that is there; False when that message cannot be edited any more.

        Raises:
            TelegramError: it was not changed, or nobody can say (`bot.fate.judge`).
        """

        async def call(text: str, **how: None) -> None:
            await self._bot.edit_message_text(text, chat_id, message_id, reply_markup=inline(screen), **how)

        try:
            await self._readably(chat_id, haste, screen, call)
        except TelegramError as error:
            fate = judge(error).fate
            if fate is Fate.UNCHANGED:
                return True
            if fate is Fate.GONE:
                return False
            raise
        return True

    async def show(self, chat_id: ChatId, message_id: MessageId | None, screen: Screen) -> MessageId:
        """Show it in this message, or in a new one where there is none to edit; return which it was."""
        if message_id is not None and await self.edit(chat_id, message_id, screen):
            return message_id
        return await self.send(chat_id, screen)

    def strip(self, chat_id: ChatId, message_id: MessageId | None) -> None:
        """Take the buttons off a message, some time. Nobody waits for it: stale buttons do nothing."""
        if message_id is not None:
            self._aside(lambda: self._strip(chat_id, message_id))

    def leave(self, chat_id: ChatId, message_id: MessageId | None, screen: Screen) -> None:
        """Change what a message shows for the last time, some time: a newer one has taken its place."""
        if message_id is not None:
            self._aside(lambda: self._leave(chat_id, message_id, screen))

    def pin(self, chat_id: ChatId, message_id: MessageId) -> None:
        """Pin a message without a sound, some time, if it can be pinned at all."""
        self._aside(lambda: self._pin(chat_id, message_id))

    def unpin(self, chat_id: ChatId, message_id: MessageId) -> None:
        """Take a pin off, some time."""
        self._aside(lambda: self._unpin(chat_id, message_id))

    def mention(self, chat_id: ChatId, screen: Screen) -> None:
        """Say something some time, if it can be said at all."""
        self._aside(lambda: self._mention(chat_id, screen))

    def _aside(self, act: Callable[[], Coroutine[Any, Any, None]]) -> None:
        if len(self._asides) < MOST_ASIDES:
            task = asyncio.create_task(act())
            self._asides.add(task)
            task.add_done_callback(self._asides.discard)

    async def answer(self, query_id: str, text: str = "", *, alert: bool = False) -> None:
        """Answer a tap. Of no consequence when it fails: Telegram gives up on a tap after seconds."""
        try:
            await self._bot.answer_callback_query(query_id, text[:MOST_IN_ANSWER] or None, show_alert=alert)
        except RetryAfter as error:
            self._pace.refused(None, retry_after_s(error))
            log.warning("tap_not_answered", extra={"why": describe(error)})
        except TelegramError as error:
            log.info("tap_not_answered", extra={"why": describe(error)})

    async def drain(self, timeout_s: float) -> None:
        """Let what is under way finish; what still waits for its turn then is let go."""
        if self._asides:
            await asyncio.wait(self._asides, timeout=timeout_s)
        for task in tuple(self._asides):
            task.cancel()

    async def _show_doing(self, chat_id: ChatId, what: Doing) -> None:
        """Not worth a turn: left out while the chat may not be written to."""
        if self._pace.wait_s(chat_id):
            return
        try:
            await self._bot.send_chat_action(chat_id, what)
        except TelegramError as error:
            if isinstance(error, RetryAfter):
                self._pace.refused(chat_id, retry_after_s(error))
            log.info("doing_not_shown", extra={"why": describe(error)})

    async def _pin(self, chat_id: ChatId, message_id: MessageId) -> None:
        call = self._bot.pin_chat_message
        try:
            await self._paced(
                chat_id, _SOME_TIME, lambda: call(chat_id, message_id, disable_notification=True)
            )
        except TelegramError as error:
            log.info("message_not_pinned", extra={"why": describe(error)})

    async def _unpin(self, chat_id: ChatId, message_id: MessageId) -> None:
        call = partial(self._bot.unpin_chat_message, chat_id, message_id=message_id)
        try:
            await self._paced(chat_id, _SOME_TIME, call)
        except TelegramError as error:
            log.info("message_not_unpinned", extra={"why": describe(error)})

    async def _mention(self, chat_id: ChatId, screen: Screen) -> None:
        try:
            await self.send(chat_id, screen)
        except TelegramError as error:
            log.info("not_mentioned", extra={"why": describe(error)})

    async def _leave(self, chat_id: ChatId, message_id: MessageId, screen: Screen) -> None:
        try:
            await self.edit(chat_id, message_id, screen, _SOME_TIME)
        except TelegramError as error:
            log.info("message_not_left", extra={"why": describe(error)})

    async def _strip(self, chat_id: ChatId, message_id: MessageId) -> None:
        try:
            await self._paced(
                chat_id,
                _SOME_TIME,
                lambda: self._bot.edit_message_reply_markup(chat_id, message_id, reply_markup=None),
            )
        except TelegramError as error:
            if judge(error).fate not in {Fate.UNCHANGED, Fate.GONE}:
                log.info("buttons_not_stripped", extra={"why": describe(error)})

    async def _readably(
        self, chat_id: ChatId, haste: Haste, screen: Screen, call: Callable[..., Awaitable[_T]]
    ) -> _T:
        """Send it; where Telegram cannot read the markup, send the bare words."""
        try:
            return await self._paced(chat_id, haste, lambda: call(screen.text))
        except TelegramError as error:
            if judge(error).fate is not Fate.UNREADABLE:
                raise
            begins = plain(screen.text)[:40]
            log.error("screen_unreadable", extra={"why": describe(error), "begins": begins})  # noqa: TRY400
        bare = plain(screen.text)[:MOST_CHARACTERS]
        return await self._paced(chat_id, haste, lambda: call(bare, parse_mode=None))

    async def _paced(self, chat_id: ChatId, haste: Haste, call: Callable[[], Awaitable[_T]]) -> _T:
        """Call in this chat's turn. If Telegram asks for silence all the same, there is silence."""
        try:
            async with asyncio.timeout(haste.patience_s):
                await self._pace.turn(chat_id, haste.urgency)
        except TimeoutError:
            wait_s = max(self._pace.wait_s(chat_id), _SOON_S)
            raise RetryAfter(timedelta(seconds=wait_s)) from None
        try:
            shown = await call()
        except TelegramError as error:
            self._meter.telegram(judge(error).fate.value)
            if isinstance(error, RetryAfter):
                self._pace.refused(chat_id, retry_after_s(error))
            raise
        self._meter.telegram("sent")
        return shown
