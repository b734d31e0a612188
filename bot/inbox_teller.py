"""How the office hears of a callback that could not be worked and is kept aside, or that may be forged.

Owns the messages. What is kept aside, and how it is worked again, is the inbox's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from bot import office_wording as wording
from bot.rich import bold, code, day_and_clock, said
from bot.screen import Screen
from bot.sender import Haste, Sender
from bot.tellers import NotTold, Telling, marked
from payments.audited import tellable
from payments.deliveries import Delivery
from payments.inbox import InboxRow, RowState
from payments.notices import QUARANTINED, UNLISTED

_MOST_WHY = 160


class RowReader(Protocol):
    """Where a callback's present row is read."""

    async def get(self, row_id: str) -> InboxRow | None:
        """Read one afresh. May raise `StoreUnavailable`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxTeller:
    """See `bot.tellers.Teller`."""

    rows: RowReader
    sender: Sender

    async def prepare(self, delivery: Delivery) -> Telling | NotTold:
        """See `Teller.prepare`. What was worked meanwhile needs nobody any more."""
        row = await self.rows.get(delivery.subject)
        if row is None:
            return NotTold("no such callback", lost=True)
        if delivery.event == QUARANTINED and row.state is not RowState.QUARANTINE:
            return NotTold("it was worked since")
        screen = marked(_SCREENS[delivery.event](row), delivery)

        async def tell(haste: Haste) -> None:
            await self.sender.send(delivery.chat_id, screen, haste)

        return Telling(new=True, tell=tell)


def quarantine_screen(row: InboxRow) -> Screen:
    """Which callback, why, and what to do. Nothing of its content is shown: it may be a stranger's."""
    lines = [
        bold(wording.KEPT_ASIDE()),
        *_which(row),
        wording.KEPT_WHY(why=said(tellable(row.verdict), _MOST_WHY)),
        "",
        wording.KEPT_ADVICE(command=code(said(f"legalpro replay {row.id}"))),
    ]
    return Screen(text="\n".join(lines))


def unlisted_screen(row: InboxRow) -> Screen:
    """Who spoke of which payment in Safaricom's name, and that they were not believed."""
    lines = [
        bold(wording.NOT_THEIRS()),
        *_which(row),
        wording.NOT_THEIRS_FROM(peer=code(said(row.peer))),
        "",
        wording.NOT_THEIRS_ADVICE(),
    ]
    return Screen(text="\n".join(lines))


def _which(row: InboxRow) -> list[str]:
    return [
        wording.KEPT_ABOUT(subject=code(said(row.subject)), kind=said(row.kind)),
        wording.KEPT_AT(time=day_and_clock(row.received_at)),
    ]


_SCREENS = {QUARANTINED: quarantine_screen, UNLISTED: unlisted_screen}
