"""Who gets in to the office's side: asked of its roll each time something is done.

Owns the asking, and that whoever does not get in is answered politely and reported.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot import roll_wording, wording
from bot.incoming import Tap, Who
from bot.refusals import Refusals
from payments.admins import Admins, Deed


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Lets the office in. Methods may raise `StoreUnavailable`."""

    admins: Admins
    refusals: Refusals

    async def admits(self, who: Who, deed: Deed) -> bool:
        """Whether this person may do this now; otherwise they have been answered."""
        if await self.admins.may(who.user_id, deed):
            return True
        await self.refusals.command(who, deed, await self._words(who))
        return False

    async def admits_tap(self, tap: Tap, deed: Deed, subject: str, act: str) -> bool:
        """The same for a button that does `act` to `subject`."""
        if await self.admins.may(tap.who.user_id, deed):
            return True
        await self.refusals.not_allowed(tap, subject, f"{act}: not an admin", await self._words(tap.who))
        return False

    async def _words(self, who: Who) -> str:
        """Whoever is of the office hears that it is their role, and not that they are strangers."""
        is_member = await self.admins.may(who.user_id, Deed.SEE_PAYMENTS)
        return roll_wording.NOT_YOUR_ROLE() if is_member else wording.OFFICE_ONLY()
