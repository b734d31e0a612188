"""The ledger read from MongoDB: payments and refunds, merged in the order in which the books learned of them.

Owns the two cursors and their merging. Each walks an index on state and time; nothing is sorted in memory,
and whole documents, with their histories, never leave the server.
"""

from __future__ import annotations

import heapq
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from pymongo import ASCENDING
from pymongo.asynchronous.collection import AsyncCollection

from payments.catalogue import FeeKind
from payments.ledger import MoneyMoved
from payments.payment import State
from payments.refunds.refund import RefundState, Route
from storage.documents import ClientDocument, PaymentDocument, RefundDocument
from storage.errors import store_errors
from storage.shelf import Row, Shelf

_MOST_NAMES = 20_000
_OF_PAYMENTS = (
    "changed_at", "paid_at", "paid_kes", "amount_kes", "kind", "title", "reference", "receipt", "user_id",
    "phone",
)  # fmt: skip
_OF_REFUNDS = (
    "changed_at", "paid_out_at", "amount_kes", "title", "mpesa_code", "payment_id", "user_id", "phone",
    "route", "approved_by_name",
)  # fmt: skip
_OF_ITS_PAYMENT = {"kind": True, "reference": True}


class MongoLedger:
    """See `payments.ledger.Ledger`."""

    def __init__(
        self,
        payments: Shelf[PaymentDocument],
        refunds: Shelf[RefundDocument],
        clients: Shelf[ClientDocument],
        *,
        at_once: int = 1_000,
    ) -> None:
        self._at_once = at_once
        self._payments = payments.rows
        self._refunds = refunds.rows
        self._clients = clients.rows

    async def movements(self, since: datetime, until: datetime) -> AsyncIterator[MoneyMoved]:
        """See `Ledger.movements`."""
        names = _Names(self._clients)
        when = {"$gte": since, "$lt": until}
        paid = _batches(
            self._payments, {"state": State.PAID, "changed_at": when}, _OF_PAYMENTS, self._at_once
        )
        given_back = {"state": RefundState.PAID_OUT, "changed_at": when}
        back = _batches(self._refunds, given_back, _OF_REFUNDS, self._at_once)
        async for rows in _merged(paid, back):
            await names.learn(rows)
            payments = await self._payments_of(rows)
            for row in rows:
                name = names.of(row["user_id"])
                yield _refund(row, payments, name) if "route" in row else _payment(row, name)

    async def _payments_of(self, rows: list[Row]) -> dict[str, Row]:
        """Of what the refunds among these rows give back: its kind and reference."""
        wanted = list({row["payment_id"] for row in rows if "route" in row})
        if not wanted:
            return {}
        with store_errors():
            found = await self._payments.find({"_id": {"$in": wanted}}, _OF_ITS_PAYMENT).to_list()
        return {row["_id"]: row for row in found}


class _Names:
    """Clients' names, looked up by the batch; bounded."""

    def __init__(self, clients: AsyncCollection[Row]) -> None:
        self._clients = clients
        self._known: dict[int, str] = {}

    async def learn(self, rows: list[Row]) -> None:
        unknown = list({row["user_id"] for row in rows} - self._known.keys())
        if not unknown:
            return
        if len(self._known) > _MOST_NAMES:
            self._known.clear()
            unknown = list({row["user_id"] for row in rows})
        with store_errors():
            found = await self._clients.find({"_id": {"$in": unknown}}, {"first_name": True}).to_list()
        self._known |= dict.fromkeys(unknown, "") | {row["_id"]: row["first_name"] for row in found}

    def of(self, user_id: int) -> str:
        return self._known[user_id]


async def _batches(
    rows: AsyncCollection[Row], wanted: Row, fields: tuple[str, ...], at_once: int
) -> AsyncIterator[list[Row]]:
    """What is wanted, in the order in which it entered its state."""
    with store_errors():
        found = rows.find(wanted, dict.fromkeys(fields, True), batch_size=at_once)
        found.sort([("state", ASCENDING), ("changed_at", ASCENDING)])
        async with found:
            while batch := await found.to_list(at_once):
                yield batch


async def _merged(
    first: AsyncIterator[list[Row]], second: AsyncIterator[list[Row]]
) -> AsyncIterator[list[Row]]:
    """Two ordered streams of batches as one; of each a batch at most is in memory."""
    nothing: list[Row] = []
    left, right = await anext(first, nothing), await anext(second, nothing)
    while left and right:
        end = min(left[-1]["changed_at"], right[-1]["changed_at"])
        early, left = _split(left, end)
        early_too, right = _split(right, end)
        yield list(heapq.merge(early, early_too, key=_booked))
        left, right = left or await anext(first, nothing), right or await anext(second, nothing)
    for rest, more in ((left, first), (right, second)):
        if rest:
            yield rest
        async for batch in more:
            yield batch


def _split(rows: list[Row], end: datetime) -> tuple[list[Row], list[Row]]:
    place = next((place for place, row in enumerate(rows) if row["changed_at"] > end), len(rows))
    return rows[:place], rows[place:]


def _booked(row: Row) -> datetime:
    moment: datetime = row["changed_at"]
    return moment


def _payment(row: Row, client: str) -> MoneyMoved:
    return MoneyMoved(
        at=row.get("paid_at") or row["changed_at"],
        amount_kes=row.get("paid_kes") or row["amount_kes"],
        kind=FeeKind(row["kind"]),
        title=row["title"],
        reference=row.get("reference", ""),
        mpesa_code=row.get("receipt", ""),
        payment_id=row["_id"],
        client=client,
        phone=row["phone"],
    )


def _refund(row: Row, payments: dict[str, Any], client: str) -> MoneyMoved:
    payment = payments[row["payment_id"]]
    return MoneyMoved(
        at=row.get("paid_out_at") or row["changed_at"],
        amount_kes=row["amount_kes"],
        kind=FeeKind(payment["kind"]),
        title=row["title"],
        reference=payment.get("reference", ""),
        mpesa_code=row.get("mpesa_code", ""),
        payment_id=row["payment_id"],
        client=client,
        phone=row["phone"],
        refund_id=row["_id"],
        route=Route(row["route"]),
        approved_by=row.get("approved_by_name", ""),
    )
