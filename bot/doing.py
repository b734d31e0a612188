"""What a chat shows while something is made for it: that a picture or a document is on its way.

Owns when: from when a wait is felt until it is over. The call itself is `bot.sender`'s.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

from telegram.constants import ChatAction


class Doing(StrEnum):
    """What the bot does meanwhile (Telegram: sendChatAction, action)."""

    SENDING_PICTURE = ChatAction.UPLOAD_PHOTO
    SENDING_DOCUMENT = ChatAction.UPLOAD_DOCUMENT


@dataclass(frozen=True, slots=True, kw_only=True)
class DoingTimes:
    """In seconds.

    Attributes:
        felt_s: a wait this long is felt.
        again_s: Telegram shows it for 5 seconds, or until the bot's next message.
    """

    felt_s: float = 0.7
    again_s: float = 4.5


@contextlib.asynccontextmanager
async def shown_meanwhile(show: Callable[[], Awaitable[None]], times: DoingTimes) -> AsyncIterator[None]:
    """Call `show` once the wait is felt and again until the context ends."""
    showing = asyncio.create_task(_keep_showing(show, times))
    try:
        yield
    finally:
        showing.cancel()
        await asyncio.wait([showing])


async def _keep_showing(show: Callable[[], Awaitable[None]], times: DoingTimes) -> None:
    await asyncio.sleep(times.felt_s)
    while True:
        await show()
        await asyncio.sleep(times.again_s)
