"""The figures read back: the sums of days, put together for a period.

Owns what is asked of MongoDB for that. The sums are kept by `storage.rollups`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from pymongo import ASCENDING, DESCENDING

from payments.analytics.figures import Failure, Figures, K, Part, Takings
from payments.analytics.postings import wait_of
from payments.catalogue import FeeKind
from payments.payment import State
from payments.periods import Grain, Period
from payments.reasons import Reason
from storage.documents import MatterDocument, PayerDocument, PaymentDocument, SumsDocument
from storage.documents.analytics import TakingsPart
from storage.errors import store_errors
from storage.shelf import Row, Shelf
from storage.spans import Span, key_of, spans_of

_HOURS = 24
_MOST_ROWS = 4_000


class FiguresReader:
    """Reads a period's sums."""

    def __init__(
        self,
        sums: Shelf[SumsDocument],
        matters: Shelf[MatterDocument],
        payers: Shelf[PayerDocument],
        payments: Shelf[PaymentDocument],
    ) -> None:
        self._sums = sums
        self._matters = matters.rows
        self._payers = payers.rows
        self._payments = payments.rows

    async def figures(self, period: Period, *, matters: int, thorough: bool) -> Figures:
        """See `Rollups.figures`."""
        spans = spans_of(period, is_latest=await self._is_latest(period))
        sums, new, everybody, by_day, by_matter = await asyncio.gather(
            self._sums_of(spans),
            self._count({"first_at": {"$gte": period.since, "$lt": period.until}}),
            self._payers_of(period, thorough=thorough),
            self._by_day(period),
            self._by_matter(spans, matters),
        )
        took = _summed(each.took for each in sums)
        return Figures(
            first=period.first,
            last=period.last,
            takings=_together(each.total for each in sums),
            unpaid=sum(each.unpaid for each in sums),
            failures=_failures(_summed(each.reasons for each in sums)),
            median_s=_percentile(took, 0.5),
            p95_s=_percentile(took, 0.95),
            new_payers=new,
            returning_payers=None if everybody is None else everybody - new,
            by_day=by_day,
            by_hour=_by_hour(sums),
            by_kind=_by_kind(sums),
            by_matter=by_matter,
        )

    async def _is_latest(self, period: Period) -> bool:
        """Whether nothing is posted after it."""
        later = {"_id": {"$gt": key_of(Grain.DAY, period.last), "$lt": key_of(Grain.DAY, date.max)}}
        return not await self._sums.ids(later, [("_id", ASCENDING)], 1)

    async def _sums_of(self, spans: Sequence[Span]) -> list[SumsDocument]:
        wanted = {"$or": [{"_id": _from_to(span)} for span in spans]}
        return await self._sums.many(wanted, [("_id", ASCENDING)], _MOST_ROWS)

    async def _by_day(self, period: Period) -> tuple[Part[date], ...]:
        wanted = {"_id": _from_to(Span(Grain.DAY, period.first, period.last))}
        with store_errors():
            rows = await self._sums.rows.find(wanted, {"total": True}).to_list()
        known = {row["_id"]: Takings(**row["total"]) for row in rows if "total" in row}
        count = (period.last - period.first).days + 1
        every = (period.first + timedelta(days=turn) for turn in range(count))
        return tuple(Part(key=day, takings=known.get(key_of(Grain.DAY, day), Takings())) for day in every)

    async def _count(self, wanted: Row) -> int:
        with store_errors():
            return await self._payers.count_documents(wanted)

    async def _payers_of(self, period: Period, *, thorough: bool) -> int | None:
        """How many people paid in it.

        When nobody has paid after it, those who paid last since it began are all. Else only a look at its
        payments can tell.
        """
        with store_errors():
            later = await self._payers.find_one({"last_at": {"$gte": period.until}}, {"_id": True})
        if later is None:
            return await self._count({"last_at": {"$gte": period.since}})
        return await self._distinct_payers(period) if thorough else None

    async def _distinct_payers(self, period: Period) -> int:
        when = {"$gte": period.since, "$lt": period.until}
        stages: list[Row] = [
            {"$match": {"state": State.PAID, "changed_at": when}},
            {"$group": {"_id": "$user_id"}},
            {"$count": "payers"},
        ]
        with store_errors():
            counted = await (await self._payments.aggregate(stages)).to_list()
        return int(counted[0]["payers"]) if counted else 0

    async def _by_matter(self, spans: Sequence[Span], most: int) -> tuple[Part[str], ...]:
        """Those that brought most. Who they are, an index alone tells; only theirs is read whole."""
        if not most:
            return ()
        names = await self._names(spans, most)
        keys = [
            key_of(span.grain, begins, name) for span in spans for begins in span.begins() for name in names
        ]
        rows = await self._greatest({"_id": {"$in": keys}}, [*TakingsPart.model_fields], most)
        return tuple(Part(key=row.pop("_id"), takings=Takings(**row)) for row in rows)

    async def _names(self, spans: Sequence[Span], most: int) -> list[str]:
        match spans:
            case [span] if span.is_one:
                return await self._names_in_order(span, most)
            case _:
                wanted = {"$or": [_begins_in(span) for span in spans]}
                return [row["_id"] for row in await self._greatest(wanted, ["received_kes"], most)]

    async def _names_in_order(self, span: Span, most: int) -> list[str]:
        """Of matters that begin on one day the index holds the greatest first."""
        wanted = {"grain": span.grain, "begins": f"{span.first}"}
        order = [("takings.received_kes", DESCENDING), ("matter", ASCENDING)]
        with store_errors():
            found = self._matters.find(wanted, {"_id": False, "matter": True}).sort(order).limit(most)
            return [row["matter"] for row in await found.to_list()]

    async def _greatest(self, wanted: Row, fields: Sequence[str], most: int) -> list[Row]:
        """Sums by matter, by what was received; greatest first."""
        sums = {name: {"$sum": f"$takings.{name}"} for name in fields}
        stages: list[Row] = [
            {"$match": wanted},
            {"$group": {"_id": "$matter", **sums}},
            {"$sort": {"received_kes": -1, "_id": 1}},
            {"$limit": most},
        ]
        with store_errors():
            return await (await self._matters.aggregate(stages)).to_list()


