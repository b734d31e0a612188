"""Payments found in MongoDB, newest first, a page at a time.

Owns the queries. Each walks one index in the order in which it is shown, so that a page costs what it shows,
however many payments there are; pages go by place, so that what comes meanwhile shifts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import UTC, datetime

from pymongo import DESCENDING

from payments.payment import Payment
from payments.search import Found, Page, Place, Wanted
from payments.values import account_reference
from storage.clients import name_key
from storage.documents import ClientDocument, PaymentDocument
from storage.errors import store_errors
from storage.payment_book import payment_of
from storage.shelf import Row, Shelf

MOST_NAMESAKES = 50
NEWEST_FIRST = [("created_at", DESCENDING), ("_id", DESCENDING)]
_FOR_EVER = datetime.max.replace(tzinfo=UTC)


class MongoPaymentSearch:
    """See `payments.search.PaymentSearch`."""

    def __init__(self, payments: Shelf[PaymentDocument], clients: Shelf[ClientDocument]) -> None:
        self._payments = payments
        self._clients = clients.rows

    async def page(self, wanted: Wanted, after: Place | None, limit: int) -> Page:
        """See `PaymentSearch.page`."""
        query = filter_of(wanted)
        if wanted.name:
            query["user_id"] = {"$in": await self._namesakes(wanted.name)}
        documents = await self._some(steps(query, after), limit + 1)
        payments = [payment_of(document) for document in documents[:limit]]
        names = await self._names(payments)
        rest = Place(payments[-1].created_at, payments[-1].id) if len(documents) > limit else None
        return Page(tuple(Found(each, names.get(each.user_id, "")) for each in payments), rest)

    async def _some(self, queries: Iterable[Row], limit: int) -> list[PaymentDocument]:
        found = list[PaymentDocument]()
        for query in queries:
            if len(found) < limit:
                found += await self._payments.many(query, NEWEST_FIRST, limit - len(found))
        return found

    async def _namesakes(self, name: str) -> list[int]:
        begins = {"$regex": f"^{re.escape(name_key(name))}"}
        with store_errors():
            rows = (
                await self._clients.find({"name_key": begins}, {"_id": True}).limit(MOST_NAMESAKES).to_list()
            )
        return [row["_id"] for row in rows]

    async def _names(self, payments: Iterable[Payment]) -> dict[int, str]:
        wanted = {"_id": {"$in": list({payment.user_id for payment in payments})}}
        with store_errors():
            rows = await self._clients.find(wanted, {"first_name": True}).to_list()
        return {row["_id"]: row["first_name"] for row in rows}


def filter_of(wanted: Wanted) -> Row:
    """The query, names left out."""
    query: Row = {}
    if wanted.payment_id:
        query["_id"] = wanted.payment_id
    if wanted.receipt:
        query["receipt"] = {"$eq": wanted.receipt, "$type": "string"}  # as its partial index asks
    if wanted.user_id is not None:
        query["user_id"] = wanted.user_id
    if wanted.phone:
        query["phone"] = wanted.phone
    if wanted.states:
        query["state"] = _one_of(wanted.states)
    if wanted.kinds:
        query["kind"] = _one_of(wanted.kinds)
    if wanted.period:
        query["created_at"] = {"$gte": wanted.period.since, "$lt": wanted.period.until}
    if amounts := _between(wanted.least_kes, wanted.most_kes):
        query["amount_kes"] = amounts
    if wanted.reference:
        # The account is the reference's own letters and digits, by which there is an index.
        query["account_reference"] = account_reference(wanted.reference)
        query["reference"] = {"$regex": f"^{re.escape(wanted.reference)}", "$options": "i"}
    return query


def _one_of(words: Collection[str]) -> object:
    """A single word plainly: only so does one index give the order, too."""
    return next(iter(words)) if len(words) == 1 else {"$in": sorted(words)}


def _between(least: int | None, most: int | None) -> Row:
    bounds = {"$gte": least, "$lte": most}
    return {bound: amount for bound, amount in bounds.items() if amount is not None}


def steps(query: Row, after: Place | None) -> list[Row]:
    """What to look for, one after the other, until a page is full.

    After a place that is what began at the same moment, by id, and then what began before. That every step
    bounds the time lets one index hold to the bounds of time and amount together.
    """
    if after is None:
        return [_and(query, {"created_at": {"$lt": _FOR_EVER}})]
    return [
        _and(query, {"created_at": after.at, "_id": {"$lt": after.payment_id}}),
        _and(query, {"created_at": {"$lt": after.at}}),
    ]


def _and(query: Row, more: Row) -> Row:
    return {"$and": [query, more]}
