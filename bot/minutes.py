"""What people did that belongs into the audit trail, until it is committed with the end of their update.

Owns the notes of the updates that are being worked here. They are kept with the update by the write that
ends it, so that a crash loses none: an update that was not ended is worked again, and what is noted again is
the same event. Refuses to own the writing (`bot.lanes`) and the trail (`payments.auditing`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from bot.incoming import Who
from payments.audit import Actor, AuditKind, AuditRecord
from payments.audited import security_record
from payments.ports import Now


@dataclass(slots=True)
class Minutes:
    """Notes by update; one program's."""

    now: Now
    _of: dict[int, dict[str, AuditRecord]] = field(default_factory=dict, init=False)

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
        """Have it entered into the audit trail when this update ends. `why` holds no secret.

        Of one update a kind is one event, unless it has a `key` of its own.
        """
        record = security_record(
            kind,
            at=self.now(),
            actor=actor,
            who=str(who.user_id),
            subject=subject,
            why=why,
            key=key or f"update {who.update_id}",
        )
        self._of.setdefault(who.update_id, {})[record.event] = record

    def of(self, update_id: int) -> Sequence[AuditRecord]:
        """What was noted while this update was worked, by however many attempts."""
        return tuple(self._of.get(update_id, {}).values())

    def forget(self, update_id: int) -> None:
        """It is ended, or another program's."""
        self._of.pop(update_id, None)
