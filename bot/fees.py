"""/fees: the office sets the fixed prices that clients choose from.

Owns the command. A payment keeps the title and the price it was made with, whatever is changed here.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace

from bot import fee_wording as wording
from bot import wording as common
from bot.gate import Gate
from bot.incoming import Said, Who
from bot.minutes import Minutes
from bot.rich import bold, code
from bot.rich import said as escaped
from bot.screen import Screen
from bot.sender import Sender
from payments.admins import Deed
from payments.audit import AuditKind
from payments.catalogue import Fee, FeeKind
from payments.ports import FeeBook
from payments.values import BadValue, parse_amount_kes, show_kes

MOST_TITLE = 48
"""What fits on a button beside the price."""
MOST_FEES = 50
BETWEEN_TITLES = "|"
_MOST_SHOWN = 2 * MOST_TITLE + 3
_CODE = re.compile(r"[a-z0-9_-]{1,32}", re.ASCII)


Order = Callable[[str, str], Awaitable[tuple[Fee, str]]]
"""Takes a fee's code and what follows it; gives the fee as it is now, and what changed, for the record."""


class _Refused(Exception):
    """The order cannot be carried out; the words say why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fees:
    """Shows the catalogue and changes it."""

    book: FeeBook
    gate: Gate
    sender: Sender
    minutes: Minutes
    _orders: dict[str, Order] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._orders.update(
            {
                "add": self._add,
                "price": self._price,
                "name": self._name,
                "retire": self._retire,
                "offer": self._offer,
            }
        )

    async def command(self, said: Said) -> None:
        """Such as `/fees price intro 2000`; alone it shows the catalogue."""
        if not await self.gate.admits(said.who, Deed.KEEP_FEES):
            return
        _, *words = (said.text or "").split(maxsplit=3)
        try:
            answer = await self._done(said.who, words)
        except _Refused as refused:
            answer = str(refused)
        await self.sender.send(said.who.chat_id, Screen(text=answer))

    async def _done(self, who: Who, words: list[str]) -> str:
        order, fee_code, rest = (*words, "", "", "")[:3]
        act = self._orders.get(order.lower())
        if act is None or not _CODE.fullmatch(fee_code.lower()):
            return await self._catalogue()
        fee, change = await act(fee_code.lower(), rest)
        self.minutes.note(who, AuditKind.FEE_CHANGED, subject=fee.code, why=change)
        words_of_it = wording.DONE if fee.offered else wording.DONE_RETIRED
        return words_of_it(line=_line(fee))

    async def _add(self, fee_code: str, rest: str) -> tuple[Fee, str]:
        amount, _, words = rest.partition(" ")
        titles = _titles(words)
        everything = await self.book.everything()
        if len(everything) >= MOST_FEES:
            raise _Refused(wording.MANY(most=MOST_FEES))
        fee = Fee(
            code=fee_code,
            kind=FeeKind.CONSULTATION,
            title=titles[0],
            title_sw=titles[1],
            amount_kes=_amount(amount),
            position=1 + max((each.position for each in everything), default=-1),
        )
        if not await self.book.add(fee) and not any(_same(fee, each) for each in everything):
            raise _Refused(wording.CODE_TAKEN(code=code(fee_code)))
        return fee, f"added at {show_kes(fee.amount_kes)}: {both_titles(fee)}"

    async def _price(self, fee_code: str, rest: str) -> tuple[Fee, str]:
        fee = await self._fee(fee_code)
        after = await self._put(fee, replace(fee, amount_kes=_amount(rest)))
        return after, f"{show_kes(fee.amount_kes)} before, {show_kes(after.amount_kes)} now"

    async def _name(self, fee_code: str, rest: str) -> tuple[Fee, str]:
        fee = await self._fee(fee_code)
        title, title_sw = _titles(rest)
        after = await self._put(fee, replace(fee, title=title, title_sw=title_sw))
        return after, f"{both_titles(fee)} before, {both_titles(after)} now"

    async def _retire(self, fee_code: str, _: str) -> tuple[Fee, str]:
        fee = await self._fee(fee_code)
        return await self._put(fee, replace(fee, offered=False)), "not offered any more"

    async def _offer(self, fee_code: str, _: str) -> tuple[Fee, str]:
        fee = await self._fee(fee_code)
        return await self._put(fee, replace(fee, offered=True)), "offered again"

    async def _fee(self, fee_code: str) -> Fee:
        fee = next((each for each in await self.book.everything() if each.code == fee_code), None)
        if fee is None:
            raise _Refused(wording.NO_SUCH_FEE(code=code(fee_code)))
        return fee

    async def _put(self, before: Fee, after: Fee) -> Fee:
        if not await self.book.put(before, after):
            raise _Refused(wording.CHANGED_MEANWHILE())
        return after

    async def _catalogue(self) -> str:
        lines = [_line(fee) for fee in await self.book.everything()] or [wording.NONE()]
        return "\n".join([bold(wording.HEAD()), *lines, "", wording.USAGE()])


def _line(fee: Fee) -> str:
    line = wording.LINE(
        code=code(fee.code), amount=show_kes(fee.amount_kes), title=escaped(both_titles(fee), _MOST_SHOWN)
    )
    return line if fee.offered else wording.RETIRED(line=line)


def _same(fee: Fee, there: Fee) -> bool:
    """Whether it is there already: the same order, worked again after a crash, is no mistake."""
    return fee == replace(there, position=fee.position)


def both_titles(fee: Fee) -> str:
    """As the office writes them: `Consultation | Ushauri`, or one where there is one."""
    return f" {BETWEEN_TITLES} ".join(filter(None, [fee.title, fee.title_sw]))


def _titles(words: str) -> tuple[str, str]:
    """The English title and, behind a bar, perhaps the Swahili one."""
    title, _, title_sw = (" ".join(part.split()) for part in words.partition(BETWEEN_TITLES))
    if not title:
        raise _Refused(wording.USAGE())
    if max(len(title), len(title_sw)) > MOST_TITLE:
        raise _Refused(wording.TITLE_LONG(most=MOST_TITLE))
    return title, title_sw


def _amount(word: str) -> int:
    try:
        return parse_amount_kes(word)
    except BadValue as bad:
        raise _Refused(common.PROBLEMS[bad.problem]) from bad
