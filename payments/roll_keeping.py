"""The office as its roll has it: the answer to every "may they?", and the one door for changing it.

Owns the loop of read, change, put. What may be changed is `payments.roll`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from payments.admins import Deed, NotAllowed
from payments.ports import Now
from payments.roll import Change, Member, Role, Roll, RollBook, enrolled, first_roll, struck
from payments.values import ChatId, UserId

_MOST_CONFLICTS = 20


class EnrolledAdmins:
    """See `payments.admins.Admins`. Until the roll is changed for the first time `owner_ids` own it."""

    def __init__(self, book: RollBook, owner_ids: Sequence[int]) -> None:
        self._book = book
        self._first = first_roll(owner_ids)

    async def roll(self) -> Roll:
        """The roll as it is now."""
        return await self._book.present() or self._first

    async def may(self, user_id: UserId, deed: Deed) -> bool:
        """See `Admins.may`."""
        return user_id in await self.who_may(deed)

    async def who_may(self, deed: Deed) -> Sequence[UserId]:
        """See `Admins.who_may`."""
        return (await self.roll()).who_may(deed)

    async def chats(self) -> Sequence[ChatId]:
        """See `Admins.chats`: a private chat has its person's number (Telegram: Chat.id)."""
        return tuple(ChatId(each) for each in await self.who_may(Deed.HEAR_NEWS))


@dataclass(frozen=True, slots=True, kw_only=True)
class RollKeeper:
    """Changes the roll for whoever may. Methods may raise `NotAllowed` and `StoreUnavailable`."""

    book: RollBook
    admins: EnrolledAdmins
    now: Now

    async def roll(self) -> Roll:
        """The roll as it is now."""
        return await self.admins.roll()

    async def enrol(self, user_id: UserId, role: Role, name: str, by: UserId, act: str = "") -> Roll:
        """Take somebody in, or give them another role. The same `act` right after itself is the same change.

        Raises:
            payments.roll.RollUnchanged: it may not be made.
        """
        member = Member(user_id=user_id, role=role, name=name, since=self.now(), by=by)
        return await self._change(by, user_id, act, lambda roll: enrolled(roll, member))

    async def strike(self, user_id: UserId, by: UserId, act: str = "") -> Roll:
        """Let somebody go. The same `act` right after itself is the same change.

        Raises:
            payments.roll.RollUnchanged: it may not be made.
        """
        return await self._change(by, user_id, act, lambda roll: struck(roll, user_id))

    async def _change(self, by: UserId, about: UserId, act: str, change: Callable[[Roll], Roll]) -> Roll:
        """Of two changes at once each is made to what the other left; whoever lost the right makes none."""
        for _ in range(_MOST_CONFLICTS):
            before = await self.admins.roll()
            if by not in before.who_may(Deed.KEEP_ROLL):
                raise NotAllowed(Deed.KEEP_ROLL)
            if act and before.last and before.last.act == act:
                return before
            after = replace(change(before), last=Change(act, before.find(about)))
            if await self.book.put(before, after):
                return after
        raise RuntimeError(f"the roll changed {_MOST_CONFLICTS} times while one change was made")
