"""The program's settings as the audit trail knows them: one entry whenever a start finds them changed.

Owns what such an entry says, and that several programs which start with the same change make one. Refuses to
know what settings there are, and which of them are secret: they come masked.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from payments.audit import Actor, AuditEntry, AuditKind, AuditRecord

SETUP = "settings"
"""What these entries are about."""
_ID_LETTERS = 32


def setup_record(last: AuditEntry | None, shown: Mapping[str, object], at: datetime) -> AuditRecord | None:
    """The entry that is due because the settings are not those of the `last` one; None if they are.

    `shown`: every setting by its name, without secrets. The same change after the same entry is one event.
    """
    before = last.record.after if last else None
    after = json.dumps(shown, sort_keys=True, ensure_ascii=False, default=str)
    if after == before:
        return None
    change = hashlib.sha256(f"{last.hash if last else ''}{after}".encode()).hexdigest()
    return AuditRecord(
        event=f"{AuditKind.SETTINGS_CHANGED}:{change[:_ID_LETTERS]}",
        kind=AuditKind.SETTINGS_CHANGED,
        at=at,
        actor=Actor.OPERATOR,
        subject=SETUP,
        after=after,
        why=_changed(before, shown),
    )


def _changed(before: str | None, shown: Mapping[str, object]) -> str:
    """The names of those that differ."""
    known = json.loads(before) if before else {}
    now = json.loads(json.dumps(shown, default=str))
    names = sorted(name for name in {*known, *now} if known.get(name) != now.get(name))
    return "changed: " + ", ".join(names)
