"""Figures that an older program put together in another form: taken away, so that all are posted anew.

Owns the form's number and the mark of how far the trail is posted, which holds it. What is posted is
`storage.rollups`'.
"""

from __future__ import annotations

from collections.abc import Sequence

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection

from storage.documents import PostedDocument
from storage.shelf import Row, Shelf
from storage.transactions import Transactions

TRAIL = "trail"
FORM = 2
"""Raised when other sums are kept. 1 had no weeks and quarters."""
_AT_ONCE = 2_000


class Renewal:
    """Several may do it side by side, and be cut off anywhere."""

    def __init__(
        self,
        posted: Shelf[PostedDocument],
        figures: Sequence[AsyncCollection[Row]],
        transactions: Transactions,
        *,
        at_once: int = _AT_ONCE,
    ) -> None:
        self._posted = posted
        self._figures = figures
        self._transactions = transactions
        self._at_once = at_once

    async def upto(self) -> int:
        """How far the trail is posted in today's form: 0 while the figures have another."""
        posted = await self._posted.one({"_id": TRAIL})
        return posted.upto if posted and posted.form == FORM else 0

    async def renewed_upto(self) -> int:
        """The same, once everything of another form is taken away."""
        posted = await self._posted.one({"_id": TRAIL})
        if posted is None or posted.form == FORM:
            return posted.upto if posted else 0
        while await self._transactions.run(self._take_some_away):
            pass
        return await self.upto()

    async def _take_some_away(self, session: AsyncClientSession) -> bool:
        """In a transaction: it sees no row that was posted since, and collides with whoever took one away."""
        mark = {"_id": TRAIL, "form": {"$ne": FORM}}
        if not await self._posted.change(mark, {"$set": {"upto": 0}}, session=session):
            return False
        for rows in self._figures:
            some = await rows.find({}, {"_id": True}, session=session).limit(self._at_once).to_list()
            if some:
                await rows.delete_many({"_id": {"$in": [row["_id"] for row in some]}}, session=session)
                return True
        return await self._posted.change(mark, {"$set": {"form": FORM}}, session=session)
