"""/language: a person chooses what they are written to in.

Owns the question and its answer. What is known before anybody was asked is `bot.tongues`' to say.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot import wording
from bot.buttons import MenuAction, MenuTap
from bot.incoming import Said, Tap, Who
from bot.menu import Menu
from bot.phrases import speaking
from bot.screen import Screen
from bot.screens import language_screen, menu_screen
from bot.sender import Sender
from payments.admins import Admins, Deed
from payments.language import Language
from payments.ports import ClientBook

CHOICES = {MenuAction.ENGLISH: Language.ENGLISH, MenuAction.SWAHILI: Language.SWAHILI}
_TYPED = {"english": Language.ENGLISH, "kiswahili": Language.SWAHILI, "swahili": Language.SWAHILI}


@dataclass(frozen=True, slots=True, kw_only=True)
class Languages:
    """Asks for the language and keeps the answer."""

    clients: ClientBook
    admins: Admins
    menu: Menu
    sender: Sender

    async def command(self, said: Said) -> None:
        """`/language` asks; `/language swahili` needs no asking."""
        word = (said.text or "").partition(" ")[2].strip().lower()
        language = _TYPED.get(word) or next((each for each in Language if each == word), None)
        if language is None:
            await self.sender.send(said.who.chat_id, language_screen())
            return
        with speaking(language):
            await self.sender.send(said.who.chat_id, await self._chosen(said.who, language))

    async def tapped(self, tap: Tap, button: MenuTap) -> None:
        """A language's own button."""
        language = CHOICES[button.action]
        await self.sender.answer(tap.query_id)
        with speaking(language):
            screen = await self._chosen(tap.who, language)
            await self.sender.show(tap.who.chat_id, tap.message_id, screen)

    async def _chosen(self, who: Who, language: Language) -> Screen:
        """The menu of commands follows; whoever belongs to the office keeps the office's."""
        await self.clients.choose(who.user_id, who.chat_id, language)
        if await self.admins.may(who.user_id, Deed.SEE_REFUNDS):
            await self.menu.for_office(who.chat_id)
        else:
            await self.menu.for_client(who.chat_id)
        return menu_screen(wording.LANGUAGE_CHOSEN())
