"""The ledger read from MongoDB: payments and refunds, merged in the order in which the books learned of them.

Owns the two cursors and their merging. Each walks an index on state and time; nothing is sorted in memory,
and whole documents, with their histories, never leave the server. What a row becomes is `storage.movements`'.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from pymongo import ASCENDING
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.cursor import AsyncCursor

from payments.ledger import Movement
from payments.payment import State
from payments.refunds.refund import RefundState
from storage.documents import ClientDocument, PaymentDocument, RefundDocument
from storage.errors import store_errors
from storage.long_reads import AT_ONCE, batches
from storage.movements import OF_ITS_PAYMENT, OF_PAYMENTS, OF_REFUNDS, is_refund, movement_of
from storage.shelf import Row, Shelf

MOST_NAMES = 100_000
"""Names that are remembered: some 15 MB."""


class MongoLedger:
    """See `payments.ledger.Ledger`."""

    def __init__(
        self,
        payments: Shelf[PaymentDocument],
        refunds: Shelf[RefundDocument],
        clients: Shelf[ClientDocument],
    ) -> None:
        self._payments = _plain(payments.rows)
        self._refunds = _plain(refunds.rows)
        self._clients = clients.rows

    async def movements(
        self, since: datetime, until: datetime, *, at_once: int = AT_ONCE
    ) -> AsyncIterator[Sequence[Movement]]:
        """See `Ledger.movements`. The more at once, the sooner it is done and the longer others wait."""
        names = _Names(self._clients)
        when = {"$gte": since, "$lt": until}
        paid = _in_order(self._payments, {"state": State.PAID, "changed_at": when}, OF_PAYMENTS)
        back = _in_order(self._refunds, {"state": RefundState.PAID_OUT, "changed_at": when}, OF_REFUNDS)
        async for rows in _merged(batches(paid, at_once), batches(back, at_once)):
            await names.learn(rows)
            payments = await self._payments_of(rows)
            yield [movement_of(row, payments, names.of(row)) for row in rows]

    async def _payments_of(self, rows: list[Row]) -> dict[str, Row]:
        """Of what the refunds among these rows give back: its kind and reference."""
        wanted = list({row["payment_id"] for row in rows if is_refund(row)})
        if not wanted:
            return {}
        with store_errors():
            found = await self._payments.find({"_id": {"$in": wanted}}, _only(OF_ITS_PAYMENT)).to_list()
        return {row["_id"]: row for row in found}


class _Names:
    """Clients' names, looked up by the batch; bounded."""

    def __init__(self, clients: AsyncCollection[Row]) -> None:
        self._clients = clients
        self._known: dict[int, str] = {}

    async def learn(self, rows: list[Row]) -> None:
        unknown = list({row["user_id"] for row in rows}.difference(self._known))
        if not unknown:
            return
        if len(self._known) > MOST_NAMES:
            self._known.clear()
            unknown = list({row["user_id"] for row in rows})
        with store_errors():
            found = await self._clients.find({"_id": {"$in": unknown}}, {"first_name": True}).to_list()
        self._known |= dict.fromkeys(unknown, "") | {row["_id"]: row["first_name"] for row in found}

    def of(self, row: Row) -> str:
        return self._known[row["user_id"]]


def _plain(rows: AsyncCollection[Row]) -> AsyncCollection[Row]:
    """The same rows with times that name no zone: the driver takes as long for a zone as for all the rest."""
    return rows.with_options(codec_options=rows.codec_options.with_options(tz_aware=False, tzinfo=None))


def _only(fields: Sequence[str]) -> dict[str, bool]:
    return dict.fromkeys(fields, True)


def _in_order(rows: AsyncCollection[Row], wanted: Row, fields: Sequence[str]) -> AsyncCursor[Row]:
    """What is wanted, in the order in which it entered its state."""
    return rows.find(wanted, _only(fields)).sort([("state", ASCENDING), ("changed_at", ASCENDING)])


async def _merged(
    first: AsyncIterator[list[Row]], second: AsyncIterator[list[Row]]
) -> AsyncIterator[list[Row]]:
    """Two ordered streams of batches as one; of each a batch at most is in memory."""
    nothing: list[Row] = []
    left, right = await anext(first, nothing), await anext(second, nothing)
    while left and right:
        end = min(_booked(left[-1]), _booked(right[-1]))
        early, left = _split(left, end)
        early_too, right = _split(right, end)
        yield sorted(early + early_too, key=_booked)
        left, right = left or await anext(first, nothing), right or await anext(second, nothing)
    for rest, more in ((left, first), (right, second)):
        if rest:
            yield rest
        async for batch in more:
            yield batch


def _split(rows: list[Row], end: datetime) -> tuple[list[Row], list[Row]]:
    place = bisect_right(rows, end, key=_booked)
    return rows[:place], rows[place:]


def _booked(row: Row) -> datetime:
    moment: datetime = row["changed_at"]
    return moment
