"""/board: a pinned message in an admin's chat that shows the day and changes as money arrives.

Owns the command, and the round that draws every board anew, a few seconds after something changed. One
program at a time does so. A board whose message is gone, or of another day, is sent and pinned anew.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass, field
from datetime import date

from telegram.error import TelegramError

from bot import office_wording as wording
from bot.board_screen import Today, board_screen
from bot.fate import Fate, describe, judge
from bot.gate import Gate
from bot.incoming import Said
from bot.phrases import speaking
from bot.screen import Screen
from bot.sender import Haste, Sender
from bot.tongues import Tongues
from payments.admins import Admins, Deed
from payments.analytics.ports import Rollups
from payments.boards import Board, BoardBook
from payments.nairobi import in_nairobi
from payments.notices import Urgency
from payments.periods import Period
from payments.ports import Now, SoleRight, StoreUnavailable
from payments.search import PaymentSearch, read_wanted
from payments.values import ChatId, UserId
from payments.wake import Wake

log = logging.getLogger(__name__)

MOST_COUNTED = 20
LATEST = 3
_NO_HASTE = Haste(Urgency.SUMMARY)


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardLimits:
    """In seconds: what comes within `idle_s` is drawn together; `lease_s` is how long the right lasts."""

    idle_s: float = 5.0
    lease_s: float = 20.0


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What all boards show now, and of which day."""

    day: date
    today: Today

    @property
    def screen(self) -> Screen:
        """In the language that is spoken."""
        return board_screen(self.today)

    @property
    def digest(self) -> str:
        """Tells one drawing from another."""
        return hashlib.sha256(self.screen.text.encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBoards:
    """Keeps the boards of all chats."""

    book: BoardBook
    rollups: Rollups
    search: PaymentSearch
    admins: Admins
    gate: Gate
    sender: Sender
    tongues: Tongues
    right: SoleRight
    now: Now
    limits: BoardLimits = BoardLimits()
    wake: Wake = field(default_factory=Wake)

    async def command(self, said: Said) -> None:
        """`/board` pins a board in this chat, in the place of one that is there; `/board off` ends it."""
        if not await self.gate.admits(said.who, Deed.SEE_FIGURES):
            return
        chat_id, words = said.who.chat_id, (said.text or "").split()[1:]
        board = await self.book.of_chat(chat_id)
        if words == ["off"]:
            await self._end(chat_id, board)
        elif words:
            await self.sender.send(chat_id, Screen(text=wording.BOARD_USAGE()))
        else:
            await self._begin(chat_id, await self._drawing(), board)

    async def run(self) -> None:
        """Draw for ever."""
        while True:
            try:
                await self.draw()
            except StoreUnavailable as error:
                log.warning("boards_store_unavailable", extra={"why": str(error)})
            except Exception:
                log.exception("boards_failed")
            await self.wake.wait(self.limits.idle_s)

    async def draw(self) -> None:
        """Draw every board that does not show what is, if that is this program's to do."""
        boards = await self.book.all()
        if not boards or not await self.right.hold(self.limits.lease_s):
            return
        drawing = await self._drawing()
        for board in boards:
            try:
                with speaking(await self.tongues.of(UserId(board.chat_id))):
                    await self._drawn(board, drawing)
            except TelegramError as error:
                log.info("board_not_drawn", extra={"chat": board.chat_id, "why": describe(error)})
                if judge(error).fate is Fate.UNREACHABLE:
                    await self.book.drop(board)

    async def _drawn(self, board: Board, now: _Drawing) -> None:
        user_id = UserId(board.chat_id)  # a private chat has its person's number (Telegram: Chat.id)
        if not await self.admins.may(user_id, Deed.SEE_FIGURES):
            await self.book.drop(board)
            self.sender.unpin(board.chat_id, board.message_id)
        elif board.day != now.day:
            await self._begin(board.chat_id, now, board)
        elif board.shown != now.digest:
            if await self.sender.edit(board.chat_id, board.message_id, now.screen, _NO_HASTE):
                await self.book.shows(board, now.digest)
            else:
                await self._begin(board.chat_id, now, board)

    async def _begin(self, chat_id: ChatId, now: _Drawing, old: Board | None) -> None:
        message_id = await self.sender.send(chat_id, now.screen)
        await self.book.put(Board(chat_id=chat_id, message_id=message_id, day=now.day, shown=now.digest))
        self.sender.pin(chat_id, message_id)
        if old is not None:
            self.sender.unpin(chat_id, old.message_id)

    async def _end(self, chat_id: ChatId, board: Board | None) -> None:
        if board is not None:
            await self.book.drop(board)
            self.sender.unpin(chat_id, board.message_id)
        await self.sender.send(chat_id, Screen(text=wording.BOARD_OFF()))

    async def _drawing(self) -> _Drawing:
        now = self.now()
        day = in_nairobi(now).date()
        latest = await self.search.page(read_wanted("paid today", now), None, LATEST)
        today = Today(
            figures=await self.rollups.figures(Period(day, day), matters=0, thorough=False),
            open=await self.search.page(read_wanted("open", now), None, MOST_COUNTED),
            review=await self.search.page(read_wanted("review", now), None, MOST_COUNTED),
            latest=latest.found,
        )
        return _Drawing(day, today)
