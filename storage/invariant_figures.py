"""How figures are found that are not the sums of the record: the raw sums less the figures leave something.

Owns these searches. What happened and is not posted yet leaves a difference for a moment, so that days,
matters and payers whose events are under way are left alone.
"""

from __future__ import annotations

from payments.payment import State
from payments.periods import Grain
from payments.refunds.refund import RefundState
from storage.documents.analytics import TakingsPart
from storage.invariant_looks import STUCK, Look
from storage.renewal import TRAIL
from storage.shelf import Row

_SUMS = (*TakingsPart.model_fields, "unpaid")


def _day_of(moment: str, grain: Grain = Grain.DAY) -> Row:
    """The first day of the day, week, month, quarter or year in which the moment lies."""
    where = {"timezone": "Africa/Nairobi"}
    begins = {"$dateTrunc": {"date": moment, "unit": grain, "startOfWeek": "monday", **where}}
    return {"$dateToString": {"date": begins, "format": "%Y-%m-%d", **where}}


# The figures, below zero, and beside them the raw sums.


def _less(place: str, unpaid: object = 0) -> Row:
    kept: Row = {name: f"${place}.{name}" for name in TakingsPart.model_fields} | {"unpaid": unpaid}
    return {"$project": {name: {"$subtract": [0, {"$ifNull": [field, 0]}]} for name, field in kept.items()}}


def _and_raw(collection: str, *stages: Row) -> Row:
    return {"$unionWith": {"coll": collection, "pipeline": list(stages)}}


def _in_state(state: State, value: object) -> Row:
    return {"$sum": {"$cond": [{"$eq": ["$state", state]}, value, 0]}}


_OF_PAYMENTS: Row = {
    "received_kes": _in_state(State.PAID, {"$ifNull": ["$paid_kes", "$amount_kes"]}),
    "payments": _in_state(State.PAID, 1),
    "unpaid": _in_state(State.UNPAID, 1),
}
_OF_REFUNDS: Row = {"refunded_kes": {"$sum": "$amount_kes"}, "refunds": {"$sum": 1}}
_TOGETHER: Row = {"$group": {"_id": "$_id", **{name: {"$sum": f"${name}"} for name in _SUMS}}}
_LEFT: Row = {"$match": {"$or": [{name: {"$ne": 0}} for name in _SUMS]}}
_PAID: Row = {"$match": {"state": State.PAID}}
_ENDED: Row = {"$match": {"state": {"$in": [State.PAID, State.UNPAID]}}}
_PAID_OUT: Row = {"$match": {"state": RefundState.PAID_OUT}}
_HAS_MATTER: Row = {"$match": {"reference": {"$gt": ""}}}
_ITS_PAYMENT: tuple[Row, ...] = (
    {"$lookup": {"from": "payments", "localField": "payment_id", "foreignField": "_id", "as": "payment"}},
    {"$set": {"reference": {"$first": "$payment.reference"}}},
)

# What is under way.

_UPTO: Row = {"$lookup": {"from": "posted", "pipeline": [{"$match": {"_id": TRAIL}}], "as": "posted"}}
_REACHED: Row = {"$ifNull": [{"$first": "$posted.upto"}, 0]}
_NOT_POSTED: Row = {
    "$lookup": {
        "from": "transactionlogs",
        "let": {"upto": _REACHED},
        "pipeline": [
            {"$match": {"$expr": {"$gt": ["$_id", "$$upto"]}}},
            {"$project": {"day": _day_of("$at")}},
        ],
        "as": "not_posted",
    }
}


def _not_logged(collection: str) -> Row:
    waits: Row = {"$match": {"log_due_at": {"$type": "date"}}}
    days: Row = {"$project": {"day": _day_of("$changed_at")}}
    return {"$lookup": {"from": collection, "pipeline": [waits, days], "as": f"{collection}_not_logged"}}


_UNDER_WAY = (_UPTO, _NOT_POSTED, _not_logged("payments"), _not_logged("refunds"))
_LISTS = ("not_posted", "payments_not_logged", "refunds_not_logged")
_ON_THAT_DAY: Row = {"$concatArrays": [f"${name}.day" for name in _LISTS]}
_QUIET_DAYS: tuple[Row, ...] = (
    *_UNDER_WAY,
    {"$match": {"$expr": {"$not": {"$in": [{"$substrCP": ["$_id", len(Grain.DAY) + 1, 10]}, _ON_THAT_DAY]}}}},
)
"""Leaves the days on which nothing is under way."""
_QUIET: tuple[Row, ...] = (
    *_UNDER_WAY,
    {"$match": {f"{name}.0": {"$exists": False} for name in _LISTS}},
)
"""Leaves all of them, or none while anything is under way."""


def _sums(grain: Grain) -> Look:
    key: Row = {"$concat": [f"{grain}:", _day_of("$changed_at", grain)]}
    raw = (
        _and_raw("payments", _ENDED, {"$group": {"_id": key, **_OF_PAYMENTS}}),
        _and_raw("refunds", _PAID_OUT, {"$group": {"_id": key, **_OF_REFUNDS}}),
    )
    quiet = _QUIET_DAYS if grain is Grain.DAY else _QUIET
    stages = (_less("total", "$unpaid"), *raw, _TOGETHER, _LEFT, *quiet)
    return Look(collection="rollups", wanted={"_id": {"$regex": f"^{grain}:"}}, broken=stages, rarely=True)


def _matters(grain: Grain) -> Look:
    key: Row = {"$concat": [f"{grain}:", _day_of("$changed_at", grain), ":", "$reference"]}
    raw = (
        _and_raw("payments", _PAID, _HAS_MATTER, {"$group": {"_id": key, **_OF_PAYMENTS}}),
        _and_raw("refunds", _PAID_OUT, *_ITS_PAYMENT, _HAS_MATTER, {"$group": {"_id": key, **_OF_REFUNDS}}),
    )
    stages = (_less("takings"), *raw, _TOGETHER, _LEFT, *_QUIET)
    return Look(collection="matterrollups", wanted={"grain": grain}, broken=stages, rarely=True)


def _payers() -> Look:
    raw: Row = {
        "payments": {"$sum": -1},
        "first_at": {"$min": "$changed_at"},
        "last_at": {"$max": "$changed_at"},
    }
    together: Row = {
        "payments": {"$sum": "$payments"},
        "first": {"$addToSet": "$first_at"},
        "last": {"$addToSet": "$last_at"},
    }
    two: Row = {"$exists": True}
    off: Row = {"$match": {"$or": [{"payments": {"$ne": 0}}, {"first.1": two}, {"last.1": two}]}}
    stages = (
        _and_raw("payments", _PAID, {"$group": {"_id": "$user_id", **raw}}),
        {"$group": {"_id": "$_id", **together}},
        off,
        *_QUIET,
    )
    return Look(collection="payers", wanted={}, broken=stages, rarely=True)


def _left_behind() -> Look:
    """The trail's last entry, when it is old and nobody has come so far."""
    newest: tuple[Row, ...] = ({"$sort": {"_id": -1}}, {"$limit": 1})
    behind: Row = {"$match": {"at": {"$lt": STUCK}, "$expr": {"$gt": ["$_id", _REACHED]}}}
    return Look(collection="transactionlogs", wanted={}, broken=(*newest, _UPTO, behind), rarely=True)


FIGURES = (
    *map(_sums, Grain),
    *map(_matters, Grain),
    _payers(),
    _left_behind(),
)
"""Each finds nothing while the figures are the sums of the record."""
