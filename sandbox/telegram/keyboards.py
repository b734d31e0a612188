"""Keyboards under messages and in place of the phone's own: shape, and what Telegram refuses."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from .html import utf16_length
from .refusals import Refusal, refusal
from .wire import Call, JsonObject

_MOST_BUTTONS = 100
_MOST_IN_A_ROW = 8
_MOST_DATA_BYTES = 64
_MOST_COPY_CHARACTERS = 256
_STYLES = {None, "danger", "success", "primary"}
_URL = re.compile(r"(https?://[^\s/]+\S*|tg://\S+|ton://\S+)")


class _Wire(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class _CopyText(_Wire):
    text: str


class _Dressed(_Wire):
    text: str
    style: str | None = None
    icon_custom_emoji_id: str | None = None


class _InlineButton(_Dressed):
    callback_data: str | None = None
    url: str | None = None
    copy_text: _CopyText | None = None
    web_app: JsonObject | None = None
    login_url: JsonObject | None = None
    switch_inline_query: str | None = None
    switch_inline_query_current_chat: str | None = None
    pay: bool | None = None


class _InlineKeyboard(_Wire):
    inline_keyboard: list[list[_InlineButton]]


class _ReplyButton(_Dressed):
    request_contact: bool | None = None
    request_location: bool | None = None


class _ReplyKeyboard(_Wire):
    keyboard: list[list[_ReplyButton | str]] = Field(min_length=1)
    resize_keyboard: bool = False
    one_time_keyboard: bool = False
    is_persistent: bool = False
    selective: bool = False
    input_field_placeholder: str | None = Field(default=None, min_length=1, max_length=64)


class _ReplyKeyboardRemove(_Wire):
    remove_keyboard: Literal[True]
    selective: bool = False


class _ForceReply(_Wire):
    force_reply: Literal[True]
    input_field_placeholder: str | None = Field(default=None, min_length=1, max_length=64)
    selective: bool = False


_ACTIONS: Final = (
    "callback_data",
    "url",
    "copy_text",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "pay",
)


@dataclass(frozen=True, slots=True)
class Button:
    """A button as a person sees it: its text, what it does, and the data or address behind it."""

    text: str
    action: str
    value: str
    style: str | None = None

    @property
    def data(self) -> str | None:
        """The callback data, or None for a button that does something else."""
        return self.value if self.action == "callback_data" else None

    def as_json(self) -> JsonObject:
        """Tell it in JSON for the event stream."""
        return {"text": self.text, "action": self.action, "value": self.value, "style": self.style}


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Markup:
    """A checked `reply_markup`: which of the four kinds, the rows of buttons, and the JSON to repeat."""

    kind: str
    rows: Rows
    wire: JsonObject

    @property
    def inline(self) -> bool:
        """Tell whether the keyboard hangs under its message."""
        return self.kind == "inline_keyboard"


def read_markup(call: Call) -> Markup | None:
    """Read and check `reply_markup`; None when the call has none.

    Raises:
        Refusal: 400, as Telegram refuses a malformed keyboard.
    """
    given = call.mapping("reply_markup")
    if given is None:
        return None
    for kind, read in _READERS.items():
        if kind in given:
            try:
                return read(given)
            except ValidationError as error:
                raise refusal("markup", why=error.errors()[0]["msg"]) from None
    raise refusal("markup", why="object has no known kind of keyboard")


def read_inline_markup(call: Call) -> Markup | None:
    """Read `reply_markup` of an edit, where only an inline keyboard may stand; an empty one is none."""
    markup = read_markup(call)
    if markup is not None and not markup.inline:
        raise refusal("inline_expected")
    return markup if markup is not None and markup.rows else None


def _read_inline(given: JsonObject) -> Markup:
    keyboard = _InlineKeyboard.model_validate(given)
    rows = [row for row in keyboard.inline_keyboard if row]
    if sum(len(row) for row in rows) > _MOST_BUTTONS or any(len(row) > _MOST_IN_A_ROW for row in rows):
        raise refusal("buttons_many")
    buttons = tuple(tuple(_inline_button(button) for button in row) for row in rows)
    wire: JsonObject = {
        "inline_keyboard": [[button.model_dump(exclude_none=True) for button in row] for row in rows]
    }
    return Markup("inline_keyboard", buttons, wire)


def _inline_button(button: _InlineButton) -> Button:
    _check_dress(button)
    actions = [name for name in _ACTIONS if getattr(button, name) is not None]
    if len(actions) != 1:
        raise refusal("button_action_many" if actions else "button_action_none")
    action = actions[0]
    found = button.copy_text.text if button.copy_text else getattr(button, action)
    value = found if isinstance(found, str) else ""
    if action in _VALUE_CHECKS and (problem := _VALUE_CHECKS[action](value)):
        raise problem
    return Button(button.text, action, value, button.style)


def _check_dress(button: _Dressed) -> None:
    if not button.text.strip():
        raise refusal("button_text")
    if button.style not in _STYLES:
        raise refusal("button_style")


def _data_problem(value: str) -> Refusal | None:
    return None if 1 <= len(value.encode()) <= _MOST_DATA_BYTES else refusal("button_data")


def _url_problem(value: str) -> Refusal | None:
    return None if _URL.fullmatch(value) else refusal("button_url", url=value)


def _copy_problem(value: str) -> Refusal | None:
    return None if 1 <= utf16_length(value) <= _MOST_COPY_CHARACTERS else refusal("button_copy")


_VALUE_CHECKS: Final[dict[str, Callable[[str], Refusal | None]]] = {
    "callback_data": _data_problem,
    "url": _url_problem,
    "copy_text": _copy_problem,
}


def _read_reply(given: JsonObject) -> Markup:
    keyboard = _ReplyKeyboard.model_validate(given)
    if not any(keyboard.keyboard):
        raise refusal("markup", why="keyboard has no buttons")
    rows = tuple(tuple(_reply_button(button) for button in row) for row in keyboard.keyboard if row)
    return Markup("keyboard", rows, keyboard.model_dump(exclude_none=True))


def _reply_button(button: _ReplyButton | str) -> Button:
    if isinstance(button, str):
        button = _ReplyButton(text=button)
    _check_dress(button)
    if button.request_contact and button.request_location:
        raise refusal("button_action_many")
    action = "request_contact" if button.request_contact else "text"
    return Button(button.text, action, "", button.style)


def _read_remove(given: JsonObject) -> Markup:
    return Markup("remove_keyboard", (), _ReplyKeyboardRemove.model_validate(given).model_dump())


def _read_force(given: JsonObject) -> Markup:
    return Markup("force_reply", (), _ForceReply.model_validate(given).model_dump(exclude_none=True))


_READERS: Final[dict[str, Callable[[JsonObject], Markup]]] = {
    "inline_keyboard": _read_inline,
    "keyboard": _read_reply,
    "remove_keyboard": _read_remove,
    "force_reply": _read_force,
}
