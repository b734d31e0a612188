"""Questions for the firm's balance in MongoDB: asked by one engine at a time, answered once.

Owns the compare-and-set on a question. What an answer means is `payments.refunds.balance`'s.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from pymongo import ASCENDING

from payments.notices import Notice
from payments.refunds.balance import Account, BalanceAnswer, BalanceCheck
from storage.documents import BalanceDocument
from storage.documents.refund import AnswerPart, as_account
from storage.moments import in_milliseconds
from storage.news import outbox_of
from storage.records import same_fields
from storage.shelf import Row, Shelf, part_row


class MongoBalanceBook:
    """See `payments.refunds.ports.BalanceBook`."""

    def __init__(self, shelf: Shelf[BalanceDocument]) -> None:
        self._shelf = shelf

    async def add(self, check: BalanceCheck) -> None:
        """See `BalanceBook.add`."""
        await self._shelf.insert(BalanceDocument.model_validate(check, from_attributes=True))

    async def get(self, check_id: str) -> BalanceCheck | None:
        """See `BalanceBook.get`."""
        document = await self._shelf.one({"_id": check_id})
        return document and _check_of(document)

    async def take_due(self, now: datetime, lease_s: float) -> BalanceCheck | None:
        """See `BalanceBook.take_due`."""
        due = {"next_at": {"$lte": now, "$type": "date"}}
        until = in_milliseconds(now + timedelta(seconds=lease_s))
        taken = {"$set": {"next_at": until}, "$inc": {"version": 1}}
        document = await self._shelf.changed(due, taken, order=[("next_at", ASCENDING)])
        return document and _check_of(document)

    async def next_due_at(self) -> datetime | None:
        """See `BalanceBook.next_due_at`."""
        return await self._shelf.earliest("next_at")

    async def settle(self, before: BalanceCheck, after: BalanceCheck, notice: Notice | None) -> bool:
        """See `BalanceBook.settle`."""
        facts: Row = {"state": after.state, "version": after.version}
        if after.next_at is not None:
            facts["next_at"] = in_milliseconds(after.next_at)
        if after.answer is not None:
            facts["answer"] = part_row(_answer_part(after.answer))
        update: Row = {"$set": facts}
        if after.next_at is None:
            update["$unset"] = {"next_at": ""}
        if notice is not None and after.answer is not None:
            news = outbox_of([notice], after.version, after.answer.at)
            update["$push"] = {"outbox": part_row(news[0])}
        return await self._shelf.change({"_id": before.id, "version": before.version}, update)


def _answer_part(answer: BalanceAnswer) -> AnswerPart:
    accounts = tuple(as_account(account.name, account.available) for account in answer.accounts)
    return AnswerPart(at=answer.at, accounts=accounts, problem=answer.problem)


def _check_of(document: BalanceDocument) -> BalanceCheck:
    same = same_fields(BalanceCheck, document)
    answer = document.answer
    same["answer"] = answer and BalanceAnswer(
        at=answer.at,
        accounts=tuple(Account(name=a.name, available=Decimal(a.available)) for a in answer.accounts),
        problem=answer.problem,
    )
    return BalanceCheck(**same)
