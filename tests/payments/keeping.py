"""A keeper of notes that forgets with the test."""

from __future__ import annotations

from collections.abc import Sequence

from payments.audit import AuditRecord


class Kept:
    """See `payments.audit_ports.NoteKeeper`."""

    def __init__(self, *dead: AuditRecord) -> None:
        self.records: dict[str, AuditRecord] = {record.event: record for record in dead}

    def keep(self, record: AuditRecord) -> None:
        self.records[record.event] = record

    def drop(self, event: str) -> None:
        self.records.pop(event, None)

    def left(self) -> Sequence[AuditRecord]:
        return [*self.records.values()]

    def close(self) -> None:
        """Nothing is held."""
