"""Telegram's HTML: text and entities out of markup, or the refusal Telegram would give.

Offsets and lengths of entities count UTF-16 code units. Written after "HTML style" in the Bot API's pages;
it knows no tag beyond those, and does not guess entities (links, hashtags) that carry no markup.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from typing import Final

from .refusals import Refusal, refusal
from .wire import JsonObject

_ENTITY_OF_TAG: Final[dict[str, str]] = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_NAMED_CHARACTERS: Final[dict[str, str]] = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]+));?")
_ATTRIBUTE = re.compile(r"\s+([^\s=>]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([A-Za-z0-9.\-]+)))?")
_SPECIAL = re.compile(r"[&<]")
_TAG_START = re.compile(r"<([^\s>]*)")
_TAG_END = re.compile(r"\s*>")
_END_TAG = re.compile(r"</([^\s>]*)\s*")
_TIME_FORMAT = re.compile(r"r|w?[dD]?[tT]?")
_SURROGATES = range(0xD800, 0xE000)
_WEB_ADDRESS = re.compile(r"(https?|tg|ton|mailto|tel):\S+")


@dataclass(slots=True)
class _Open:
    tag: str
    attributes: dict[str, str]
    start: int
    inner_start: int


@dataclass(slots=True)
class _Reading:
    markup: str
    position: int = 0
    text: list[str] = field(default_factory=list)
    length: int = 0
    """UTF-16 units written so far."""
    open: list[_Open] = field(default_factory=list)
    entities: list[JsonObject] = field(default_factory=list)

    def write(self, piece: str) -> None:
        self.text.append(piece)
        self.length += utf16_length(piece)

    def at(self) -> str:
        """Tell the present place as Telegram does, in bytes."""
        return f"at byte offset {len(self.markup[: self.position].encode())}"


def utf16_length(text: str) -> int:
    """Count UTF-16 code units, the measure of Telegram's entity offsets."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(markup: str) -> tuple[str, list[JsonObject]]:
    """Turn Telegram's HTML into plain text and entities, trimmed as Telegram trims.

    Raises:
        Refusal: 400 "can't parse entities: …" for an unknown, unclosed or crossed tag or a bare `<`.
    """
    reading = _Reading(markup)
    while reading.position < len(markup):
        _read_next(reading)
    if reading.open:
        raise _bad(f'Can\'t find end tag corresponding to start tag "{reading.open[-1].tag}"')
    return trimmed("".join(reading.text), reading.entities)


def trimmed(text: str, entities: list[JsonObject]) -> tuple[str, list[JsonObject]]:
    """Cut white space off both ends and move the entities along; empty entities vanish."""
    stripped = text.strip()
    shift = utf16_length(text[: len(text) - len(text.lstrip())])
    end = utf16_length(stripped)
    kept = [moved for entity in entities if (moved := _moved(entity, shift, end)) is not None]
    return stripped, sorted(kept, key=_outer_first)


def _outer_first(entity: JsonObject) -> tuple[int, int]:
    return int(str(entity["offset"])), -int(str(entity["length"]))


def _moved(entity: JsonObject, shift: int, end: int) -> JsonObject | None:
    start = int(str(entity["offset"])) - shift
    stop = min(start + int(str(entity["length"])), end)
    start = max(start, 0)
    return {**entity, "offset": start, "length": stop - start} if stop > start else None


def _bad(why: str) -> Refusal:
    return refusal("entities", why=why)


def _read_next(reading: _Reading) -> None:
    rest = reading.markup[reading.position]
    if rest == "&":
        _read_reference(reading)
    elif rest != "<":
        stop = _SPECIAL.search(reading.markup, reading.position)
        end = stop.start() if stop else len(reading.markup)
        reading.write(reading.markup[reading.position : end])
        reading.position = end
    elif reading.markup.startswith("</", reading.position):
        _read_end_tag(reading)
    else:
        _read_start_tag(reading)


def _read_reference(reading: _Reading) -> None:
    """Read `&lt;` and its like; anything Telegram does not know stays as it is written."""
    found = _REFERENCE.match(reading.markup, reading.position)
    character = _referred(found) if found else ""
    if found and character:
        reading.write(character)
        reading.position = found.end()
    else:
        reading.write("&")
        reading.position += 1


def _referred(found: re.Match[str]) -> str:
    if found[3] is not None:
        return _NAMED_CHARACTERS.get(found[3], "")
    code = int(found[1], 16) if found[1] else int(found[2])
    return chr(code) if 0 < code <= sys.maxunicode and code not in _SURROGATES else ""


def _unreferred(value: str) -> str:
    return _REFERENCE.sub(lambda found: _referred(found) or found[0], value)