def _begins_in(span: Span) -> Row:
    return {"grain": span.grain, "begins": {"$gte": f"{span.first}", "$lte": f"{span.last}"}}


def _from_to(span: Span) -> Row:
    return {"$gte": key_of(span.grain, span.first), "$lte": key_of(span.grain, span.last)}


def _together(parts: Iterable[TakingsPart]) -> Takings:
    many = list(parts)
    return Takings(**{name: sum(getattr(part, name) for part in many) for name in TakingsPart.model_fields})


def _summed(counts: Iterable[dict[str, int]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return +total


def _failures(reasons: Counter[str]) -> tuple[Failure, ...]:
    return tuple(Failure(reason=Reason(name), count=count) for name, count in reasons.most_common())


def _percentile(took: Counter[str], share: float) -> float | None:
    """The least class that so large a share is within."""
    within, wanted = 0, share * took.total()
    for a_class in sorted(map(int, took)):
        within += took[str(a_class)]
        if within >= wanted:
            return wait_of(a_class)
    return None


def _by_hour(sums: Sequence[SumsDocument]) -> tuple[Part[int], ...]:
    return tuple(
        Part(key=hour, takings=_together(each.hours[key] for each in sums if key in each.hours))
        for hour in range(_HOURS)
        for key in (f"{hour:02}",)
    )


def _by_kind(sums: Sequence[SumsDocument]) -> tuple[Part[FeeKind], ...]:
    kinds = {kind for each in sums for kind in each.kinds}
    parts = [
        Part(key=FeeKind(kind), takings=_together(each.kinds[kind] for each in sums if kind in each.kinds))
        for kind in sorted(kinds)
    ]
    return _greatest_first(part for part in parts if part.takings != Takings())


def _greatest_first(parts: Iterable[Part[K]]) -> tuple[Part[K], ...]:
    return tuple(sorted(parts, key=lambda part: -part.takings.received_kes))
