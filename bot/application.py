"""The library's application: how it speaks to Telegram, and the one list of handlers.

Owns the order of handlers and the translation of updates into `bot.incoming` records. A handler holds
no rule: it reads who did what and calls the flow.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from telegram import LinkPreviewOptions, Update
from telegram.constants import ParseMode
from telegram.ext import (
    Application,
    ApplicationBuilder,
    BaseHandler,
    CallbackContext,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    Defaults,
    ExtBot,
    JobQueue,
    MessageHandler,
    filters,
)
from telegram.request import HTTPXRequest

from bot import wording
from bot.analytics import Analytics
from bot.bills import Bills
from bot.board import DayBoards
from bot.buttons import (
    AskAllTap,
    CardTap,
    DraftTap,
    FiguresTap,
    HistoryTap,
    MenuTap,
    NarrowTap,
    NoteTap,
    OfficeTap,
    PageTap,
    PaymentTap,
    RefundTap,
    parse,
)
from bot.commands import Commands
from bot.desk import PaymentDesk
from bot.exports import Exports
from bot.fees import Fees
from bot.flow import PayingFlow
from bot.history import History
from bot.incoming import Said, Tap, read_said, read_tap
from bot.lanes import Lanes
from bot.languages import Languages
from bot.maintenance import Maintenance
from bot.office import Office
from bot.payment_buttons import PaymentButtons
from bot.privacy import Privacy
from bot.receipts import Receipts
from bot.refusals import Refusals
from bot.roll import OfficeRoll
from bot.rulings import Rulings
from bot.screen import Screen
from bot.sender import Sender
from bot.support import Support
from bot.trail import Trail
from payments.nairobi import NAIROBI
from payments.values import ChatId

log = logging.getLogger(__name__)

# The library lets every application have its own types of data; this one keeps none in memory.
Nothing = dict[Any, Any]
Context = CallbackContext[ExtBot[None], Nothing, Nothing, Nothing]
BotApplication = Application[ExtBot[None], Context, Nothing, Nothing, Nothing, JobQueue[Context]]
Handler = BaseHandler[Update, Context, None]
Callback = Callable[[Update, Context], Coroutine[Any, Any, None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """Who acts on what people do."""

    commands: Commands
    languages: Languages
    flow: PayingFlow
    payment_buttons: PaymentButtons
    receipts: Receipts
    history: History
    office: Office
    rulings: Rulings
    roll: OfficeRoll
    fees: Fees
    bills: Bills
    privacy: Privacy
    support: Support
    exports: Exports
    analytics: Analytics
    trail: Trail
    maintenance: Maintenance
    boards: DayBoards
    desk: PaymentDesk
    sender: Sender
    refusals: Refusals


def new_application(*, token: str, api_url: str, file_url: str) -> BotApplication:
    """Build the application, without handlers; nothing is sent yet.

    `api_url` and `file_url` are root addresses: `/bot<token>/<method>` and `/file/bot<token>/<path>`
    are appended.
    """
    os.environ.setdefault("PTB_TIMEDELTA", "1")  # the library's switch; without it every 429 warns
    builder = (
        ApplicationBuilder()
        .token(token)
        .base_url(api_url.rstrip("/") + "/bot")
        .base_file_url(file_url.rstrip("/") + "/file/bot")
        .request(_request(pool_size=64))
        .get_updates_request(_request(pool_size=1))
        .defaults(_DEFAULTS)
        .updater(None)
    )
    return builder.build()


def _request(pool_size: int) -> HTTPXRequest:
    """Timeouts in seconds. `trust_env` off: a proxy variable must not carry loopback calls away."""
    return HTTPXRequest(
        connection_pool_size=pool_size,
        connect_timeout=10.0,
        read_timeout=15.0,
        write_timeout=15.0,
        pool_timeout=5.0,
        media_write_timeout=60.0,
        httpx_kwargs={"trust_env": False},
    )


_DEFAULTS = Defaults(
    parse_mode=ParseMode.HTML,
    tzinfo=NAIROBI,
    link_preview_options=LinkPreviewOptions(is_disabled=True),
)


def add_handlers(application: BotApplication, hands: Hands, lanes: Lanes) -> None:
    """Give every kind of update its handler, and every failure to the lanes."""
    for handler in handlers(hands):
        application.add_handler(handler)

    async def failed(update: object, context: Context) -> None:
        if isinstance(update, Update) and context.error is not None:
            lanes.failed(update.update_id, context.error)

    application.add_error_handler(failed)


def handlers(hands: Hands) -> list[Handler]:
    """Every handler. The first that fits an update gets it, so the order is part of the meaning."""
    commands, messages = hands.commands, filters.UpdateType.MESSAGE  # edited messages are not answered
    private = messages & filters.ChatType.PRIVATE
    refuse = _in_public(hands.sender)
    return [
        # Payments are private: in groups a command is refused, before any command is looked up.
        MessageHandler(messages & ~filters.ChatType.PRIVATE & filters.COMMAND, refuse),
        # Commands work at every step, so they come before whatever a step may be waiting for.
        CommandHandler("start", _said(commands.start), private),
        CommandHandler("pay", _said(commands.pay), private),
        CommandHandler("status", _said(commands.status), private),
        CommandHandler("cancel", _said(commands.cancel), private),
        CommandHandler("help", _said(commands.help), private),
        CommandHandler("language", _said(hands.languages.command), private),
        CommandHandler("support", _said(hands.support.ask), private),
        CommandHandler("answer", _said(hands.support.answer), private),
        CommandHandler("privacy", _said(hands.privacy.explain), private),
        CommandHandler("mydata", _said(hands.privacy.command), private),
        CommandHandler("matters", _said(hands.bills.matters), private),
        CommandHandler("reminders", _said(hands.bills.reminders), private),
        CommandHandler("bill", _said(hands.bills.write), private),
        CommandHandler("bills", _said(hands.bills.list_open), private),
        CommandHandler("history", _said(hands.history.command), private),
        CommandHandler("receipt", _said(hands.receipts.command), private),
        CommandHandler("verify", _said(hands.receipts.verify), private),
        CommandHandler("refund", _said(hands.office.refund), private),
        CommandHandler("refunds", _said(hands.office.queue), private),
        CommandHandler("balance", _said(hands.office.balance), private),
        CommandHandler("payments", _said(hands.desk.command), private),
        CommandHandler("analytics", _said(hands.analytics.command), private),
        CommandHandler("resolve", _said(hands.rulings.command), private),
        CommandHandler("audit", _said(hands.trail.command), private),
        CommandHandler("admins", _said(hands.roll.command), private),
        CommandHandler("fees", _said(hands.fees.command), private),
        CommandHandler("whoami", _said(hands.roll.whoami), private),
        CommandHandler("board", _said(hands.boards.command), private),
        CommandHandler("maintenance", _said(hands.maintenance.command), private),
        CommandHandler("export", _said(hands.exports.command), private),
        CallbackQueryHandler(_tap(hands)),
        # An unknown command, too, is answered with the present step or the menu: last among messages.
        MessageHandler(private, _said(commands.anything)),
        ChatMemberHandler(_membership, ChatMemberHandler.MY_CHAT_MEMBER),
    ]


def _said(act: Callable[[Said], Awaitable[None]]) -> Callback:
    async def handle(update: Update, _: Context) -> None:
        said = read_said(update)
        if said is not None:
            await act(said)

    return handle


def _acts(hands: Hands) -> dict[type[object], Callable[[Tap, Any], Awaitable[None]]]:
    """Who acts on which kind of button."""
    return {
        DraftTap: hands.flow.tapped,
        PaymentTap: hands.payment_buttons.tapped,
        MenuTap: hands.commands.tapped,
        HistoryTap: hands.history.turned,
        NarrowTap: hands.history.narrowed,
        RefundTap: hands.office.draft_tapped,
        OfficeTap: hands.office.tapped,
        CardTap: hands.desk.card_tapped,
        PageTap: hands.desk.page_tapped,
        AskAllTap: hands.desk.ask_all_tapped,
        NoteTap: hands.bills.tapped,
        FiguresTap: hands.analytics.tapped,
    }


def _tap(hands: Hands) -> Callback:
    acts = _acts(hands)

    async def handle(update: Update, _: Context) -> None:
        tap = read_tap(update)
        if tap is None:
            if update.callback_query is not None:
                await hands.sender.answer(update.callback_query.id, wording.PRIVATE_ONLY(), alert=True)
            return
        button = parse(tap.data)
        if button is None:
            await hands.refusals.forged(tap, "not of this program's making")
        else:
            await acts[type(button)](tap, button)

    return handle


def _in_public(sender: Sender) -> Callback:
    async def handle(update: Update, _: Context) -> None:
        if update.effective_chat is not None:
            await sender.send(ChatId(update.effective_chat.id), Screen(text=wording.PRIVATE_ONLY()))

    return handle


async def _membership(update: Update, _: Context) -> None:
    """Somebody blocked or unblocked the bot. What cannot be delivered is parked when it is tried."""
    member = update.my_chat_member
    if member is not None:
        log.info("membership_changed", extra={"status": str(member.new_chat_member.status)})
