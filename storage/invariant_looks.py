"""How a search for offenders is put: its shape, its slack, and the conditions that the table names.

Owns what MongoDB is asked. Which sentence each search stands for is `storage.invariants`'.

In a search a `timedelta` stands for the moment that long ago (a negative one for a moment to come), so that
rows in flight on a running system have time to arrive and raise no false alarm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from payments.audit import GENESIS, AuditKind
from payments.evidence import EvidenceKind
from payments.lifecycle import TABLE
from payments.notices import Audience
from payments.payment import State
from payments.table import Impossible, K, Moves, S, Table
from payments.timing import Timing
from storage.shelf import Row

SLACK = timedelta(minutes=10)
"""How late the next look at something open may be."""
STUCK = timedelta(minutes=15)
"""How long something stored may wait to be worked."""
JUST_NOW = timedelta(minutes=1)
"""What is younger may be in flight between two collections."""
AHEAD = timedelta(minutes=-5)
"""How far in the future something may have happened: hosts disagree by seconds, time zones by hours."""
LONGEST_LEASE = timedelta(hours=-1)
PROMPT_LIVES = timedelta(seconds=Timing().prompt_s)

WHOLE = ["int", "long"]
DATE = ["date"]
FULL_PHONE = r"(?<![\da-f])(?:\+?254|0)[17]\d{8}(?![\da-f])"
"""Ten digits in the middle of an id of ours are none: ids are made of `0` to `f`."""
ANY_STATE: Row = {"state": {"$in": list(State)}}
"""Every payment, found by the index of states and times."""
DUE_LONG_AGO: Row = {"$type": "date", "$lt": SLACK}


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One search for offenders.

    Attributes:
        wanted: which rows are looked at, or already which of them offend.
        broken: further stages, after which only offenders are left.
        lately: the time by which a quick look is bounded; empty where `wanted` is a few rows by an index.
        rarely: too dear for a quick look.
    """

    collection: str
    wanted: Row
    broken: tuple[Row, ...] = ()
    lately: str = ""
    rarely: bool = False


def payments(wanted: Row, *broken: Row, rarely: bool = False) -> Look:
    """A look at payments; a quick one at those that changed state lately."""
    return Look(collection="payments", wanted=wanted, broken=broken, lately="changed_at", rarely=rarely)


def where(condition: Row) -> Row:
    """Leaves those of which this is true."""
    return {"$match": {"$expr": condition}}


def sharing(key: str) -> tuple[Row, ...]:
    """Leaves those that share a key which is one's alone."""
    return (
        {"$group": {"_id": key, "ids": {"$push": "$_id"}}},
        {"$match": {"ids.1": {"$exists": True}}},
        {"$unwind": "$ids"},
        {"$project": {"_id": "$ids"}},
    )


def with_rows(collection: str, key: str, named: str, kept: str, only: Row | None = None) -> Row:
    """Puts rows of another collection beside each, as `others`: those whose `named` is its `key`."""
    lookup = {"from": collection, "localField": key, "foreignField": named, "as": "others"}
    return {"$lookup": {**lookup, "pipeline": [{"$match": only or {}}, {"$project": {kept: True}}]}}


def there_but_not(bson_types: list[str], *fields: str) -> list[Row]:
    """Conditions: the field is there, and is of none of these types."""
    return [{field: {"$exists": True, "$not": {"$type": bson_types}}} for field in fields]


def any_holds(pattern: str, *fields: str) -> Row:
    """One of these texts matches."""
    return {"$or": [{field: {"$regex": pattern}} for field in fields]}


def bad_leases(collection: str) -> Look:
    """Held without a fence or without an end that is near."""
    endless = [{"until": {"$not": {"$type": "date"}}}, {"until": {"$gt": LONGEST_LEASE}}]
    no_fence = {"fence": {"$not": {"$gte": 1}}}
    return Look(collection=collection, wanted={"owner": {"$exists": True}, "$or": [*endless, no_fence]})


# Histories. A list that is missing is empty.

_HISTORY: Row = {"$ifNull": ["$history", []]}
_EACH_AFTER: Row = {"$ifNull": ["$history.after", []]}
_PAID_WORDS = sorted({
    kind
    for row in TABLE.values()
    for kind, rule in row.items()
    if isinstance(rule, Moves) and rule.to is State.PAID
})  # fmt: skip
_DEFINITE_NO = [
    EvidenceKind.PUSH_REFUSED,
    EvidenceKind.PUSH_NOT_SENT,
    EvidenceKind.CALLBACK_UNPAID,
    EvidenceKind.QUERY_UNPAID,
    EvidenceKind.ADMIN_RESOLVED_UNPAID,
]


def entries(*conditions: Row) -> Row:
    """How many entries of the history are so."""
    return {"$size": {"$filter": {"input": _HISTORY, "as": "entry", "cond": {"$and": [*conditions]}}}}


_STEPS: Row = {
    "$map": {
        "input": _HISTORY,
        "as": "entry",
        "in": {"$concat": ["$$entry.before", " ", "$$entry.kind", " ", "$$entry.after"]},
    }
}
_BEFORES: Row = {"$concatArrays": [{"$ifNull": ["$history.before", []]}, ["$state"]]}

