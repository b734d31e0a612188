"""JSON from strangers.

Owns the reading of bytes that anybody may have sent, quickly and without surprises: bounded size, depth and
numbers, no repeated keys, no text that cannot be stored. Refuses to own what the values mean.

Numbers with a fraction or exponent become ``Decimal``: money never passes through a binary float.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Final, NoReturn, TypeAlias

JsonValue: TypeAlias = "bool | int | Decimal | str | list[JsonValue] | dict[str, JsonValue] | None"

MAX_BYTES: Final = 65_536
MAX_DEPTH: Final = 20
MAX_DIGITS: Final = 15  # the longest honest number is a 14-digit time
_MAX_DECIMAL_TEXT: Final = 40
_MAX_EXPONENT: Final = 15

# A string runs to its closing quote or to the end, so that no text makes this scan start over again and
# again.
_STRING_OR_BRACKET = re.compile(rb'"(?:[^"\\]++|\\(?:.|\Z))*+(?:"|\Z)|([\[{])|([\]}])', re.DOTALL)


class BadJson(ValueError):
    """These bytes are not JSON that we accept. ``reason`` is a short fixed phrase, never their content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def loads(raw: bytes, *, max_depth: int = MAX_DEPTH, max_bytes: int = MAX_BYTES) -> JsonValue:
    """Read JSON strictly.

    Raises:
        BadJson: too large, too deep, not UTF-8, a byte order mark, not JSON, a repeated key, NaN or infinity,
            a number of more than 15 digits or beyond 1e15, a NUL or a lone surrogate in a text.
    """
    if len(raw) > max_bytes:
        raise BadJson("too large")
    _check_depth(raw, max_depth)
    value = _parse(_decode(raw))
    # Raw control characters are refused by the parser already; only escapes can bring the bad ones in.
    if b"\\u" in raw:
        _check_texts(value)
    return value


def _check_depth(raw: bytes, max_depth: int) -> None:
    """Count brackets before parsing: the parser recurses, this does not."""
    if raw.count(b"[") + raw.count(b"{") <= max_depth:
        return
    depth = 0
    for found in _STRING_OR_BRACKET.finditer(raw):
        if found.lastindex == 1:
            depth += 1
        elif found.lastindex == 2:  # noqa: PLR2004 - the pattern's second group
            depth -= 1
        if depth > max_depth:
            raise BadJson("nested too deeply")


def _decode(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        raise BadJson("not UTF-8") from None


def _parse(text: str) -> JsonValue:
    try:
        value: JsonValue = json.loads(
            text,
            parse_int=_whole_number,
            parse_float=_decimal_number,
            parse_constant=_no_constant,
            object_pairs_hook=_object,
        )
    except json.JSONDecodeError:
        raise BadJson("not JSON") from None
    return value


def _whole_number(text: str) -> int:
    # Before int(): converting thousands of digits is slow, and past a limit Python raises its own ValueError.
    if len(text.removeprefix("-")) > MAX_DIGITS:
        raise BadJson("number out of range")
    return int(text)


def _decimal_number(text: str) -> Decimal:
    if len(text) > _MAX_DECIMAL_TEXT:
        raise BadJson("number out of range")
    try:
        number = Decimal(text)
    except ArithmeticError:  # an exponent beyond what Decimal itself can hold
        raise BadJson("number out of range") from None
    # A zero of any exponent is small in value and large in digits, so the exponent is looked at for all.
    if abs(number.adjusted()) > _MAX_EXPONENT:
        raise BadJson("number out of range")
    return number


def _no_constant(_: str) -> NoReturn:
    raise BadJson("NaN or infinity")


def _object(pairs: list[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadJson("repeated key")
    return found


def _check_texts(value: JsonValue) -> None:
    match value:
        case str():
            _check_text(value)
        case list():
            for item in value:
                _check_texts(item)
        case dict():
            for key, item in value.items():
                _check_text(key)
                _check_texts(item)
        case _:
            return


def _check_text(text: str) -> None:
    if "\x00" in text:
        raise BadJson("NUL in a text")
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise BadJson("lone surrogate in a text")
