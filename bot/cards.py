"""A refund's cards: one living message in each chat of the office, with buttons that work once.

Owns the drawing of a card for one admin, and that a chat has one card of a refund. Who may do what is asked
again when a button is tapped.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import refund_wording as wording
from bot.buttons import OfficeDeed
from bot.office_buttons import Keys
from bot.refund_screens import card_screen, deeds_for, surely_screen
from bot.screen import Screen
from bot.sender import ANSWERING, Haste, Sender
from payments.ports import ClientBook, Now
from payments.refunds.ports import RefundBook
from payments.refunds.refund import Refund
from payments.values import ChatId, UserId


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """Draws and shows cards."""

    book: RefundBook
    clients: ClientBook
    keys: Keys
    sender: Sender
    now: Now

    async def screen(self, refund: Refund, chat_id: ChatId, *, odd: bool = False) -> Screen:
        """The card as this chat's admin sees it, with fresh buttons."""
        admin = UserId(chat_id)  # a private chat has its person's number (Telegram: Chat.id)
        minted = await self.keys.mint(deeds_for(refund, admin), refund.id, admin)
        return card_screen(refund, minted, name=await self._client_of(refund), now=self.now(), odd=odd)

    async def surely_screen(self, refund: Refund, chat_id: ChatId, deed: OfficeDeed) -> Screen:
        """The card while its admin is asked once more whether they are sure."""
        minted = await self.keys.mint((deed, OfficeDeed.BACK), refund.id, UserId(chat_id))
        return surely_screen(refund, minted, name=await self._client_of(refund), now=self.now())

    async def show_anew(
        self, refund: Refund, chat_id: ChatId, screen: Screen, haste: Haste = ANSWERING
    ) -> None:
        """Show it in a new message, which is this chat's card from now on; raises `TelegramError`.

        The earlier card says how the refund stands now, and that it is told further down from here on.
        """
        earlier = await self.book.shown_in(refund.id, chat_id)
        message_id = await self.sender.send(chat_id, screen, haste)
        await self.book.show_in(refund.id, chat_id, message_id)
        left = replace(screen, text=f"{screen.text}\n\n{wording.FURTHER_DOWN()}", buttons=())
        self.sender.leave(chat_id, earlier, left)

    async def _client_of(self, refund: Refund) -> str:
        client = await self.clients.get(refund.user_id)
        return client.first_name if client else ""
