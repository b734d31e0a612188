"""Day boards: the one message in an admin's chat that shows how the day goes.

Owns the record and the port. What a board shows, and when it is drawn anew, is `bot.board`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from payments.values import ChatId, MessageId


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A chat's board: its message, the day that it shows, and a digest of what stands there."""

    chat_id: ChatId
    message_id: MessageId
    day: date
    shown: str


class BoardBook(Protocol):
    """Where boards are kept: one at most for a chat. Methods may raise `StoreUnavailable`."""

    async def all(self) -> Sequence[Board]:
        """Every board."""

    async def of_chat(self, chat_id: ChatId) -> Board | None:
        """The chat's board."""

    async def put(self, board: Board) -> None:
        """Keep it in the place of whatever the chat had."""

    async def shows(self, board: Board, shown: str) -> None:
        """Remember what stands there now, if it is still this message."""

    async def drop(self, board: Board) -> None:
        """Forget it, if it is still this message."""
