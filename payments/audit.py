"""The audit trail as a chain: what an entry says, its one canonical form, and whether the chain is whole.

Owns the record, the hash that binds every entry to the one before it, and the name of the first entry that
does not fit. Pure; `storage` keeps the entries, and what becomes one is told in `payments.audited`.

The chain shows edits, gaps and insertions. Against a cut end, and against a rewriting of everything from some
entry on, only a hash helps that was remembered elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum

GENESIS = "0" * 64
"""What stands before the first entry."""
_US_PER_MS = 1_000


class AuditKind(StrEnum):
    """What happened: changes of payments, then of refunds; all others are security events."""

    PAYMENT_OPENED = "payment_opened"
    PAYMENT_MOVED = "payment_moved"
    PAYMENT_STAYED = "payment_stayed"
    """A word was heard and the state stayed."""
    REFUND_REQUESTED = "refund_requested"
    REFUND_MOVED = "refund_moved"
    REFUND_STAYED = "refund_stayed"

    BAD_CALLBACK_TOKEN = "bad_callback_token"  # noqa: S105  the name of an event
    """A stranger called at a callback address that we did not make."""
    BAD_TELEGRAM_SECRET = "bad_telegram_secret"  # noqa: S105  the name of an event
    """Somebody who is not Telegram posted an update."""
    UNLISTED_ADDRESS = "unlisted_address"
    """A callback on the payment's own address from where Safaricom is not known to speak."""
    CALLBACK_QUARANTINED = "callback_quarantined"
    IMPOSSIBLE_EVIDENCE = "impossible_evidence"
    RECEIPT_REUSED = "receipt_reused"
    REFUND_WITHOUT_ROOM = "refund_without_room"
    """A refund is said to be paid whose money was given to another since."""
    CHECKOUT_REUSED = "checkout_reused"
    BUTTON_FORGED = "button_forged"
    """A tap carried what this program never wrote."""
    BUTTON_REFUSED = "button_refused"
    """A tap named a payment that is not the tapper's."""
    COMMAND_REFUSED = "command_refused"
    """Somebody asked for what only others may do."""
    RATE_LIMITED = "rate_limited"
    PAUSED = "paused"
    """An admin had new payments refused for a while."""
    RESUMED = "resumed"
    ADMIN_ADDED = "admin_added"
    """Somebody came into the office; so the next two, about roles and leaving."""
    ADMIN_CHANGED = "admin_changed"
    ADMIN_REMOVED = "admin_removed"
    SETTINGS_CHANGED = "settings_changed"
    """The program was started with other settings than before."""
    FEE_CHANGED = "fee_changed"
    """A fixed price was added, changed or retired."""
    BILL_WRITTEN = "bill_written"
    BILL_WITHDRAWN = "bill_withdrawn"
    RULING_PROPOSED = "ruling_proposed"
    """An admin said what became of a payment under review; what comes of it is in the payment's own steps."""
    RULING_DROPPED = "ruling_dropped"
    RECEIPT_SENT = "receipt_sent"
    """The office had a client's receipt sent to them again."""
    EXPORTED = "exported"
    """An admin took the movements of a period as a file."""


