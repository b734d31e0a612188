"""Whether what a client wants to pay fits their fee note, said before they are led on.

Owns the words. That nobody pays more than is due, however many pay at once, the store sees to.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot import bill_wording, wording
from payments.billing.note import NotPayable, check_part
from payments.billing.ports import NoteBook
from payments.draft import Draft
from payments.values import BadValue, show_kes


@dataclass(frozen=True, slots=True)
class NoteFit:
    """Holds drafts against their fee notes."""

    notes: NoteBook

    async def problem(self, draft: Draft) -> str:
        """Why its amount cannot be paid now, in words; empty where it can, or where there is no fee note."""
        note = await self.notes.get(draft.note_id) if draft.note_id else None
        if note is None or draft.amount_kes is None:
            return ""
        try:
            check_part(note, draft.amount_kes)
        except NotPayable as full:
            return bill_wording.PROBLEMS[full.problem](free=show_kes(full.free_kes))
        except BadValue as bad:
            return wording.PROBLEMS[bad.problem]()
        return ""
