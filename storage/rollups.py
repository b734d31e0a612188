"""The figures in MongoDB: what the audit trail tells is added to its day, exactly once.

Owns the transaction in which sums and the place in the trail change together, so that a crash leaves both or
neither. Reading the sums is `storage.figures`'.
"""

from __future__ import annotations

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from pymongo import ASCENDING, UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import DuplicateKeyError

from payments.analytics.figures import Figures, Takings
from payments.analytics.ports import Batch, Event
from payments.analytics.postings import Posting
from payments.audit import AuditKind
from payments.nairobi import NAIROBI
from payments.payment import Payment
from payments.periods import Grain, Period, begin_of
from payments.refunds.refund import Refund
from payments.values import PaymentId, RefundId
from storage.documents import (
    MatterDocument,
    PayerDocument,
    PaymentDocument,
    PostedDocument,
    RefundDocument,
    SumsDocument,
    TransactionLogDocument,
)
from storage.errors import store_errors
from storage.figures import FiguresReader
from storage.moments import in_milliseconds
from storage.payment_book import payment_of
from storage.refund_book import refund_of
from storage.renewal import FORM, TRAIL, Renewal
from storage.shelf import Row, Shelf
from storage.spans import day_of, key_of
from storage.transactions import Transactions

MOST_BEHIND = 1_000
"""So many entries of the trail that are not posted yet are the work of a moment."""
_MOVED = [AuditKind.PAYMENT_MOVED, AuditKind.REFUND_MOVED]


class _AlreadyPosted(Exception):
    """Somebody else was faster: the transaction is undone."""


class MongoRollups:
    """See `payments.analytics.ports.Rollups`."""

    def __init__(
        self,
        trail: Shelf[TransactionLogDocument],
        payments: Shelf[PaymentDocument],
        refunds: Shelf[RefundDocument],
        transactions: Transactions,
        *,
        sums: Shelf[SumsDocument],
        matters: Shelf[MatterDocument],
        payers: Shelf[PayerDocument],
        posted: Shelf[PostedDocument],
    ) -> None:
        self._trail = trail.rows
        self._payments = payments.rows
        self._refunds = refunds.rows
        self._transactions = transactions
        self._sums = sums.rows
        self._matters = matters.rows
        self._payers = payers.rows
        self._posted = posted
        self._renewal = Renewal(posted, (sums.rows, matters.rows, payers.rows), transactions)
        self._reader = FiguresReader(sums, matters, payers, payments)

    async def waiting(self, limit: int) -> Batch:
        """See `Rollups.waiting`."""
        after = await self._renewal.renewed_upto()
        with store_errors():
            entries = (
                await self._trail.find({"_id": {"$gt": after}}, {"event": True, "kind": True})
                .sort("_id", ASCENDING)
                .limit(limit)
                .to_list()
            )
        if not entries:
            return Batch(after=after, upto=after)
        moves = [entry for entry in entries if entry.get("kind") in _MOVED]
        return Batch(after=after, upto=entries[-1]["_id"], events=tuple(await self._events(moves)))

    async def post(self, batch: Batch, postings: Sequence[Posting]) -> bool:
        """See `Rollups.post`."""

        async def act(session: AsyncClientSession) -> None:
            reached = {"_id": TRAIL, "upto": batch.after, "form": FORM}
            first = batch.after == 0
            if not await self._posted.change(
                reached, {"$set": {"upto": batch.upto}}, upsert=first, session=session
            ):
                raise _AlreadyPosted
            for rows, updates in self._updates(postings):
                if updates:
                    await rows.bulk_write(updates, ordered=False, session=session)

        try:
            await self._transactions.run(act)
        except (_AlreadyPosted, DuplicateKeyError):
            return False
        return True

    async def figures(self, period: Period, *, matters: int, thorough: bool = True) -> Figures:
        """See `Rollups.figures`."""
        figures, is_behind = await asyncio.gather(
            self._reader.figures(period, matters=matters, thorough=thorough), self._is_behind()
        )
        return replace(figures, is_behind=is_behind)

    async def _is_behind(self) -> bool:
        upto = await self._renewal.upto()
        later = {"_id": {"$gt": upto + MOST_BEHIND}}
        with store_errors():
            return await self._trail.find_one(later, {"_id": True}) is not None

    async def _events(self, moves: Sequence[Row]) -> list[Event]:
        """The events that these entries name. What names none was put there by hand, and is left out."""
        named = [name for move in moves if (name := _named(move["event"]))]
        refunds = await self._refunds_of({id_ for kind, id_, _ in named if kind == "refund"})
        ids = {id_ for kind, id_, _ in named if kind == "payment"}
        payments = await self._payments_of(ids | {refund.payment_id for refund in refunds.values()})
        events = []
        for kind, id_, turn in named:
            refund = refunds.get(RefundId(id_)) if kind == "refund" else None
            payment = payments.get(refund.payment_id if refund else PaymentId(id_))
            history = refund.history if refund else payment.history if payment else ()
            if payment and 0 < turn <= len(history):
                events.append(Event(payment=payment, turn=turn, refund=refund))
        return events

    async def _payments_of(self, ids: Iterable[str]) -> dict[PaymentId, Payment]:
        with store_errors():
            rows = await self._payments.find({"_id": {"$in": list(ids)}}).to_list()
        return {row["_id"]: payment_of(PaymentDocument.model_validate(row)) for row in rows}

    async def _refunds_of(self, ids: Iterable[str]) -> dict[RefundId, Refund]:
        with store_errors():
            rows = await self._refunds.find({"_id": {"$in": list(ids)}}).to_list()
        return {row["_id"]: refund_of(RefundDocument.model_validate(row)) for row in rows}

    def _updates(
        self, postings: Sequence[Posting]
    ) -> Iterable[tuple[AsyncCollection[Row], Sequence[UpdateOne]]]:
        yield self._sums, _added(postings, _of_its_time)
        yield self._matters, _added([each for each in postings if each.matter], _of_matter)
        yield self._payers, [_of_payer(each) for each in postings if each.payer is not None]


