"""The office's searches in MongoDB, kept for a week."""

from __future__ import annotations

from payments.search import KeptSearch
from payments.values import UserId
from storage.documents import SearchDocument
from storage.records import same_fields
from storage.shelf import Shelf


class MongoSearchBook:
    """See `payments.search.SearchBook`."""

    def __init__(self, shelf: Shelf[SearchDocument]) -> None:
        self._shelf = shelf

    async def keep(self, search: KeptSearch) -> None:
        """See `SearchBook.keep`."""
        await self._shelf.insert(SearchDocument.model_validate(search, from_attributes=True))

    async def get(self, search_id: str, user_id: UserId) -> KeptSearch | None:
        """See `SearchBook.get`."""
        document = await self._shelf.one({"_id": search_id, "user_id": user_id})
        return document and KeptSearch(**same_fields(KeptSearch, document))
