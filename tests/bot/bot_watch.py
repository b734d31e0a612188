"""What a test sees of security events, and limits other than the stand's quick ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.parts import BotLimits, BotParts
from payments.audit import Actor, AuditKind
from tests.bot.bot_stand import QUICK


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    kind: AuditKind
    actor: Actor
    who: str
    subject: str
    why: str


@dataclass(slots=True)
class Noted:
    """A `SecurityWatch` that remembers."""

    events: list[Event] = field(default_factory=list)
    _keys: set[str] = field(default_factory=set)

    def note(
        self,
        kind: AuditKind,
        *,
        actor: Actor,
        who: str = "",
        subject: str = "",
        why: str = "",
        key: str = "",
    ) -> None:
        if key and key in self._keys:
            return
        self._keys.add(key)
        self.events.append(Event(kind=kind, actor=actor, who=who, subject=subject, why=why))

    def watch(self, limits: BotLimits = QUICK) -> Callable[[BotParts], BotParts]:
        """A change of the stand's parts."""
        return lambda parts: replace(parts, watch=self, limits=limits)


def with_limits(**changes: object) -> BotLimits:
    """The quick limits with some changed."""
    return replace(QUICK, **changes)  # type: ignore[arg-type]  # the test names real fields
