"""The words of a message as a call gives them: parse mode, entities, and the limits of length."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .html import parse_html, trimmed, utf16_length
from .refusals import refusal

if TYPE_CHECKING:
    from .wire import Call, JsonObject

_TEXT_LIMIT = 4096
_CAPTION_LIMIT = 1024
_EFFECT = re.compile(r"[0-9]{1,20}")


@dataclass(frozen=True, slots=True)
class Words:
    """Text with its entities, and the markup it was written in."""

    text: str = ""
    entities: list[JsonObject] = field(default_factory=list)
    html: str = ""


def read_text(call: Call) -> Words:
    """Read the text of a message: never empty, at most 4096 after parsing. Raises Refusal."""
    words = _read(call, "text", "entities")
    if not words.text:
        raise refusal("text_empty")
    if utf16_length(words.text) > _TEXT_LIMIT:
        raise refusal("text_long")
    return words


def read_caption(call: Call) -> Words:
    """Read a caption: perhaps empty, at most 1024 after parsing. Raises Refusal."""
    words = _read(call, "caption", "caption_entities")
    if utf16_length(words.text) > _CAPTION_LIMIT:
        raise refusal("caption_long")
    return words


def read_effect(call: Call) -> str | None:
    """Read the id of a message's animation, which private chats alone have; None without one.

    Raises:
        Refusal: it is no id. Which ids there are, Telegram does not publish.
    """
    effect = call.text("message_effect_id")
    if effect and not _EFFECT.fullmatch(effect):
        raise refusal("effect")
    return effect or None


def _read(call: Call, name: str, entities_name: str) -> Words:
    """Read words; of the parse modes only HTML is taken, so that no second notation creeps in."""
    given = call.text(name)
    mode = call.text("parse_mode")
    if mode and mode.upper() != "HTML":
        raise refusal("parse_mode")
    if mode:
        text, entities = parse_html(given)
    else:
        text, entities = trimmed(given, [_entity(item) for item in call.sequence(entities_name) or []])
    return Words(text, entities, given)


def _entity(item: object) -> JsonObject:
    if not isinstance(item, dict) or not isinstance(item.get("type"), str):
        raise refusal("entities", why="expected an object of type MessageEntity")
    if not all(isinstance(item.get(name), int) for name in ("offset", "length")):
        raise refusal("entities", why="entity offset and length must be integers")
    return item
