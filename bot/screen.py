"""A screen: what one message shows, and its translation into Telegram's terms.

Owns the shape. What is on it is composed in `bot.screens`; sending is `bot.sender`'s.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot import wording


class Style(StrEnum):
    """How a button is coloured, where the reader's program can (Telegram: InlineKeyboardButton.style)."""

    SUCCESS = "success"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message; `data` comes back when it is tapped (`bot.buttons`)."""

    label: str
    data: str
    style: Style | None = None


Rows = tuple[tuple[Button, ...], ...]
Markup = InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One message.

    Attributes:
        text: Telegram's HTML, everything foreign escaped.
        contact_button: in place of the phone's keyboard stands "Share my number". Such a message has
            no `buttons` and cannot be edited later (Telegram: Updating messages).
        remove_keyboard: that keyboard goes away.
    """

    text: str
    buttons: Rows = ()
    contact_button: bool = False
    remove_keyboard: bool = False


def inline(screen: Screen) -> InlineKeyboardMarkup | None:
    """The keyboard under the message; an edit without one removes it."""
    if not screen.buttons:
        return None
    return InlineKeyboardMarkup([[_inline_button(button) for button in row] for row in screen.buttons])


def markup(screen: Screen) -> Markup | None:
    """The keyboard of a new message."""
    if screen.contact_button:
        return _contact_keyboard()
    if screen.remove_keyboard:
        return ReplyKeyboardRemove()
    return inline(screen)


def _inline_button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(button.label, callback_data=button.data, style=button.style)


def _contact_keyboard() -> ReplyKeyboardMarkup:
    share = KeyboardButton(wording.SHARE_NUMBER(), request_contact=True)
    return ReplyKeyboardMarkup(
        [[share], [KeyboardButton(wording.CANCEL())]],
        resize_keyboard=True,
        one_time_keyboard=True,
        input_field_placeholder=wording.PHONE_PLACEHOLDER(),
    )