class Actor(StrEnum):
    """Who spoke."""

    ENGINE = "engine"
    SAFARICOM_PUSH = "safaricom_push"
    """Safaricom, answering a push."""
    SAFARICOM_PAYOUT = "safaricom_payout"
    """Safaricom, answering a payout."""
    SAFARICOM_CALLBACK = "safaricom_callback"
    SAFARICOM_QUERY = "safaricom_query"
    STATEMENT = "statement"
    PAYER = "payer"
    ADMIN = "admin"
    OPERATOR = "operator"
    """Whoever runs the program and sets it up."""
    USER = "user"
    """Somebody in a chat, payer or not."""
    STRANGER = "stranger"


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditRecord:
    """One event. What is None is not there; so that a field added later leaves older hashes as they are.

    Attributes:
        event: the event's own id; an event is entered once.
        kind: an `AuditKind`; text, so that an older program can check a newer trail.
        at: when it happened; kept in UTC and whole milliseconds.
        actor: an `Actor`.
        who: the user id or the address behind the actor, where there is one.
        subject: the payment or refund it is about.
        word: the evidence's kind after weighing.
        times: of a summary: how many events it stands for.
        since: of a summary: when the first of them happened.
    """

    event: str
    kind: str
    at: datetime
    actor: str
    who: str | None = None
    subject: str | None = None
    before: str | None = None
    after: str | None = None
    evidence: str | None = None
    word: str | None = None
    why: str | None = None
    code: str | None = None
    note: str | None = None
    times: int | None = None
    since: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", _whole_ms(self.at))
        if self.since is not None:
            object.__setattr__(self, "since", _whole_ms(self.since))


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One record in its place: `seq` counts from 1, `prev` is the hash of the entry before."""

    seq: int
    record: AuditRecord
    prev: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain, which the next entry follows: that of an empty one by default."""

    seq: int = 0
    hash: str = GENESIS


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that is no entry. `place` is its number, if it is one at all; `name` is for people."""

    place: int | None
    name: str


class Wrong(StrEnum):
    """What can be wrong with an entry."""

    MISSING = "missing"
    EDITED = "edited"
    OUT_OF_CHAIN = "out of chain"
    CUT_OFF = "missing, for the remembered head is nowhere before it"


@dataclass(frozen=True, slots=True)
class Fault:
    """The first entry that does not fit, and why."""

    seq: str
    wrong: Wrong


def canonical(seq: int, record: AuditRecord) -> bytes:
    """The bytes that are hashed: different entries never have the same.

    Raises:
        UnicodeEncodeError: a text holds half a surrogate pair, which no database could keep either.
    """
    named = {field.name: getattr(record, field.name) for field in fields(record)}
    said = {name: _plain(value) for name, value in named.items() if value is not None}
    # Not `ensure_ascii`: it would write a surrogate pair and the character it stands for alike.
    text = json.dumps({"seq": seq, **said}, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode("utf-8")


def link(prev: str, seq: int, record: AuditRecord) -> str:
    """The hash of an entry, over the hash before it and its own canonical form."""
    return hashlib.sha256(prev.encode() + canonical(seq, record)).hexdigest()


def chained(records: Iterable[AuditRecord], head: Head) -> list[AuditEntry]:
    """The records as the entries that follow `head`."""
    seq, prev = head.seq, head.hash
    entries = []
    for record in records:
        seq += 1
        entry = AuditEntry(seq=seq, record=record, prev=prev, hash=link(prev, seq, record))
        entries.append(entry)
        prev = entry.hash
    return entries


class Verifier:
    """Checks a chain entry by entry, in the order of their numbers; holds nothing but the last hash.

    Attributes:
        count: how many entries were right.
        head: the hash of the last of them.
    """

    def __init__(self, remembered: str | None = None) -> None:
        """`remembered` is a hash that was the head once: the chain must still hold it."""
        self.count = 0
        self.head = GENESIS
        self._still_to_come = remembered if remembered != GENESIS else None

    def see(self, found: AuditEntry | Unreadable) -> Fault | None:
        """Look at the next entry; say what is wrong with it, or that one before it is missing."""
        expected = self.count + 1
        place = found.seq if isinstance(found, AuditEntry) else found.place
        if place is not None and place > expected:
            return Fault(str(expected), Wrong.MISSING)
        if place != expected:
            return Fault(str(found.seq) if isinstance(found, AuditEntry) else found.name, Wrong.OUT_OF_CHAIN)
        if isinstance(found, Unreadable) or _edited(found):
            return Fault(str(expected), Wrong.EDITED)
        if found.prev != self.head:
            return Fault(str(expected), Wrong.OUT_OF_CHAIN)
        self.count, self.head = expected, found.hash
        if found.hash == self._still_to_come:
            self._still_to_come = None
        return None

    def end(self) -> Fault | None:
        """There are no more: the remembered head must have come by."""
        return Fault(str(self.count + 1), Wrong.CUT_OFF) if self._still_to_come else None


def _edited(entry: AuditEntry) -> bool:
    try:
        return link(entry.prev, entry.seq, entry.record) != entry.hash
    except UnicodeEncodeError:
        return True


def _plain(value: str | int | datetime) -> str | int:
    return value.isoformat(timespec="milliseconds") if isinstance(value, datetime) else value


def _whole_ms(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    return moment.astimezone(UTC).replace(microsecond=moment.microsecond // _US_PER_MS * _US_PER_MS)
