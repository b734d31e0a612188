"""Updates on their way to the bot: rising ids, and long polling with the offset as acknowledgement.

One queue serves polling and the webhook, never both at once. Posting to the webhook is `webhook.py`'s work.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .refusals import refusal

if TYPE_CHECKING:
    from .events import Bell
    from .wire import JsonObject

_NOT_BY_DEFAULT = {"chat_member", "message_reaction", "message_reaction_count"}
"""Kinds left out unless asked for (Telegram: getUpdates, allowed_updates)."""
_KEPT_UPDATES = 20_000
_MOST_AT_ONCE = 100


@dataclass(slots=True, eq=False)
class Update:
    """One update; `again` marks a repetition, which an offset already passed must not swallow."""

    update_id: int
    chat_id: int
    body: JsonObject = field(repr=False)
    again: bool = False


class UpdateQueue:
    """What the bot has not acknowledged yet, oldest first."""

    def __init__(self, bell: Bell, first_id: int) -> None:
        self._bell = bell
        self._next_id = first_id
        self.poller = 0
        """The number of the present poll."""
        self._why_ended = "second_poller"
        self.pending: list[Update] = []
        self.sent: deque[Update] = deque(maxlen=_KEPT_UPDATES)
        self.allowed: frozenset[str] = frozenset()
        """Kinds the bot asked for; empty means the default list."""

    @property
    def last_id(self) -> int:
        """The id of the newest update."""
        return self._next_id - 1

    def add(self, kind: str, chat_id: int, content: JsonObject) -> int:
        """Queue an update unless the bot does not want its kind; its id either way."""
        update_id = self._next_id
        self._next_id += 1
        if kind in self.allowed or (not self.allowed and kind not in _NOT_BY_DEFAULT):
            update = Update(update_id, chat_id, {"update_id": update_id, kind: content})
            self.sent.append(update)
            self._queue(update)
        return update_id

    def repeat(self, update_id: int) -> None:
        """Deliver an update once more. Raises LookupError for an id never delivered."""
        known = next((update for update in self.sent if update.update_id == update_id), None)
        if known is None:
            raise LookupError(f"no update {update_id} is known")
        self._queue(Update(known.update_id, known.chat_id, known.body, again=True))

    def _queue(self, update: Update) -> None:
        self.pending.append(update)
        self._bell.ring()

    def remember_allowed(self, kinds: list[object] | None) -> None:
        """Keep the wanted kinds; left out means the earlier choice stays, empty means the default."""
        if kinds is not None:
            self.allowed = frozenset(str(kind) for kind in kinds)

    def acknowledge(self, offset: int) -> None:
        """Forget what lies below a positive `offset`; a negative one keeps only so many from the end."""
        if offset > 0:
            self.pending = [u for u in self.pending if u.update_id >= offset or u.again]
        elif offset < 0:
            self.pending = self.pending[offset:]

    def drop_all(self) -> None:
        """Forget everything unacknowledged (drop_pending_updates)."""
        self.pending.clear()

    def end_poll(self, why: str) -> None:
        """End the running long poll with the refusal named `why`."""
        self.poller += 1
        self._why_ended = why
        self._bell.ring()

    async def poll(self, offset: int, limit: int, timeout_s: float) -> list[Update]:
        """Wait up to `timeout_s` for updates; a newer poll ends this one.

        Raises:
            Refusal: 409 when another getUpdates or a setWebhook came meanwhile.
        """
        self.end_poll("second_poller")
        mine = self.poller
        self.acknowledge(offset)
        deadline_s = asyncio.get_running_loop().time() + timeout_s
        while not self.pending and not self._bell.closed:
            left_s = deadline_s - asyncio.get_running_loop().time()
            if left_s <= 0 or not await self._bell.wait(left_s):
                break
            if self.poller != mine:
                raise refusal(self._why_ended)
        return self._hand_out(min(limit, _MOST_AT_ONCE))

    def _hand_out(self, limit: int) -> list[Update]:
        batch = self.pending[:limit]
        handed_again = {id(update) for update in batch if update.again}
        self.pending = [update for update in self.pending if id(update) not in handed_again]
        return batch
