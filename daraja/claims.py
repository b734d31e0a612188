"""What all callbacks of Safaricom have in common: claims in many spellings, read without belief.

Owns the reading of single values (amounts, codes, times, ids) and of a body in an expected shape. Refuses to
own what any of it means.
"""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from typing import Final, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from daraja.credentials import from_timestamp
from daraja.strictjson import BadJson, loads
from daraja.wire import CHECKOUT_REQUEST_ID, CONVERSATION_ID

RECEIPT = re.compile(r"[A-Z0-9]{8,12}")
IDENTIFIER = re.compile(CHECKOUT_REQUEST_ID)
CONVERSATION = re.compile(CONVERSATION_ID)
_WHOLE_SHILLINGS = re.compile(r"([0-9]{1,12})(?:\.0{1,4})?")
_DAY_FIRST = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4}) ([0-9:]{8})")
_LONGEST_TEXT: Final = 100


class BadCallback(ValueError):
    """This body is not what is expected here. ``reason`` is short and holds nothing of the body."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Shape(BaseModel):
    """A part of a body: strict in what it names, indifferent to all else."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", hide_input_in_errors=True)


S = TypeVar("S", bound=Shape)


def read_shape(raw: bytes, shape: type[S], what: str) -> S:
    """Read a body in the expected shape.

    Raises:
        BadCallback: not acceptable JSON (see ``strictjson``), or not this shape.
    """
    try:
        return shape.model_validate(loads(raw))
    except BadJson as error:
        reason = error.reason
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        reason = f"not {what}: " + ".".join(str(step) for step in first["loc"])[:_LONGEST_TEXT]
    raise BadCallback(reason)


def listed(value: object) -> object:
    """A list of one item may shrink to the item itself."""
    return [value] if isinstance(value, dict) else value


class Notes:
    """Reads single values and keeps the names of those that made no sense."""

    def __init__(self) -> None:
        self.odd: list[str] = []

    def matching(self, name: str, value: object, pattern: re.Pattern[str]) -> str | None:
        """A text of the given form."""
        if value is None:
            return None
        if isinstance(value, str) and pattern.fullmatch(value):
            return value
        self.odd.append(name)
        return None

    def amount(self, value: object, name: str = "Amount") -> tuple[int | None, str | None]:
        """1500, 1500.0 and "1500.00" are 1500; 1500.50 is no number of shillings and stays text."""
        if value is None:
            return None, None
        if isinstance(value, bool | dict | list):
            raise BadCallback("the amount is no number")
        text = number_text(value)
        if found := _WHOLE_SHILLINGS.fullmatch(text):
            return int(found.group(1)), None
        self.odd.append(name)
        return None, text[:_LONGEST_TEXT] or "?"

    def moment(self, value: object, name: str = "TransactionDate") -> datetime | None:
        """A Nairobi time: 14 digits as number or text, with separators, or with the day first."""
        if value is None:
            return None
        try:
            return from_timestamp(re.sub(r"[-: ]", "", _year_first(number_text(value))))
        except ValueError:
            self.odd.append(name)
            return None

    def phone(self, value: object) -> str | None:
        """A number as it came: masked, hashed or another's."""
        if value is None:
            return None
        text = number_text(value)
        if 0 < len(text) <= _LONGEST_TEXT:
            return text
        self.odd.append("PhoneNumber")
        return None


def _year_first(text: str) -> str:
    """`04.02.2026 11:02:09` (Daraja: B2C v3 result) as `20260204 11:02:09`."""
    found = _DAY_FIRST.fullmatch(text)
    return f"{found[3]}{found[2]}{found[1]} {found[4]}" if found else text


def number_text(value: object) -> str:
    """A scalar as text, whole decimals without their fraction; anything else as nothing."""
    match value:
        case bool():
            return ""
        case Decimal() if value == value.to_integral_value():
            return str(int(value))
        case str() | int() | Decimal():
            return str(value).strip()
        case _:
            return ""
