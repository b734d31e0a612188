"""Taps that are refused: answered politely, logged, and reported to whoever watches for attacks.

Owns the refusing. Why a tap is none of its sender's is said by whoever found out. Nothing that the tap
carried is repeated, except the id that it named.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from bot import wording
from bot.incoming import Tap
from bot.sender import Sender
from payments.audit import Actor, AuditKind
from payments.ports import SecurityWatch

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Refusals:
    """Refuses taps."""

    sender: Sender
    watch: SecurityWatch

    async def forged(self, tap: Tap, why: str) -> None:
        """It carries what this program never wrote."""
        await self._refuse(tap, AuditKind.BUTTON_FORGED, wording.NOT_UNDERSTOOD, why, "")

    async def not_theirs(self, tap: Tap, subject: str, why: str) -> None:
        """It names what is not there, is somebody else's, or is no longer asked: the answer is the same."""
        await self._refuse(tap, AuditKind.BUTTON_REFUSED, wording.OLD_BUTTON, why, subject)

    async def _refuse(self, tap: Tap, kind: AuditKind, words: str, why: str, subject: str) -> None:
        details = {"user": tap.who.user_id, "kind": kind.value, "subject": subject, "why": why}
        log.warning("tap_refused", extra=details)
        self.watch.note(
            kind,
            actor=Actor.USER,
            who=str(tap.who.user_id),
            subject=subject,
            why=why,
            key=f"update {tap.who.update_id}",  # worked again after a crash, it is the same event
        )
        await self.sender.answer(tap.query_id, words, alert=True)
