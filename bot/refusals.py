"""Taps and commands that are refused: answered politely, logged, and noted for the audit trail.

Owns the refusing. Why a tap is none of its sender's is said by whoever found out. Nothing that the tap
carried is repeated, except the id that it named.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot import refund_wording, wording
from bot.incoming import Tap, Who
from bot.minutes import Minutes
from bot.screen import Screen
from bot.sender import Sender
from payments.admins import Deed
from payments.audit import Actor, AuditKind
from payments.nonces import Unusable

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refusals:
    """Refuses taps and commands."""

    sender: Sender
    minutes: Minutes

    async def forged(self, tap: Tap, why: str) -> None:
        """It carries what this program never wrote."""
        await self._refuse(tap, AuditKind.BUTTON_FORGED, wording.NOT_UNDERSTOOD(), why, "")

    async def not_theirs(self, tap: Tap, subject: str, why: str) -> None:
        """It names what is not there, is somebody else's, or is no longer asked: the answer is the same."""
        await self._refuse(tap, AuditKind.BUTTON_REFUSED, wording.OLD_BUTTON(), why, subject)

    async def unusable(self, tap: Tap, nonce_id: str, why: Unusable) -> None:
        """A button that works once was used before, is too old, somebody else's, or never was."""
        words = refund_wording.UNUSABLE[why]()
        await self._refuse(tap, AuditKind.BUTTON_REFUSED, words, f"a single-use button: {why}", nonce_id)

    async def not_allowed(self, tap: Tap, subject: str, why: str, words: str = "") -> None:
        """The button was theirs, and what it does is not theirs to do, or no more."""
        await self._refuse(tap, AuditKind.COMMAND_REFUSED, words or wording.OFFICE_ONLY(), why, subject)

    async def command(self, who: Who, deed: Deed, words: str = "") -> None:
        """Somebody asked for what only the office may do."""
        self._note(AuditKind.COMMAND_REFUSED, who, deed.value, "")
        await self.sender.send(who.chat_id, Screen(text=words or wording.OFFICE_ONLY()))

    async def _refuse(self, tap: Tap, kind: AuditKind, words: str, why: str, subject: str) -> None:
        self._note(kind, tap.who, why, subject)
        await self.sender.answer(tap.query_id, words, alert=True)

    def _note(self, kind: AuditKind, who: Who, why: str, subject: str) -> None:
        details = {"user": who.user_id, "kind": kind.value, "subject": subject, "why": why}
        log.warning("person_refused", extra=details)
        self.minutes.note(who, kind, actor=Actor.USER, subject=subject, why=why)
