"""How the office hears that Safaricom's callbacks do not come any more.

Owns the message. When silence is long is `payments.silence`'.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot import office_wording as wording
from bot.rich import bold, day_and_clock
from bot.screen import Screen
from bot.sender import Haste, Sender
from bot.tellers import NotTold, Telling, marked
from payments.deliveries import Delivery
from payments.silence import Silence, SilenceBook


@dataclass(frozen=True, slots=True, kw_only=True)
class SilenceTeller:
    """See `bot.tellers.Teller`."""

    book: SilenceBook
    sender: Sender

    async def prepare(self, delivery: Delivery) -> Telling | NotTold:
        """See `Teller.prepare`."""
        silence = await self.book.get(delivery.subject)
        if silence is None:
            return NotTold("no such silence", lost=True)
        screen = marked(silence_screen(silence), delivery)

        async def tell(haste: Haste) -> None:
            await self.sender.send(delivery.chat_id, screen, haste)

        return Telling(new=True, tell=tell)


def silence_screen(silence: Silence) -> Screen:
    """Since when, what it means for clients, and what to look at."""
    facts = wording.SILENCE_SINCE(count=silence.prompted, time=day_and_clock(silence.since))
    return Screen(text="\n".join([bold(wording.SILENCE()), facts, "", wording.SILENCE_ADVICE()]))
