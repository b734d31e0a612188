"""Several documents changed together or not at all.

Owns the running of MongoDB's transactions and the translation of their errors. They are used where money that
is held on a payment and the refund that holds it must never be seen apart; everything else is one document's
change.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import pymongo
from pymongo import AsyncMongoClient
from pymongo.asynchronous.client_session import AsyncClientSession

from storage.errors import store_errors
from storage.shelf import Row

T = TypeVar("T")
TRANSACTION_S = 5.0
"""How long one may take, repetitions included: the driver repeats it after a conflict with another writer."""


class Transactions:
    """Runs what must happen as one."""

    def __init__(self, client: AsyncMongoClient[Row]) -> None:
        self._client = client

    async def run(self, act: Callable[[AsyncClientSession], Awaitable[T]]) -> T:
        """Do it as one. It may be begun several times, and counts once. What it raises undoes it.

        Raises:
            StoreUnavailable: nothing is known of it.
        """
        with store_errors(), pymongo.timeout(TRANSACTION_S):
            async with self._client.start_session() as session:
                return await session.with_transaction(act)
