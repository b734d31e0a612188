"""/admins: who belongs to the office, and in which role; /whoami: the number by which somebody is taken in.

Owns the commands. What may be changed by whom is `payments.roll`'s, asked again when it is done.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from telegram.error import TelegramError

from bot import roll_wording as wording
from bot.fate import describe
from bot.gate import Gate
from bot.incoming import Said, Who
from bot.menu import Menu
from bot.minutes import Minutes
from bot.phrases import Phrase, speaking
from bot.rich import bold, code, day_and_clock
from bot.rich import said as escaped
from bot.screen import Screen
from bot.sender import Sender
from bot.tongues import Tongues
from payments.admins import Deed, NotAllowed
from payments.audit import AuditKind
from payments.ports import ClientBook
from payments.roll import Member, Role, Roll, RollUnchanged
from payments.roll_keeping import RollKeeper
from payments.values import ChatId, UserId

log = logging.getLogger(__name__)

MOST_NAME = 60
_NUMBER = re.compile(r"[1-9][0-9]{0,15}", re.ASCII)
"""Telegram: User.id has at most 52 significant bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeRoll:
    """Shows the roll and has it changed."""

    keeper: RollKeeper
    clients: ClientBook
    gate: Gate
    menu: Menu
    sender: Sender
    tongues: Tongues
    minutes: Minutes
    firm_name: str

    async def whoami(self, said: Said) -> None:
        """Anybody's own number, to be given to an owner."""
        words = wording.WHO_AM_I(id=code(str(said.who.user_id)))
        await self.sender.send(said.who.chat_id, Screen(text=words))

    async def command(self, said: Said) -> None:
        """Such as `/admins add 123456 cashier Otieno`; alone it shows the roll."""
        if not await self.gate.admits(said.who, Deed.KEEP_ROLL):
            return
        order, *words = (said.text or "").split()[1:] or [""]
        try:
            answer = await self._done(said.who, order.lower(), words)
        except RollUnchanged as unchanged:
            answer = wording.PROBLEMS[unchanged.problem]()
        except NotAllowed:
            await self.gate.refusals.command(said.who, Deed.KEEP_ROLL)
            return
        await self.sender.send(said.who.chat_id, Screen(text=answer))

    async def _done(self, who: Who, order: str, words: list[str]) -> str:
        user_id = UserId(int(words[0])) if words and _NUMBER.fullmatch(words[0]) else None
        if order == "add" and user_id and len(words) > 1 and words[1].lower() in set(Role):
            return await self._enrol(who, user_id, Role(words[1].lower()), " ".join(words[2:]))
        if order == "remove" and user_id and len(words) == 1:
            return await self._strike(who, user_id)
        return _roll_words(await self.keeper.roll())

    async def _enrol(self, who: Who, user_id: UserId, role: Role, name: str) -> str:
        name = name[:MOST_NAME] or await self._known_as(user_id)
        roll = await self.keeper.enrol(user_id, role, name, who.user_id, _act_of(who))
        earlier = roll.last and roll.last.earlier
        self._note(AuditKind.ADMIN_CHANGED if earlier else AuditKind.ADMIN_ADDED, who, user_id, role)
        sentence = partial(wording.ENROLLED, name=_shown(name), id=user_id, role=wording.ROLES[role])
        await self._tell_others(roll, who, user_id, sentence)
        with speaking(await self.tongues.of(user_id)):
            welcome = wording.WELCOME(role=wording.ROLES[role], firm=escaped(self.firm_name))
            reached = await self._told(ChatId(user_id), welcome)
            if reached:
                await self.menu.for_office(ChatId(user_id))
        return sentence() if reached else f"{sentence()}\n{wording.NOT_REACHED()}"

    async def _strike(self, who: Who, user_id: UserId) -> str:
        roll = await self.keeper.strike(user_id, who.user_id, _act_of(who))
        earlier = roll.last and roll.last.earlier
        self._note(AuditKind.ADMIN_REMOVED, who, user_id, earlier.role if earlier else "")
        name = _shown(earlier.name if earlier else "")
        sentence = partial(wording.STRUCK, name=name, id=user_id)
        await self._tell_others(roll, who, user_id, sentence)
        with speaking(await self.tongues.of(user_id)):
            await self.menu.for_client(ChatId(user_id))
        return sentence()

    async def _known_as(self, user_id: UserId) -> str:
        client = await self.clients.get(user_id)
        return client.first_name if client else ""

    async def _tell_others(self, roll: Roll, who: Who, about: UserId, sentence: Callable[[], str]) -> None:
        """Every other owner hears of it at once: that the office grew is no secret among them."""
        for owner in roll.who_may(Deed.KEEP_ROLL):
            if owner not in {who.user_id, about}:
                with speaking(await self.tongues.of(owner)):
                    words = wording.CHANGED_BY(sentence=sentence(), by=escaped(who.first_name))
                    await self._told(ChatId(owner), words)

    async def _told(self, chat_id: ChatId, words: str) -> bool:
        try:
            await self.sender.send(chat_id, Screen(text=words))
        except TelegramError as error:
            log.info("office_not_told", extra={"chat": chat_id, "why": describe(error)})
            return False
        return True

    def _note(self, kind: AuditKind, who: Who, about: UserId, role: str) -> None:
        self.minutes.note(who, kind, subject=str(about), why=role)


def _act_of(who: Who) -> str:
    """Worked again after a crash, it is the same change."""
    return f"update {who.update_id}"


def _shown(name: str) -> str | Phrase:
    """A name to be shown; who has none is called somebody, in the language of whoever reads it."""
    return escaped(name) if name else wording.NOBODY


def _roll_words(roll: Roll) -> str:
    order = list(Role)
    members = sorted(roll.members, key=lambda member: order.index(member.role))
    return "\n".join(
        [bold(wording.HEAD()), *(_member_words(member) for member in members), "", wording.USAGE()]
    )


def _member_words(member: Member) -> str:
    role, name = wording.ROLES[member.role]().capitalize(), _shown(member.name)
    words = wording.MEMBER(role=role, name=name, id=member.user_id)
    if member.since is None or member.by is None:
        return wording.FROM_SETTINGS(member=words)
    return wording.SINCE(member=words, time=day_and_clock(member.since), by=member.by)
