"""One collection of one store, and the document its rows are.

Owns the few ways in which repositories speak to MongoDB, so that every one of them has its errors translated.
A shelf uses the connection of its own store and not the one that Beanie was bound to last: two stores in one
process must never mix. Beanie's `save` and `replace` write whole documents and lose updates; they are
not used.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any, Generic, TypeVar

from beanie import Document
from beanie.odm.utils.dump import get_dict
from pydantic import BaseModel
from pymongo import ReturnDocument
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import BulkWriteError, DuplicateKeyError

from storage.errors import store_errors, verdicts

Row = dict[str, Any]
"""What the driver speaks: never leaves this room."""
Filter = Mapping[str, object]
Update = Mapping[str, object] | Sequence[Mapping[str, object]]
Order = Sequence[tuple[str, int]]
Session = AsyncClientSession | None
"""The transaction that a write is part of, if it is part of one."""
D = TypeVar("D", bound=Document)


def row_of(document: Document) -> Row:
    """The row of a document; what is None is absent, so that partial indexes hold only what is there."""
    row: Row = get_dict(document, to_db=True, keep_nulls=False)
    return row


def part_row(part: BaseModel) -> Row:
    """The same for something that goes inside a document."""
    return part.model_dump(exclude_none=True)


def _errors(session: Session) -> AbstractContextManager[None]:
    """Inside a transaction the driver must see its own errors: it repeats what may be repeated."""
    return store_errors() if session is None else nullcontext()


class Shelf(Generic[D]):
    """The rows of one kind. Every method may raise `StoreUnavailable`."""

    def __init__(self, database: AsyncDatabase[Row], document: type[D]) -> None:
        self._document = document
        self.rows: AsyncCollection[Row] = database[document.get_collection_name()]

    async def one(self, wanted: Filter) -> D | None:
        """The document that matches, if any."""
        with store_errors():
            row = await self.rows.find_one(wanted)
        return None if row is None else self._document.model_validate(row)

    async def many(self, wanted: Filter, order: Order, limit: int) -> list[D]:
        """Those that match, in this order."""
        with store_errors():
            rows = await self.rows.find(wanted).sort(list(order)).limit(limit).to_list()
        return [self._document.model_validate(row) for row in rows]

    async def earliest(self, field: str) -> datetime | None:
        """The least moment that this field holds in any row."""
        with store_errors():
            row = await self.rows.find_one({field: {"$type": "date"}}, {field: True}, sort=[(field, 1)])
        return None if row is None else row[field]

    async def insert(self, document: D, session: Session = None) -> bool:
        """Keep a new document; False when one of its unique keys is taken."""
        try:
            with _errors(session):
                await self.rows.insert_one(row_of(document), session=session)
        except DuplicateKeyError:
            return False
        return True

    async def insert_all(self, rows: Sequence[Row]) -> list[bool | Exception]:
        """Keep new rows, all in one write; for each True, False if it is there already, or why not.

        Raises:
            StoreUnavailable: nothing is known of any of them.
        """
        try:
            with store_errors():
                await self.rows.insert_many(rows, ordered=False)
        except BulkWriteError as error:
            return verdicts(error, len(rows))
        return [True] * len(rows)

    async def change(
        self, wanted: Filter, update: Update, *, upsert: bool = False, session: Session = None
    ) -> bool:
        """Change one document if it is still as `wanted` says, in one atomic step; False if it is not.

        Raises:
            DuplicateKeyError: the change would break a unique index.
        """
        with _errors(session):
            found = await self.rows.find_one_and_update(
                wanted,
                update,
                projection={"_id": True},
                upsert=upsert,
                return_document=ReturnDocument.AFTER,
                session=session,
            )
        return found is not None

    async def changed(
        self, wanted: Filter, update: Update, *, order: Order = (), upsert: bool = False
    ) -> D | None:
        """As `change`, of the first in this order, and hand back what it became."""
        with store_errors():
            row = await self.rows.find_one_and_update(
                wanted,
                update,
                sort=list(order) or None,
                upsert=upsert,
                return_document=ReturnDocument.AFTER,
            )
        return None if row is None else self._document.model_validate(row)

    async def ids(self, wanted: Filter, order: Order, limit: int) -> list[object]:
        """The keys of those that match, in this order."""
        with store_errors():
            rows = await self.rows.find(wanted, {"_id": True}).sort(list(order)).limit(limit).to_list()
        return [row["_id"] for row in rows]

    async def overwrite(self, document: D) -> None:
        """Put this document in the place of whatever is there; only for what one hand writes whole."""
        row = row_of(document)
        with store_errors():
            await self.rows.replace_one({"_id": row["_id"]}, row, upsert=True)

    async def remove(self, wanted: Filter) -> None:
        """Remove one document, if it is still as `wanted` says."""
        with store_errors():
            await self.rows.delete_one(wanted)
