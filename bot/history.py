"""/history: a client finds their own payments, page by page, and opens one with what can be done next.

Owns the command and its buttons. Nobody sees another's: whose payments are looked for stands in no button.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import history_wording as wording
from bot.buttons import HistoryTap, NarrowTap
from bot.history_screens import history_screen
from bot.incoming import Said, Tap, Who
from bot.refusals import Refusals
from bot.screen import Screen
from bot.sender import Sender
from payments.draft import new_id
from payments.periods import BadPeriod
from payments.ports import Now
from payments.search import KeptSearch, PaymentSearch, Place, SearchBook, Wanted, read_wanted
from payments.values import UserId

ON_A_PAGE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Finds a client's own payments. Methods may raise `StoreUnavailable`."""

    search: PaymentSearch
    searches: SearchBook
    sender: Sender
    refusals: Refusals
    now: Now

    async def command(self, said: Said) -> None:
        """Such as `/history paid month`; without words the newest."""
        _, _, words = (said.text or "").partition(" ")
        await self.sender.send(said.who.chat_id, await self._first(said.who, words))

    async def narrowed(self, tap: Tap, button: NarrowTap) -> None:
        """Those that stand so, in the same message."""
        if button.word not in wording.NARROW:
            await self.refusals.forged(tap, "no such way to narrow it down")
            return
        await self.sender.answer(tap.query_id)
        await self.sender.show(tap.who.chat_id, tap.message_id, await self._first(tap.who, button.word))

    async def turned(self, tap: Tap, button: HistoryTap) -> None:
        """Another page, in the same message."""
        search = await self.searches.get(button.search_id, tap.who.user_id)
        if search is None:
            await self.refusals.not_theirs(tap, button.search_id, "a search that is not there, or not theirs")
            return
        await self.sender.answer(tap.query_id)
        await self.sender.show(tap.who.chat_id, tap.message_id, await self._page(search, button.place))

    async def _first(self, who: Who, words: str) -> Screen:
        search = KeptSearch(id=new_id(), user_id=who.user_id, words=in_english(words), made_at=self.now())
        try:
            screen = await self._page(search, None)
        except BadPeriod:
            return Screen(text=wording.USAGE())
        await self.searches.keep(search)
        return screen

    async def _page(self, search: KeptSearch, place: Place | None) -> Screen:
        wanted = own(read_wanted(search.words, search.made_at), search.user_id)
        page = await self.search.page(wanted, place, ON_A_PAGE)
        return history_screen(search, page, is_first=place is None)


def own(wanted: Wanted, user_id: UserId) -> Wanted:
    """Of theirs alone; what reads like a name can only be a reference here."""
    reference = " ".join(filter(None, [wanted.reference, wanted.name]))
    return replace(wanted, user_id=user_id, name="", reference=reference)


def in_english(words: str) -> str:
    """Words of any language as `payments.search` reads them; what is none of them stays as it is."""
    known = {said: word for word, phrase in wording.TYPED.items() for said in phrase.everywhere()}
    return " ".join(known.get(word.lower(), word) for word in words.split())
