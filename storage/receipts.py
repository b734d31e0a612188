"""Receipts in MongoDB: numbers without a gap, one for a payment.

Owns the giving of numbers without a lock: the number is the key, so that of several who want the next one
gets it and the others read again.
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from pymongo import DESCENDING

from payments.billing.receipt import IssuedReceipt
from payments.ports import StoreUnavailable
from payments.values import PaymentId
from storage.documents import ReceiptDocument
from storage.shelf import Shelf

MOST_TRIES = 60
"""Each time somebody else took the number; one of all who try always gets on."""
_PAUSE_S = 0.005


class MongoReceiptBook:
    """See `payments.billing.ports.ReceiptBook`."""

    def __init__(self, shelf: Shelf[ReceiptDocument]) -> None:
        self._shelf = shelf

    async def issue(self, payment_id: PaymentId, at: datetime) -> IssuedReceipt:
        """See `ReceiptBook.issue`."""
        for turn in range(MOST_TRIES):
            kept = await self._shelf.one({"payment_id": {"$eq": payment_id, "$type": "string"}})
            if kept is not None:
                return _receipt_of(kept)
            last = await self._shelf.many({}, [("_id", DESCENDING)], 1)
            number = last[0].id + 1 if last else 1
            document = ReceiptDocument(id=number, payment_id=payment_id, issued_at=at)
            if await self._shelf.insert(document):
                return _receipt_of(document)
            await asyncio.sleep(_PAUSE_S * turn)
        raise StoreUnavailable("too many receipts are issued at once")

    async def get(self, number: int) -> IssuedReceipt | None:
        """See `ReceiptBook.get`."""
        document = await self._shelf.one({"_id": number})
        return document and _receipt_of(document)

    async def hand_out(self, number: int) -> int:
        """See `ReceiptBook.hand_out`."""
        document = await self._shelf.changed({"_id": number}, {"$inc": {"handed_out": 1}})
        return document.handed_out if document else 0


def _receipt_of(document: ReceiptDocument) -> IssuedReceipt:
    return IssuedReceipt(
        number=document.id,
        payment_id=document.payment_id,
        issued_at=document.issued_at,
        handed_out=document.handed_out,
    )
