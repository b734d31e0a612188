"""The catalogue of fixed prices in MongoDB."""

from __future__ import annotations

from collections.abc import Sequence

from pymongo import ASCENDING

from payments.catalogue import FIRST_FEES, Fee
from storage.documents import FeeDocument
from storage.shelf import Shelf, row_of

_MOST_OFFERED = 200


class MongoFeeBook:
    """See `payments.ports.FeeBook`."""

    def __init__(self, shelf: Shelf[FeeDocument]) -> None:
        self._shelf = shelf

    async def offered(self) -> Sequence[Fee]:
        """See `FeeBook.offered`."""
        in_order = [("position", ASCENDING), ("_id", ASCENDING)]
        return [
            _fee_of(document)
            for document in await self._shelf.many({"offered": True}, in_order, _MOST_OFFERED)
        ]

    async def get(self, code: str) -> Fee | None:
        """See `FeeBook.get`."""
        document = await self._shelf.one({"_id": code, "offered": True})
        return document and _fee_of(document)

    async def everything(self) -> Sequence[Fee]:
        """See `FeeBook.everything`."""
        in_order = [("position", ASCENDING), ("_id", ASCENDING)]
        return [_fee_of(document) for document in await self._shelf.many({}, in_order, _MOST_OFFERED)]

    async def add(self, fee: Fee) -> bool:
        """See `FeeBook.add`."""
        return await self._shelf.insert(_document_of(fee))

    async def put(self, before: Fee, after: Fee) -> bool:
        """See `FeeBook.put`."""
        unchanged = row_of(_document_of(before))
        return await self._shelf.change(unchanged, {"$set": row_of(_document_of(after))})

    async def fill(self) -> None:
        """Give a new installation its first prices.

        Two programs that start at once offer the same rows under the same keys, so each is stored once.
        """
        if await self._shelf.one({}) is None:
            for fee in FIRST_FEES:
                await self._shelf.insert(_document_of(fee))


def _document_of(fee: Fee) -> FeeDocument:
    return FeeDocument(
        id=fee.code,
        kind=fee.kind,
        title=fee.title,
        title_sw=fee.title_sw or None,
        amount_kes=fee.amount_kes,
        position=fee.position,
        offered=fee.offered,
    )


def _fee_of(document: FeeDocument) -> Fee:
    return Fee(
        code=document.id,
        kind=document.kind,
        title=document.title,
        title_sw=document.title_sw or "",
        amount_kes=document.amount_kes,
        position=document.position,
        offered=document.offered,
    )
