"""An office for tests that are not about its roll."""

from __future__ import annotations

from collections.abc import Sequence

from payments.admins import Deed
from payments.values import ChatId, UserId


class ListedAdmins:
    """A fixed list of people: each may do everything."""

    def __init__(self, ids: Sequence[int]) -> None:
        self._ids = tuple(UserId(each) for each in ids)

    async def may(self, user_id: UserId, deed: Deed) -> bool:
        """See `Admins.may`."""
        return user_id in await self.who_may(deed)

    async def who_may(self, deed: Deed) -> Sequence[UserId]:
        """See `Admins.who_may`."""
        del deed  # One role.
        return self._ids

    async def chats(self) -> Sequence[ChatId]:
        """See `Admins.chats`: a private chat has its person's number (Telegram: Chat.id)."""
        return tuple(ChatId(each) for each in self._ids)
