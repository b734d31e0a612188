"""What a test sees of security events, and limits other than the stand's quick ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.incoming import Who
from bot.minutes import Minutes
from bot.parts import BotLimits, BotParts
from payments.audit import Actor, AuditKind, AuditRecord
from payments.ports import Now
from tests.bot.bot_stand import QUICK, utc_now


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    kind: AuditKind
    actor: Actor
    who: str
    subject: str
    why: str


@dataclass(slots=True)
class Noted(Minutes):
    """Minutes that are remembered, too, beyond the end of the update."""

    now: Now = utc_now
    _all: dict[str, AuditRecord] = field(default_factory=dict, init=False)

    @property
    def events(self) -> list[Event]:
        return [
            Event(
                kind=AuditKind(note.kind),
                actor=Actor(note.actor),
                who=note.who or "",
                subject=note.subject or "",
                why=note.why or "",
            )
            for note in self._all.values()
        ]

    def note(
        self,
        who: Who,
        kind: AuditKind,
        *,
        actor: Actor = Actor.ADMIN,
        subject: str = "",
        why: str = "",
        key: str = "",
    ) -> None:
        Minutes.note(self, who, kind, actor=actor, subject=subject, why=why, key=key)
        self._all |= {note.event: note for note in self.of(who.update_id)}

    def watch(self, limits: BotLimits = QUICK) -> Callable[[BotParts], BotParts]:
        """A change of the stand's parts."""
        return lambda parts: replace(parts, minutes=self, limits=limits)


def with_limits(**changes: object) -> BotLimits:
    """The quick limits with some changed."""
    return replace(QUICK, **changes)  # type: ignore[arg-type]  # the test names real fields
