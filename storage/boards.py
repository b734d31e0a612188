"""Day boards in MongoDB: one row for a chat."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from payments.boards import Board
from payments.values import ChatId
from storage.documents import BoardDocument
from storage.shelf import Row, Shelf

MOST_BOARDS = 1_000
"""More than an office has people."""


class MongoBoardBook:
    """See `payments.boards.BoardBook`."""

    def __init__(self, shelf: Shelf[BoardDocument]) -> None:
        self._shelf = shelf

    async def all(self) -> Sequence[Board]:
        """See `BoardBook.all`."""
        return [_board_of(document) for document in await self._shelf.many({}, [("_id", 1)], MOST_BOARDS)]

    async def of_chat(self, chat_id: ChatId) -> Board | None:
        """See `BoardBook.of_chat`."""
        document = await self._shelf.one({"_id": chat_id})
        return document and _board_of(document)

    async def put(self, board: Board) -> None:
        """See `BoardBook.put`."""
        await self._shelf.overwrite(
            BoardDocument(
                id=board.chat_id, message_id=board.message_id, day=board.day.isoformat(), shown=board.shown
            )
        )

    async def shows(self, board: Board, shown: str) -> None:
        """See `BoardBook.shows`."""
        await self._shelf.change(_still(board), {"$set": {"shown": shown}})

    async def drop(self, board: Board) -> None:
        """See `BoardBook.drop`."""
        await self._shelf.remove(_still(board))


def _still(board: Board) -> Row:
    return {"_id": board.chat_id, "message_id": board.message_id}


def _board_of(document: BoardDocument) -> Board:
    return Board(
        chat_id=document.id,
        message_id=document.message_id,
        day=date.fromisoformat(document.day),
        shown=document.shown,
    )
