"""The door for Telegram's updates: stored first, then queued. Polling and webhook both come this way.

Owns the promise that an update which was acknowledged is kept. In what order it is handled, and how
often, is `bot.lanes`' to say.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable

from pydantic import BaseModel, ConfigDict, ValidationError
from telegram import Bot, Update

from bot.lanes import Lanes
from payments.ports import StoredUpdate, UpdateInbox
from payments.values import ChatId

log = logging.getLogger(__name__)

Enqueue = Callable[[Update], Awaitable[None]]

_MOST_PENDING = 100_000
"""More than any outage has left behind; the rest is worked after the next start."""


class _Envelope(BaseModel):
    """The one field every update has (Telegram: Update)."""

    model_config = ConfigDict(strict=True, extra="ignore")

    update_id: int


class UpdateDoor:
    """Takes updates in, each at least once, and hands them to the lanes."""

    def __init__(self, *, inbox: UpdateInbox, lanes: Lanes, bot: Bot, enqueue: Enqueue) -> None:
        self._inbox = inbox
        self._lanes = lanes
        self._bot = bot
        self._enqueue = enqueue

    async def accept(self, raw: bytes | str) -> bool:
        """Store an update durably, then queue it; False when it was known already.

        An update that was stored but perhaps not finished is queued again: the lanes know whether it
        still needs work.

        Raises:
            ValueError: it is no update.
            StoreUnavailable: nothing is known of the write; Telegram must send it again.
        """
        try:
            update_id = _Envelope.model_validate_json(raw).update_id
        except ValidationError as error:
            raise ValueError(f"not an update: {error.error_count()} mistakes") from None
        text = raw.decode() if isinstance(raw, bytes) else raw
        update = self._read(text)
        chat = update.effective_chat if update else None
        stored = StoredUpdate(update_id=update_id, chat_id=ChatId(chat.id) if chat else None, raw=text)
        new = await self._inbox.add(stored)
        if update is None:
            await self._inbox.set_aside(update_id, "it cannot be read")
        else:
            await self._queue(update, attempts=0)
        return new

    async def work_pending(self) -> int:
        """Queue what an earlier run stored and did not finish, in order; return how many."""
        pending = await self._inbox.pending(_MOST_PENDING)
        for stored in pending:
            update = self._read(stored.raw)
            if update is None:
                await self._inbox.set_aside(stored.update_id, "it cannot be read")
            else:
                await self._queue(update, attempts=stored.attempts)
        return len(pending)

    async def _queue(self, update: Update, attempts: int) -> None:
        if self._lanes.hold(update.update_id, attempts):
            await self._enqueue(update)

    def _read(self, text: str) -> Update | None:
        """Read an update as the library does; None when it cannot."""
        try:
            return Update.de_json(json.loads(text), self._bot)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            log.error("update_unreadable", extra={"why": type(error).__name__})  # noqa: TRY400  it holds what was said
            return None
