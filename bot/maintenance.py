"""/maintenance: the office takes no new payments for a while; what is open goes on.

Owns the command. What a client is told then is the paying flow's to show.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot import office_wording as wording
from bot import wording as common
from bot.gate import Gate
from bot.incoming import Said, Who
from bot.minutes import Minutes
from bot.rich import clock
from bot.rich import said as escaped
from bot.screen import Screen
from bot.sender import Sender
from payments.admins import Deed
from payments.audit import AuditKind
from payments.pausing import Pause, Pauses
from payments.ports import Now

MOST_WORDS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Maintenance:
    """Begins and ends pauses."""

    pauses: Pauses
    gate: Gate
    sender: Sender
    minutes: Minutes
    now: Now

    async def command(self, said: Said) -> None:
        """Such as `/maintenance on Back at two o'clock`, `/maintenance off`; alone it tells how it stands."""
        if not await self.gate.admits(said.who, Deed.PAUSE):
            return
        _, _, rest = (said.text or "").partition(" ")
        order, _, words = rest.strip().partition(" ")
        answer = await self._done(said.who, order.lower(), words)
        await self.sender.send(said.who.chat_id, Screen(text=answer))

    async def _done(self, who: Who, order: str, words: str) -> str:
        if order == "on":
            return await self._begin(who, " ".join(words.split())[:MOST_WORDS])
        if order == "off":
            return await self._end(who)
        return wording.MAINTENANCE_USAGE() if order else await self._told()

    async def _begin(self, who: Who, words: str) -> str:
        pause = Pause(since=self.now(), by=who.user_id, words=words)
        await self.pauses.begin(pause)
        self.minutes.note(who, AuditKind.PAUSED, why=words)
        return wording.PAUSED(words=escaped(words or common.PAUSE_WORDS(), MOST_WORDS))

    async def _end(self, who: Who) -> str:
        if not await self.pauses.end():
            return wording.NOT_PAUSED()
        self.minutes.note(who, AuditKind.RESUMED)
        return wording.RESUMED()

    async def _told(self) -> str:
        pause = await self.pauses.present()
        if pause is None:
            return wording.NOT_PAUSED()
        words = escaped(pause.words or common.PAUSE_WORDS(), MOST_WORDS)
        return wording.PAUSED_SINCE(time=clock(pause.since), words=words)