NOT_PAID_BY_A_WORD = where({
    "$eq": [
        0,
        entries(
            {"$eq": ["$$entry.evidence_id", "$paid_by"]},
            {"$eq": ["$$entry.after", State.PAID]},
            {"$in": ["$$entry.kind", _PAID_WORDS]},
        ),
    ]
})  # fmt: skip
TOLD_OF_ANOTHER = where({
    "$gt": [
        entries(
            {"$eq": [{"$indexOfBytes": ["$$entry.evidence_id", "inbox:"]}, 0]},
            {"$eq": [{"$indexOfBytes": ["$$entry.evidence_id", {"$concat": [":", "$_id", ":"]}]}, -1]},
        ),
        0,
    ]
})  # fmt: skip


def off_the_table(table: Table[S, K], first: S) -> Row:
    """Leaves those whose history does not go by this table, without a gap, from `first` on."""
    legal = [
        f"{state} {kind} {rule.to if isinstance(rule, Moves) else state}"
        for state, row in table.items()
        for kind, rule in row.items()
        if not isinstance(rule, Impossible)
    ]
    afters = {"$concatArrays": [[first], _EACH_AFTER]}
    return where({"$or": [{"$ne": [_BEFORES, afters]}, {"$not": {"$setIsSubset": [_STEPS, legal]}}]})


OFF_THE_TABLE = off_the_table(TABLE, State.QUEUED)
COUNTED_TWICE = where({
    "$ne": [{"$size": _HISTORY}, {"$size": {"$setUnion": [{"$ifNull": ["$history.evidence_id", []]}]}}]
})  # fmt: skip
LATE_UNNOTICED = where({"$ne": ["$late", {"$in": [State.UNPAID, _EACH_AFTER]}]})
FAILED_BY_TIME = where({
    "$gt": [
        entries(
            {"$not": {"$in": ["$$entry.before", [State.QUEUED, State.UNPAID]]}},
            {"$eq": ["$$entry.after", State.UNPAID]},
            {"$not": {"$in": ["$$entry.kind", _DEFINITE_NO]}},
        ),
        0,
    ]
})  # fmt: skip

# Telling. While a notice is carried over it is in both places: copied first, then forgotten.

_PAID_NOTICE: Row = {"event": State.PAID, "audience": Audience.PAYER}
_DELIVERY_ID: Row = {"$concat": ["$$notice.id", ":", {"$toString": "$chat_id"}]}
_IN_OUTBOX_ONLY: Row = {
    "$filter": {
        "input": {"$ifNull": ["$outbox", []]},
        "as": "notice",
        "cond": {
            "$and": [
                {"$eq": ["$$notice.event", State.PAID]},
                {"$eq": ["$$notice.audience", Audience.PAYER]},
                {"$not": {"$in": [_DELIVERY_ID, "$others._id"]}},
            ]
        },
    }
}
NOT_TOLD_ONCE = (
    with_rows("deliveries", "_id", "subject", "_id", _PAID_NOTICE),
    where({"$ne": [1, {"$add": [{"$size": "$others"}, {"$size": _IN_OUTBOX_ONLY}]}]}),
)

HEAD_OF_CHAT_OVERDUE = (
    # In a chat one news waits for the one before it, however long that is put off.
    {"$sort": {"chat_id": 1, "created_at": 1, "turn": 1}},
    {"$group": {"_id": "$chat_id", "head": {"$first": "$_id"}, "next_at": {"$first": "$next_at"}}},
    {"$match": {"next_at": DUE_LONG_AGO}},
    {"$project": {"_id": "$head"}},
)

# Owners.

RETRIES_ANOTHERS = (
    with_rows("payments", "retry_of", "_id", "user_id"),
    where({"$ne": ["$others.user_id", ["$user_id"]]}),
)
MADE_FOR_ANOTHER = (
    with_rows("payments", "draft_id", "_id", "user_id"),
    where({"$not": {"$setIsSubset": ["$others.user_id", ["$user_id"]]}}),
)

# The audit trail.

PAYMENT_EVENTS = [AuditKind.PAYMENT_OPENED, AuditKind.PAYMENT_MOVED, AuditKind.PAYMENT_STAYED]
UNCHAINED = (
    {
        "$setWindowFields": {
            "sortBy": {"_id": 1},
            "output": {
                "seq_before": {"$shift": {"output": "$_id", "by": -1}},
                "hash_before": {"$shift": {"output": "$hash", "by": -1}},
            },
        }
    },
    where({
        "$or": [
            {"$ne": ["$_id", {"$add": [{"$ifNull": ["$seq_before", 0]}, 1]}]},
            {"$ne": ["$prev", {"$ifNull": ["$hash_before", GENESIS]}]},
        ]
    }),
)  # fmt: skip


NOTES_NOT_IN_THE_TRAIL = (
    with_rows("transactionlogs", "notes.event", "event", "_id"),
    where({"$ne": [{"$size": "$others"}, {"$size": "$notes"}]}),
)


def not_in_the_trail(kinds: list[AuditKind]) -> tuple[Row, ...]:
    """Leaves those with more or fewer entries of these kinds than their history has words, and one."""
    return (
        with_rows("transactionlogs", "_id", "subject", "_id", {"kind": {"$in": kinds}}),
        where({"$ne": [{"$size": "$others"}, {"$add": [1, {"$size": _HISTORY}]}]}),
    )