def _named(event: str) -> tuple[str, str, int] | None:
    """Whose event it is and which: see `payments.audited`, `payments.refunds.audited`."""
    kind, _, rest = event.partition(":")
    id_, _, turn = rest.rpartition(":")
    return (kind, id_, int(turn)) if kind in {"payment", "refund"} and turn.isdecimal() else None


Sums = Counter[str]


def _added(
    postings: Sequence[Posting], parts: Callable[[Posting], Iterable[tuple[Row, Sums]]]
) -> list[UpdateOne]:
    """One update for each row that anything is added to."""
    sums: dict[str, Sums] = defaultdict(Counter)
    facts: dict[str, Row] = {}
    for posting in postings:
        for row, added in parts(posting):
            facts[row["_id"]] = row
            sums[row["_id"]].update(added)
    return [_update(facts[key], added) for key, added in sums.items() if any(added.values())]


def _update(row: Row, added: Sums) -> UpdateOne:
    facts = {name: value for name, value in row.items() if name != "_id"}
    more = {"$inc": {path: amount for path, amount in added.items() if amount}}
    return UpdateOne({"_id": row["_id"]}, more | ({"$setOnInsert": facts} if facts else {}), upsert=True)


def _of_its_time(posting: Posting) -> Iterable[tuple[Row, Sums]]:
    added = _all_of(posting)
    for grain in Grain:
        yield {"_id": key_of(grain, begin_of(grain, day_of(posting.at)))}, added


def _all_of(posting: Posting) -> Sums:
    added: Sums = Counter()
    for place in ("total", f"kinds.{posting.kind}", f"hours.{_hour(posting.at)}"):
        added.update(_takings(place, posting.takings))
    if posting.unpaid and posting.reason:
        added["unpaid"] += posting.unpaid
        added[f"reasons.{posting.reason}"] += posting.unpaid
    if posting.took is not None:
        added[f"took.{posting.took}"] += 1
    return added


def _of_matter(posting: Posting) -> Iterable[tuple[Row, Sums]]:
    added = _takings("takings", posting.takings)
    for grain in Grain:
        begins = begin_of(grain, day_of(posting.at))
        facts = {"grain": grain, "begins": begins.isoformat(), "matter": posting.matter}
        yield {"_id": key_of(grain, begins, posting.matter), **facts}, added


def _of_payer(posting: Posting) -> UpdateOne:
    at = in_milliseconds(posting.at)
    seen = {"$min": {"first_at": at}, "$max": {"last_at": at}, "$inc": {"payments": 1}}
    return UpdateOne({"_id": posting.payer}, seen, upsert=True)


def _takings(place: str, takings: Takings) -> Sums:
    return Counter(
        {
            f"{place}.received_kes": takings.received_kes,
            f"{place}.payments": takings.payments,
            f"{place}.refunded_kes": takings.refunded_kes,
            f"{place}.refunds": takings.refunds,
        }
    )


def _hour(at: datetime) -> str:
    return f"{at.astimezone(NAIROBI).hour:02}"