def _read_start_tag(reading: _Reading) -> None:
    named = _TAG_START.match(reading.markup, reading.position)
    tag = named[1].lower() if named else ""
    if named is None or named.end() == len(reading.markup):
        raise _bad(f"Unclosed start tag {reading.at()}")
    if tag not in _ENTITY_OF_TAG:
        raise _bad(f'Unsupported start tag "{tag}" {reading.at()}')
    position, attributes = _read_attributes(reading, tag, named.end())
    end = _TAG_END.match(reading.markup, position)
    if end is None:
        raise _bad(f"Unclosed start tag {reading.at()}")
    _check_attributes(reading, tag, attributes)
    reading.open.append(_Open(tag, attributes, reading.length, len(reading.text)))
    reading.position = end.end()


def _read_attributes(reading: _Reading, tag: str, position: int) -> tuple[int, dict[str, str]]:
    """Read attributes from `position` on; where they end, and their values by name in lower case."""
    attributes: dict[str, str] = {}
    while attribute := _ATTRIBUTE.match(reading.markup, position):
        name, *values = attribute.groups()
        value = next((value for value in values if value is not None), None)
        position = attribute.end()
        if value is None and reading.markup.startswith("=", position):
            raise _bad(f"Unclosed start tag {reading.at()}")
        if value is None and (tag, name.lower()) != ("blockquote", "expandable"):
            raise _bad(
                f'Expected equal sign in declaration of an attribute of the tag "{tag}" {reading.at()}'
            )
        attributes[name.lower()] = _unreferred(value or "")
    return position, attributes


def _check_attributes(reading: _Reading, tag: str, attributes: dict[str, str]) -> None:
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise _bad(f'Tag "span" must have class "tg-spoiler" {reading.at()}')
    if tag == "tg-emoji" and not attributes.get("emoji-id", "").isdecimal():
        raise _bad("Invalid custom emoji identifier specified")
    if tag != "tg-time":
        return
    if not re.fullmatch(r"[0-9]{1,10}", attributes.get("unix", "")):
        raise _bad(f'Tag "tg-time" must have attribute "unix" {reading.at()}')
    if not _TIME_FORMAT.fullmatch(attributes.get("format", "")):
        raise _bad(f"Invalid date-time format specified {reading.at()}")


def _read_end_tag(reading: _Reading) -> None:
    named = _END_TAG.match(reading.markup, reading.position)
    tag = named[1].lower() if named else ""
    if not reading.open:
        raise _bad(f"Unexpected end tag {reading.at()}")
    if named is None or not reading.markup.startswith(">", named.end()):
        raise _bad(f"Unclosed end tag {reading.at()}")
    opened = reading.open.pop()
    if tag not in {"", opened.tag}:
        raise _bad(f'Unmatched end tag {reading.at()}, expected "</{opened.tag}>", found "</{tag}>"')
    reading.position = named.end() + 1
    _close(reading, opened)


def _close(reading: _Reading, opened: _Open) -> None:
    inner = "".join(reading.text[opened.inner_start :])
    details = _details(opened, inner)
    if details is None or not inner:
        return
    if opened.tag == "code" and _names_language_of_pre(reading, opened):
        return
    entity: JsonObject = {"type": _ENTITY_OF_TAG[opened.tag], "offset": opened.start}
    reading.entities.append({**entity, "length": reading.length - opened.start, **details})


def _names_language_of_pre(reading: _Reading, opened: _Open) -> bool:
    """Tell whether this is the `<pre><code class="language-…">` form; the language moves to the pre."""
    outer = reading.open[-1] if reading.open else None
    if outer is None or outer.tag != "pre" or outer.start != opened.start:
        return False
    outer.attributes.update(opened.attributes)
    return True


def _details(opened: _Open, inner: str) -> JsonObject | None:
    """What the entity carries beyond its place; None when the tag yields no entity."""
    attributes = opened.attributes
    if opened.tag == "a":
        address = attributes.get("href") or inner
        return {"url": address} if _WEB_ADDRESS.fullmatch(address) else None
    if opened.tag == "tg-emoji":
        return {"custom_emoji_id": attributes["emoji-id"]}
    if opened.tag == "tg-time":
        format_ = {"date_time_format": attributes["format"]} if attributes.get("format") else {}
        return {"unix_time": int(attributes["unix"]), **format_}
    if opened.tag == "blockquote" and "expandable" in attributes:
        return {"type": "expandable_blockquote"}
    language = attributes.get("class", "").removeprefix("language-")
    if opened.tag == "pre" and language:
        return {"language": language}
    return {}
