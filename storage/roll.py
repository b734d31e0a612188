"""The office's roll in MongoDB: one row, so that two changes at once cannot leave it without an owner."""

from __future__ import annotations

from payments.roll import Change, Member, Roll
from storage.documents import RollDocument
from storage.documents.office import MemberPart, RollChangePart
from storage.records import same_fields
from storage.shelf import Row, Shelf, part_row

_THE_ONE = "office"


class MongoRollBook:
    """See `payments.roll.RollBook`."""

    def __init__(self, shelf: Shelf[RollDocument]) -> None:
        self._shelf = shelf

    async def present(self) -> Roll | None:
        """See `RollBook.present`."""
        document = await self._shelf.one({"_id": _THE_ONE})
        if document is None:
            return None
        members = tuple(Member(**same_fields(Member, part)) for part in document.members)
        return Roll(members, document.version, _change_of(document.last) if document.last else None)

    async def put(self, before: Roll, after: Roll) -> bool:
        """See `RollBook.put`."""
        members = tuple(MemberPart.model_validate(member) for member in after.members)
        last = after.last and RollChangePart.model_validate(after.last)
        if before.version == 0:
            document = RollDocument(id=_THE_ONE, members=members, version=after.version, last=last)
            return await self._shelf.insert(document)
        facts: Row = {"members": [part_row(member) for member in members], "version": after.version}
        facts |= {"last": part_row(last)} if last else {}
        return await self._shelf.change({"_id": _THE_ONE, "version": before.version}, {"$set": facts})


def _change_of(part: RollChangePart) -> Change:
    earlier = Member(**same_fields(Member, part.earlier)) if part.earlier else None
    return Change(act=part.act, earlier=earlier)
