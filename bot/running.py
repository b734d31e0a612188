"""The whole bot as one object, beside a web server on one event loop.

    bot = build_bot(BotParts(...))
    await bot.start()                # Telegram is reached, the menu is set
    task = asyncio.create_task(bot.run())    # polls (unless a webhook is given), works, delivers, for ever
    ...                              # the web server hands webhook bodies to `bot.door.accept(raw)`
    task.cancel()                    # then, after the web server has stopped taking requests:
    await bot.stop()                 # what is under way is finished; the store is closed after this

Owns starting and stopping. Nothing happens at import or in `bot.assembly`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from telegram.error import InvalidToken, TelegramError

from bot.application import BotApplication
from bot.board import DayBoards
from bot.door import UpdateDoor
from bot.fate import describe
from bot.lanes import Lanes
from bot.menu import Menu
from bot.messenger import Messenger
from bot.pace import Pace
from bot.parts import BotLimits, WebhookAddress
from bot.poller import WANTED, Poller
from bot.sender import Sender
from payments.admins import Admins, Deed
from payments.values import ChatId

log = logging.getLogger(__name__)


class CannotStart(Exception):
    """Telegram could not be reached, or refused the token. The sentence holds no secret."""


@dataclass(slots=True, kw_only=True)
class Bot:
    """The running bot. `door` is where webhook bodies go."""

    application: BotApplication = field(repr=False)
    door: UpdateDoor
    lanes: Lanes
    pace: Pace
    sender: Sender = field(repr=False)
    messenger: Messenger
    boards: DayBoards = field(repr=False)
    menu: Menu
    admins: Admins
    poller: Poller = field(repr=False)
    webhook: WebhookAddress | None
    limits: BotLimits

    async def start(self) -> None:
        """Reach Telegram, set menu and webhook.

        Raises:
            CannotStart: Telegram did not answer, or refused the token, several times.
        """
        await self._initialize()
        log.info("bot_started", extra={"webhook": self.webhook is not None})
        await self.menu.for_everybody()
        for member in await self.admins.who_may(Deed.SEE_PAYMENTS):
            await self.menu.for_office(ChatId(member))  # a private chat has its person's number
        await self._try("set_receiving", self._set_receiving)

    async def run(self) -> None:
        """Poll, work and deliver until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.lanes.run(), name="lanes")
            group.create_task(self.messenger.run(), name="messenger")
            group.create_task(self.boards.run(), name="boards")
            if self.webhook is None:
                group.create_task(self.poller.run(), name="poller")

    async def stop(self) -> None:
        """Finish what is under way; whatever else there is to do is stored, and done after the next start."""
        self.lanes.stop()
        drain_s = self.limits.drain_s
        await asyncio.gather(
            self.lanes.drain(drain_s), self.messenger.drain(drain_s), self.sender.drain(drain_s / 10)
        )
        await self._let_go()

    async def _initialize(self) -> None:
        problem = ""
        for pause_s in (*self.limits.start_pauses_s, None):
            try:
                await self.application.initialize()
            except InvalidToken:
                problem = "Telegram refuses TELEGRAM_BOT_TOKEN, or TELEGRAM_API_URL is not a Bot API server"
            except TelegramError as error:
                problem = f"Telegram cannot be reached ({describe(error)})"
            else:
                return
            log.warning("telegram_not_reached", extra={"why": problem})
            if pause_s is not None:
                await asyncio.sleep(pause_s)
        await self._let_go()
        raise CannotStart(problem)

    async def _let_go(self) -> None:
        """Close what is open. The library leaves connections open if the start failed: hence the second."""
        await self.application.shutdown()
        await self.application.bot.shutdown()

    async def _try(self, what: str, call: Callable[[], Awaitable[None]]) -> None:
        """Do what a Bot API server may lack: payments work without it."""
        try:
            await call()
        except TelegramError as error:
            log.warning("bot_api_lacks", extra={"what": what, "why": describe(error)})

    async def _set_receiving(self) -> None:
        bot = self.application.bot
        if self.webhook is None:
            await bot.delete_webhook(drop_pending_updates=False)
            return
        await bot.set_webhook(
            self.webhook.url,
            secret_token=self.webhook.secret or None,
            allowed_updates=WANTED,
            drop_pending_updates=False,
        )
