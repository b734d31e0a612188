"""What a person is told while their message cannot even be stored: once, and not again for a while.

Owns who was told when, in memory and bounded. The message itself is not lost: it was not acknowledged,
so Telegram brings it again.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from bot import wording
from bot.screen import Screen
from bot.sender import Sender
from payments.values import ChatId

QUIET_S = 600.0
MOST_CHATS = 10_000


@dataclass(slots=True)
class Excuses:
    """Says sorry. `clock` is in seconds and never goes back."""

    sender: Sender
    clock: Callable[[], float] = time.monotonic
    _told: OrderedDict[ChatId, float] = field(default_factory=OrderedDict, init=False)

    def say(self, chat_id: ChatId) -> None:
        """The store is away, and this chat has said something."""
        now = self.clock()
        if now - self._told.get(chat_id, -QUIET_S) < QUIET_S:
            return
        self._told.pop(chat_id, None)
        self._told[chat_id] = now
        if len(self._told) > MOST_CHATS:
            self._told.popitem(last=False)
        self.sender.mention(chat_id, Screen(text=wording.TRY_LATER()))
