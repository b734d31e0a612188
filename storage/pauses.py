"""The pause in MongoDB: one row while it holds, none otherwise."""

from __future__ import annotations

from payments.pausing import Pause
from storage.documents import PauseDocument
from storage.records import same_fields
from storage.shelf import Shelf

_THE_ONE = "new payments"


class MongoPauses:
    """See `payments.pausing.Pauses`."""

    def __init__(self, shelf: Shelf[PauseDocument]) -> None:
        self._shelf = shelf

    async def present(self) -> Pause | None:
        """See `PauseReader.present`."""
        document = await self._shelf.one({"_id": _THE_ONE})
        return document and Pause(**same_fields(Pause, document))

    async def begin(self, pause: Pause) -> None:
        """See `Pauses.begin`."""
        await self._shelf.overwrite(
            PauseDocument(id=_THE_ONE, since=pause.since, by=pause.by, words=pause.words)
        )

    async def end(self) -> bool:
        """See `Pauses.end`."""
        held = await self.present() is not None
        await self._shelf.remove({"_id": _THE_ONE})
        return held
