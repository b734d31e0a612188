"""Security events on their way into the audit trail: noticed here, kept until they are written.

Owns what is entered one by one and what is only counted. A stranger must not make us write: what anybody on
the internet can cause is counted, and becomes one summary for a kind and a minute. Everything else is entered
by itself, as long as there is room for it. What people do in chat is not noticed here: it is committed with
their update. No I/O but the keeper's; `payments.auditing` writes.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from payments.audit import Actor, AuditKind, AuditRecord
from payments.audit_ports import NoteKeeper
from payments.audited import security_record
from payments.ports import Now

COUNTED = frozenset({AuditKind.BAD_CALLBACK_TOKEN, AuditKind.BAD_TELEGRAM_SECRET})
"""What needs no right of any sort to cause: never entered one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchLimits:
    """How much is kept.

    Attributes:
        window_s: what is counted within this time becomes one summary.
        most_waiting: records that may wait for the store; beyond that, everything is counted.
    """

    window_s: float = 60.0
    most_waiting: int = 1_000


@dataclass(slots=True)
class _Window:
    """A kind of event since its first one; the summary of those that were only counted."""

    began_at: datetime
    summary: AuditRecord | None = None


class Unwatched:
    """See `payments.audit_ports.SecurityWatch`: where nobody keeps an audit trail."""

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
        """Let it go."""


class Notebook:
    """See `payments.audit_ports.SecurityWatch`."""

    def __init__(
        self, now: Now, ring: Callable[[], None], keeper: NoteKeeper, limits: WatchLimits | None = None
    ) -> None:
        """`ring` is called when something waits that should be written at once."""
        self._now = now
        self._ring = ring
        self._keeper = keeper
        self._limits = limits or WatchLimits()
        self._waiting: deque[AuditRecord] = deque()
        self._windows: dict[AuditKind, _Window] = {}

    def recall(self) -> None:
        """Take over what programs that died had noticed and not written."""
        self._waiting.extend(self._keeper.left())

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
        """See `SecurityWatch.note`."""
        at = self._now()
        record = security_record(kind, at=at, actor=actor, who=who, subject=subject, why=why, key=key)
        if kind in COUNTED or self._full:
            window = self._windows.setdefault(kind, _Window(at))
            window.summary = _counted(window.summary, record)
            self._keeper.keep(window.summary)
        else:
            self._waiting.append(record)
            self._keeper.keep(record)
            self._ring()

    def waiting(self, limit: int, *, close_all: bool = False) -> Sequence[AuditRecord]:
        """The oldest records to be written; windows that are over are among them."""
        self._close_windows(close_all=close_all)
        return list(self._waiting)[:limit]

    def written(self, records: Sequence[AuditRecord]) -> None:
        """Forget these: they are the oldest."""
        for record in records:
            if self._waiting and self._waiting[0] == record:
                self._waiting.popleft()
                self._keeper.drop(record.event)

    def close(self) -> None:
        """The program ends."""
        self._keeper.close()

    @property
    def _full(self) -> bool:
        return len(self._waiting) >= self._limits.most_waiting

    def _close_windows(self, *, close_all: bool) -> None:
        over_before = self._now() - timedelta(seconds=self._limits.window_s)
        for kind, window in tuple(self._windows.items()):
            if self._full or not (close_all or window.began_at <= over_before):
                continue
            del self._windows[kind]
            if window.summary is not None:
                self._waiting.append(window.summary)


def _counted(summary: AuditRecord | None, record: AuditRecord) -> AuditRecord:
    """One record for many, and one more. It has its id from the first, however often it is written anew."""
    if summary is not None:
        return replace(summary, at=record.at, who=record.who, times=(summary.times or 0) + 1)
    return replace(
        record,
        event=f"{record.kind}:{secrets.token_hex(16)}",
        subject=None,
        why=f"counted together; the first by {record.who or 'nobody known'}",
        times=1,
        since=record.at,
    )
