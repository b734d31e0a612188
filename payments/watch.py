"""Security events on their way into the audit trail: held in memory, bounded, until they are written.

Owns what is entered one by one and what is only counted. A stranger must not make us write: what anybody on
the internet can cause is counted, and becomes one summary for a kind and a minute. Everything else is entered
by itself, the first few of a minute; the rest is counted, too. No I/O; `payments.auditing` writes.
"""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from payments.audit import Actor, AuditKind, AuditRecord
from payments.audited import security_record
from payments.ports import Now

COUNTED = frozenset({AuditKind.BAD_CALLBACK_TOKEN, AuditKind.BAD_TELEGRAM_SECRET})
"""What needs no right of any sort to cause: never entered one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchLimits:
    """How much is kept.

    Attributes:
        window_s: what is counted within this time becomes one summary.
        one_by_one: how many events of a kind are entered by themselves within that time.
        most_waiting: records that may wait for the store; beyond that, everything is counted.
    """

    window_s: float = 60.0
    one_by_one: int = 20
    most_waiting: int = 1_000


@dataclass(slots=True)
class _Window:
    """A kind of event since its first one; `first` and `last` are of those that were only counted."""

    began_at: datetime
    one_by_one: int = 0
    count: int = 0
    first: AuditRecord | None = None
    last: AuditRecord | None = None


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

    def __init__(self, now: Now, ring: Callable[[], None], limits: WatchLimits | None = None) -> None:
        """`ring` is called when something waits that should be written at once."""
        self._now = now
        self._ring = ring
        self._limits = limits or WatchLimits()
        self._waiting: deque[AuditRecord] = deque()
        self._windows: dict[AuditKind, _Window] = {}

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
        window = self._windows.setdefault(kind, _Window(at))
        record = security_record(kind, at=at, actor=actor, who=who, subject=subject, why=why, key=key)
        crowded = window.one_by_one >= self._limits.one_by_one or self._full
        if kind in COUNTED or crowded:
            window.count += 1
            window.first = window.first or record
            window.last = record
        else:
            window.one_by_one += 1
            self._waiting.append(record)
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

    @property
    def _full(self) -> bool:
        return len(self._waiting) >= self._limits.most_waiting

    def _close_windows(self, *, close_all: bool) -> None:
        over_before = self._now() - timedelta(seconds=self._limits.window_s)
        for kind, window in tuple(self._windows.items()):
            if self._full or not (close_all or window.began_at <= over_before):
                continue
            del self._windows[kind]
            if window.first is not None and window.last is not None:
                self._waiting.append(_summary(window.first, window.last, window.count))


def _summary(first: AuditRecord, last: AuditRecord, count: int) -> AuditRecord:
    """One record for many. Made once and then kept until it is written, so its id may be random."""
    return replace(
        last,
        event=f"{last.kind}:{secrets.token_hex(16)}",
        subject=None,
        why=f"counted together; the first by {first.who or 'nobody known'}",
        times=count,
        since=first.at,
    )
