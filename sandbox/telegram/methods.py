"""The table of methods: the Bot API's name, spelt as Telegram spells it, and what carries it out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from . import methods_bot as bot
from . import methods_files as files
from . import methods_messages as messages
from .wire import Call
from .world import World

Method = Callable[[World, Call], object | Awaitable[object]]

METHODS: Final[dict[str, Method]] = {
    "getMe": bot.get_me,
    "logOut": bot.do_nothing,
    "close": bot.do_nothing,
    "getUpdates": bot.get_updates,
    "setWebhook": bot.set_webhook,
    "deleteWebhook": bot.delete_webhook,
    "getWebhookInfo": bot.get_webhook_info,
    "getChat": bot.get_chat,
    "setMyCommands": bot.set_my_commands,
    "getMyCommands": bot.get_my_commands,
    "deleteMyCommands": bot.delete_my_commands,
    "setMyName": bot.set_my_profile,
    "getMyName": bot.get_my_profile,
    "setMyDescription": bot.set_my_profile,
    "getMyDescription": bot.get_my_profile,
    "setMyShortDescription": bot.set_my_profile,
    "getMyShortDescription": bot.get_my_profile,
    "setChatMenuButton": bot.set_chat_menu_button,
    "getChatMenuButton": bot.get_chat_menu_button,
    "sendMessage": messages.send_message,
    "editMessageText": messages.edit_message_text,
    "editMessageCaption": messages.edit_message_caption,
    "editMessageReplyMarkup": messages.edit_message_reply_markup,
    "editMessageMedia": files.edit_message_media,
    "deleteMessage": messages.delete_message,
    "answerCallbackQuery": messages.answer_callback_query,
    "sendChatAction": messages.send_chat_action,
    "pinChatMessage": messages.pin_chat_message,
    "unpinChatMessage": messages.unpin_chat_message,
    "unpinAllChatMessages": messages.unpin_all_chat_messages,
    "setMessageReaction": messages.set_message_reaction,
    "sendDocument": files.send_document,
    "sendPhoto": files.send_photo,
    "sendMediaGroup": files.send_media_group,
    "getFile": files.get_file,
}

NAMES: Final = {name.lower(): name for name in METHODS}
"""Method names are case-insensitive (Telegram: Making requests)."""
