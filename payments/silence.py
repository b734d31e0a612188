"""Long silence: prompts go out, and nothing of what should come back of itself does.

Owns when that is so, the record of it, and the worker that looks. One row for a part of the day, so that of
several programs one tells of it, and none twice. What becomes of the payments is no matter of this: they are
asked about.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from payments.evidence import EvidenceKind
from payments.notices import Audience, Notice, Topic
from payments.ports import Now, StoreUnavailable
from payments.wake import Wake

log = logging.getLogger(__name__)

SILENCE = "silence"
LOOKS_BACK = timedelta(hours=2)
PATIENCE = timedelta(minutes=15)
"""A callback may be that late, and nothing is wrong."""
FEWEST = 3
"""So many prompts that nobody answers may be chance; from so many on it is none."""
TOLD_EVERY = timedelta(hours=6)

SPOKEN = frozenset(kind for kind in EvidenceKind if kind.startswith("callback_"))
"""What only a callback says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """Of the payments begun in a while: how many reached a phone, and of how many a callback came.

    Of the latter it need only be right whether there is any.
    """

    prompted: int
    called_back: int

    @property
    def is_silence(self) -> bool:
        """Whether that is no chance any more."""
        return self.prompted >= FEWEST and not self.called_back


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """That `prompted` payments begun since then had no callback."""

    made_at: datetime
    since: datetime
    prompted: int

    @property
    def id(self) -> str:
        """The part of the day, as its key."""
        return f"{SILENCE}:{int(self.made_at.timestamp() // TOLD_EVERY.total_seconds())}"


class SilenceBook(Protocol):
    """Where silences are kept. Methods may raise `StoreUnavailable`."""

    async def heard(self, first: datetime, last: datetime) -> Heard:
        """Of the payments begun from `first` until before `last`."""

    async def add(self, silence: Silence, notice: Notice) -> bool:
        """Keep it and its news; False when there is one with this id."""

    async def get(self, silence_id: str) -> Silence | None:
        """Read one."""


def notice_of(silence: Silence) -> Notice:
    """The office hears of it."""
    return Notice(
        id=silence.id, topic=Topic.SILENCE, subject=silence.id, audience=Audience.ADMINS, event=SILENCE
    )


@dataclass(slots=True, kw_only=True)
class Listener:
    """Looks until cancelled. Several may run side by side on one store."""

    book: SilenceBook
    now: Now
    poke: Callable[[], None]
    idle_s: float = 60.0
    wake: Wake = field(default_factory=Wake)

    async def run(self) -> None:
        """Work for ever."""
        while True:
            await self._round()
            await self.wake.wait(self.idle_s)

    async def listen(self) -> bool:
        """Look once; whether there is a silence that nobody was told of."""
        now = self.now()
        since = now - LOOKS_BACK
        heard = await self.book.heard(since, now - PATIENCE)
        if not heard.is_silence:
            return False
        silence = Silence(made_at=now, since=since, prompted=heard.prompted)
        new = await self.book.add(silence, notice_of(silence))
        if new:
            log.error("callbacks_silent", extra={"prompted": heard.prompted})
            self.poke()
        return new

    async def _round(self) -> None:
        try:
            await self.listen()
        except StoreUnavailable as error:
            log.warning("silence_store_unavailable", extra={"why": str(error)})
        except Exception:
            log.exception("silence_failed")
