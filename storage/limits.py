"""Limits that all processes share: one row for each, one atomic update for each call, by the server's clock.

Owns how places are given. A call is allowed as long as no more than the burst is owed: one moment,
`full_at`, stands for the whole bucket (the generic cell rate algorithm). Whoever is refused is told the end
of the line of their lane, so that many who wait come back one after the other instead of all at once.

Two lanes: those who go first (people wait) and the others. When a place comes free, the lane whose turn it
is has it alone for a moment; then it is anybody's, so that no place is lost to somebody who never comes
back. Where both wait, three of four places go to those who go first.
"""

from __future__ import annotations

from datetime import UTC, datetime

from pymongo.errors import DuplicateKeyError

from payments.limits import Rate
from storage.documents import LimitDocument
from storage.shelf import Row, Shelf

TURNS_OF_FIRST = 3
"""How often in a row those who go first go before others that wait."""
HEAD_START_S = 2.0
"""For how long a free place is kept for the lane whose turn it is; one interval at most."""
LONGEST_LINE_S = 600.0
"""Nobody is told to come back later than this; beyond it the line is dealt from its front again."""
MARGIN = 1.05
"""Places are this much further apart than asked for: calls do not travel equally fast."""
LENIENCE = 0.2
"""So much of an interval a call may come before its moment, owing it all the same. Who comes when told finds
the place taken that little later than planned, if whoever had it came late; sent back to the end of the line
they would leave their own place empty. Less than `MARGIN` wins in a minute of five calls."""

_MS_PER_S = 1_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ATTEMPTS = 3
LANES = {True: "first_until", False: "other_until"}


class MongoRateLimit:
    """See `payments.ports.RateLimit`."""

    def __init__(self, shelf: Shelf[LimitDocument]) -> None:
        self._shelf = shelf

    async def take(self, name: str, rate: Rate, *, first: bool = False) -> float:
        """See `RateLimit.take`."""
        for _ in range(_ATTEMPTS):
            try:
                after = await self._shelf.changed({"_id": name}, _taking(rate, first=first), upsert=True)
            except DuplicateKeyError:
                continue  # Somebody else made the row at this very moment.
            if after is not None:
                return after.wait_ms / _MS_PER_S
        raise RuntimeError(f"the row of the limit {name!r} is neither there nor can it be made")


def _taking(rate: Rate, *, first: bool) -> list[Row]:
    """An update by pipeline: look, decide, write. `wait_ms` of the row it leaves is the answer."""
    interval_ms = max(1, round(rate.interval_s * MARGIN * _MS_PER_S))
    lane = LANES[first]
    return [
        {"$set": _looked(rate.burst, interval_ms)},
        {"$set": {"_opens_at": {"$add": ["$_free_at", _courtesy(interval_ms, first=first)]}}},
        {"$set": {"_promised": _end_of_line(lane, interval_ms)}},
        {"$set": _decided(lane, interval_ms, first=first)},
        {"$unset": ["_free_at", "_opens_at", "_promised", "_first_waits", "_other_waits"]},
    ]


def _looked(burst: int, interval_ms: int) -> Row:
    """When a place is or was free, and who waits for it.

    A clock that was set back must not close the limit for long, so more than a full debt is never owed.
    """
    most_owed = {"$add": ["$$NOW", round((burst + LENIENCE) * interval_ms)]}
    full_at = {"$min": [{"$ifNull": ["$full_at", _EPOCH]}, most_owed]}
    free_at = {"$subtract": [full_at, (burst - 1) * interval_ms]}

    def waits(lane: str) -> Row:
        return {"$gte": [{"$add": [{"$ifNull": [f"${lane}", _EPOCH]}, interval_ms]}, free_at]}

    return {
        "full_at": full_at,
        "turns": {"$ifNull": ["$turns", 0]},
        "_free_at": free_at,
        "_first_waits": waits(LANES[True]),
        "_other_waits": waits(LANES[False]),
    }


def _courtesy(interval_ms: int, *, first: bool) -> Row:
    """For how long this caller leaves a free place to the other lane."""
    turn_of_others = {"$gte": ["$turns", TURNS_OF_FIRST]}
    if first:
        steps_back: Row = {"$and": ["$_other_waits", turn_of_others]}
    else:
        steps_back = {"$and": ["$_first_waits", {"$not": [turn_of_others]}]}
    return {"$cond": [steps_back, min(interval_ms, round(HEAD_START_S * _MS_PER_S)), 0]}


def _end_of_line(lane: str, interval_ms: int) -> Row:
    """The moment to tell a caller who is refused: after those of the same lane."""
    told = {"$ifNull": [f"${lane}", _EPOCH]}
    behind = {"$add": [told, interval_ms]}
    too_far = {"$gt": [behind, {"$add": ["$$NOW", round(LONGEST_LINE_S * _MS_PER_S)]}]}
    nobody_ahead = {"$or": [{"$lt": [told, "$_opens_at"]}, too_far]}
    return {"$cond": [nobody_ahead, "$_opens_at", behind]}


def _decided(lane: str, interval_ms: int, *, first: bool) -> Row:
    """Everything here reads the row as it was before this stage."""
    lenience = {"$cond": [{"$gt": ["$_opens_at", "$_free_at"]}, 0, round(LENIENCE * interval_ms)]}
    granted = {"$gte": [{"$add": ["$$NOW", lenience]}, "$_opens_at"]}
    owed = {"$add": [{"$max": ["$full_at", "$$NOW"]}, interval_ms]}
    still_ahead = {"$cond": [{"$gt": [f"${lane}", "$$NOW"]}, f"${lane}", "$$REMOVE"]}
    turns = {"$cond": ["$_other_waits", {"$add": ["$turns", 1]}, 0]} if first else 0
    return {
        "full_at": {"$cond": [granted, owed, "$full_at"]},
        "turns": {"$cond": [granted, turns, "$turns"]},
        lane: {"$cond": [granted, still_ahead, "$_promised"]},
        "wait_ms": {"$cond": [granted, 0, {"$subtract": ["$_promised", "$$NOW"]}]},
    }
