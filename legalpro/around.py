"""What all parts of the wiring share: settings, store, clocks, bells, and whoever counts and watches.

Owns the record, and the alarm that goes into log and audit trail.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

import httpx

from daraja.credentials import DarajaCredentials
from daraja.transport import Timeouts
from legalpro.metrics import Metrics
from legalpro.settings import Settings
from payments.audit import Actor, AuditKind
from payments.audit_ports import SecurityWatch
from payments.ports import Now
from payments.roll_keeping import EnrolledAdmins
from payments.service import Alarm
from payments.wake import Wake
from payments.watch import Notebook
from storage.connect import Store

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bells:
    """Who is woken when something happens: the engine of payments, the inbox's worker, chats, the auditor."""

    engine: Wake = field(default_factory=Wake)
    inbox: Wake = field(default_factory=Wake)
    chat: Wake = field(default_factory=Wake)
    audit: Wake = field(default_factory=Wake)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What is built before anything that works."""

    settings: Settings
    store: Store
    http: httpx.AsyncClient
    credentials: DarajaCredentials
    admins: EnrolledAdmins
    metrics: Metrics
    notebook: Notebook
    bells: Bells
    now: Now
    timeouts: Timeouts

    @property
    def alarm(self) -> Alarm:
        """Tells whoever runs the program that it is wrong."""
        return alarm_into(self.notebook)


def alarm_into(watch: SecurityWatch) -> Alarm:
    """Into the log, and into the audit trail what belongs there."""

    def alarm(event: str, **details: str) -> None:
        log.error(event, extra=details)
        if event in set(AuditKind):
            payment, word = details.get("payment", ""), details.get("word", "")
            watch.note(
                AuditKind(event),
                actor=Actor.ENGINE,
                subject=payment,
                why=details.get("what", ""),
                key=f"{payment}:{word}" if word else "",
            )

    return alarm
