"""The whole bot as one object, beside a web server on one event loop.

    bot = build_bot(BotParts(...))
    await bot.start()                # Telegram is reached, the menu is set
    task = asyncio.create_task(bot.run())    # polls (unless a webhook is given), works, delivers, for ever
    ...                              # the web server hands webhook bodies to `bot.door.accept(raw)`
    task.cancel()                    # then, after the web server has stopped taking requests:
    await bot.stop()                 # what is under way is finished; the store is closed after this

Owns starting and stopping. Nothing happens at import or in `build_bot`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from telegram import BotCommand, Update
from telegram.error import InvalidToken, TelegramError

from bot import wording
from bot.application import BotApplication, Hands, add_handlers, new_application
from bot.commands import Commands
from bot.door import UpdateDoor
from bot.excuses import Excuses
from bot.fate import describe
from bot.flow import PayingFlow
from bot.lanes import LaneHands, LaneLimits, Lanes
from bot.manners import MannerLimits, Manners
from bot.messenger import Messenger, MessengerLimits, PaymentReader
from bot.pace import Pace, PaceLimits
from bot.payment_buttons import PaymentButtons
from bot.poller import WANTED, Poller, PollLimits
from bot.refusals import Refusals
from bot.screen import Screen
from bot.screens import apology_screen
from bot.sender import Sender
from bot.steps import Steps
from payments.metering import Unmetered
from payments.ports import (
    ClientBook,
    DeliveryBook,
    DraftBook,
    FeeBook,
    Meter,
    Now,
    SecurityWatch,
    SoleRight,
    UpdateInbox,
)
from payments.service import PaymentService
from payments.timing import Timing
from payments.values import ChatId
from payments.wake import Wake
from payments.watch import Unwatched

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class WebhookAddress:
    """Where Telegram posts updates. An empty secret: no secret header is asked for."""

    url: str
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BotLimits:
    """The figures of all workers; `start_pauses_s` are the pauses between attempts to reach Telegram."""

    start_pauses_s: tuple[float, ...] = (1.0, 2.0, 4.0, 8.0)
    drain_s: float = 10.0
    lanes: LaneLimits = field(default_factory=LaneLimits)
    poll: PollLimits = field(default_factory=PollLimits)
    messenger: MessengerLimits = field(default_factory=MessengerLimits)
    pace: PaceLimits = field(default_factory=PaceLimits)
    manners: MannerLimits = field(default_factory=MannerLimits)


@dataclass(frozen=True, slots=True, kw_only=True)
class BotParts:
    """What the bot is made of.

    Attributes:
        api_url: root address; `/bot<token>/<method>` is appended.
        file_url: root address; `/file/bot<token>/<path>` is appended.
        payments: where a payment's present record is read (a `PaymentBook` will do).
        wake: rung whenever a payment may have news to tell; the service's `poke` should ring it.
        polling: the right to poll, which one process has at a time; not asked for with a webhook.
        webhook: None means polling.
        meter: counts what is sent.
        watch: is told of buttons that are forged or somebody else's.
    """

    token: str = field(repr=False)
    api_url: str
    file_url: str
    firm_name: str
    admins: tuple[ChatId, ...]
    service: PaymentService
    payments: PaymentReader
    drafts: DraftBook
    clients: ClientBook
    fees: FeeBook
    deliveries: DeliveryBook
    updates: UpdateInbox
    polling: SoleRight
    now: Now
    wake: Wake
    figures: Timing = field(default_factory=Timing)
    webhook: WebhookAddress | None = None
    limits: BotLimits = field(default_factory=BotLimits)
    watch: SecurityWatch = field(default_factory=Unwatched)
    meter: Meter = field(default_factory=Unmetered)


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
        await self._try("set_my_commands", self._set_commands)
        await self._try("set_receiving", self._set_receiving)

    async def run(self) -> None:
        """Poll, work and deliver until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self.lanes.run(), name="lanes")
            group.create_task(self.messenger.run(), name="messenger")
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

    async def _set_commands(self) -> None:
        menu = [BotCommand(name, description) for name, description in wording.COMMANDS]
        await self.application.bot.set_my_commands(menu)

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


def build_bot(parts: BotParts) -> Bot:
    """Put the parts together; nothing is sent and nothing runs yet."""
    limits, arrivals = parts.limits, Wake()
    lanes = Lanes(inbox=parts.updates, wake=arrivals, limits=limits.lanes)
    application = new_application(token=parts.token, api_url=parts.api_url, file_url=parts.file_url)
    pace = Pace(limits.pace)
    sender = Sender(application.bot, pace, parts.meter)
    messenger = Messenger(
        payments=parts.payments,
        book=parts.deliveries,
        sender=sender,
        pace=pace,
        admins=parts.admins,
        now=parts.now,
        wake=parts.wake,
        figures=parts.figures,
        limits=limits.messenger,
    )
    door = UpdateDoor(
        inbox=parts.updates,
        bot=application.bot,
        manners=Manners(limits.manners),
        watch=parts.watch,
        arrived=arrivals.ring,
        absent=Excuses(sender).say,
    )
    add_handlers(application, _hands(parts, sender, messenger), lanes)
    lanes.attach(_lane_hands(application, door, sender, pace))
    return Bot(
        application=application,
        door=door,
        lanes=lanes,
        pace=pace,
        sender=sender,
        messenger=messenger,
        poller=Poller(application.bot, door, parts.polling, limits.poll),
        webhook=parts.webhook,
        limits=limits,
    )


def _hands(parts: BotParts, sender: Sender, messenger: Messenger) -> Hands:
    steps = Steps(drafts=parts.drafts, fees=parts.fees, service=parts.service, sender=sender)
    refusals = Refusals(sender, parts.watch)
    flow = PayingFlow(
        steps=steps,
        drafts=parts.drafts,
        clients=parts.clients,
        fees=parts.fees,
        service=parts.service,
        sender=sender,
        refusals=refusals,
        now=parts.now,
    )
    commands = Commands(
        service=parts.service,
        flow=flow,
        messenger=messenger,
        sender=sender,
        clients=parts.clients,
        now=parts.now,
        firm_name=parts.firm_name,
    )
    buttons = PaymentButtons(service=parts.service, flow=flow, sender=sender, refusals=refusals)
    return Hands(commands=commands, flow=flow, payment_buttons=buttons, sender=sender, refusals=refusals)


def _lane_hands(application: BotApplication, door: UpdateDoor, sender: Sender, pace: Pace) -> LaneHands:
    async def process(update: Update) -> None:
        if update.effective_chat is not None:
            pace.acted(ChatId(update.effective_chat.id))
        await application.process_update(update)

    async def tell(chat_id: ChatId, screen: Screen) -> None:
        try:
            await sender.send(chat_id, screen)
        except TelegramError as error:
            log.warning("not_told", extra={"why": describe(error)})

    return LaneHands(
        read=door.read,
        process=process,
        apologise=lambda chat_id, reference: tell(chat_id, apology_screen(reference)),
        ask_patience=lambda chat_id: tell(chat_id, Screen(text=wording.PATIENCE)),
    )
