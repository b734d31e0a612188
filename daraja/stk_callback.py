"""What an STK callback says, in whatever shape it comes.

Owns the reading of the body: every drift that Safaricom is known for is taken, everything else is refused.
Refuses to own whether the callback is believed: it is a claim that anybody could have posted.
Source: Daraja, STK push, callback body; published captures for the drifts.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from daraja.credentials import from_timestamp
from daraja.redact import clean
from daraja.strictjson import BadJson, loads
from daraja.wire import CHECKOUT_REQUEST_ID, CodeText

_RECEIPT = re.compile(r"[A-Z0-9]{8,12}")
_WHOLE_SHILLINGS = re.compile(r"([0-9]{1,12})(?:\.0{1,4})?")
_IDENTIFIER = re.compile(CHECKOUT_REQUEST_ID)
_LONGEST_TEXT: Final = 100


class BadCallback(ValueError):
    """This body is not an STK callback. ``reason`` is short and holds nothing of the body."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class StkCallback:
    """What the callback claims. A field is None when absent or unreadable; ``odd`` names the unreadable ones.

    ``amount_kes`` is whole shillings; an amount that is not (never rounded) is in ``amount_text`` as it
    came. ``paid_at`` is in UTC. ``phone`` is verbatim and may be masked, hashed or another's: never compare
    or store it as the payer's number. ``result_desc`` is cleaned, its wording drifts: decide on
    ``result_code``.
    """

    checkout_request_id: str | None = field(repr=False)
    merchant_request_id: str | None
    result_code: str
    result_desc: str
    amount_kes: int | None
    amount_text: str | None
    receipt: str | None
    paid_at: datetime | None
    phone: str | None = field(repr=False)
    odd: tuple[str, ...] = ()

    @property
    def amount_odd(self) -> bool:
        """Whether an amount came that is not whole shillings: a person has to look."""
        return self.amount_text is not None


def _listed(value: object) -> object:
    """A list of one item may shrink to the item itself."""
    return [value] if isinstance(value, dict) else value


class _Shape(BaseModel):
    model_config = ConfigDict(strict=True, frozen=True, extra="ignore", hide_input_in_errors=True)


class _Item(_Shape):
    Name: str
    Value: object = None


class _Metadata(_Shape):
    Item: Annotated[list[_Item], BeforeValidator(_listed)] = []


class _StkCallback(_Shape):
    MerchantRequestID: str | None = None
    CheckoutRequestID: str | None = None
    ResultCode: CodeText
    ResultDesc: str | None = None
    CallbackMetadata: _Metadata | None = None


class _Body(_Shape):
    stk_callback: _StkCallback = Field(alias="stkCallback")


class _Envelope(_Shape):
    Body: _Body


def read_stk_callback(raw: bytes) -> StkCallback:
    """Read a callback's body.

    Raises:
        BadCallback: not acceptable JSON (see ``strictjson``), not the envelope, a field of the wrong kind, or
            an item named twice.
    """
    said = _envelope(raw).Body.stk_callback
    items = _by_name(said.CallbackMetadata)
    notes = _Notes()
    amount_kes, amount_text = notes.amount(items.get("Amount"))
    return StkCallback(
        checkout_request_id=notes.matching("CheckoutRequestID", said.CheckoutRequestID, _IDENTIFIER),
        merchant_request_id=notes.matching("MerchantRequestID", said.MerchantRequestID, _IDENTIFIER),
        result_code=said.ResultCode,
        result_desc=clean(said.ResultDesc or ""),
        amount_kes=amount_kes,
        amount_text=amount_text,
        receipt=notes.matching("MpesaReceiptNumber", items.get("MpesaReceiptNumber"), _RECEIPT),
        paid_at=notes.moment(items.get("TransactionDate")),
        phone=notes.phone(items.get("PhoneNumber")),
        odd=tuple(notes.odd),
    )


def _envelope(raw: bytes) -> _Envelope:
    try:
        return _Envelope.model_validate(loads(raw))
    except BadJson as error:
        reason = error.reason
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        reason = "not an STK callback: " + ".".join(str(step) for step in first["loc"])[:_LONGEST_TEXT]
    raise BadCallback(reason)


def _by_name(metadata: _Metadata | None) -> dict[str, object]:
    """Order is not promised, so items are found by name; a name given twice could mean anything."""
    items = metadata.Item if metadata else []
    found = {item.Name: item.Value for item in items}
    if len(found) != len(items):
        raise BadCallback("an item is named twice")
    return found


class _Notes:
    """Reads single values and keeps the names of those that made no sense."""

    def __init__(self) -> None:
        self.odd: list[str] = []

    def matching(self, name: str, value: object, pattern: re.Pattern[str]) -> str | None:
        if value is None:
            return None
        if isinstance(value, str) and pattern.fullmatch(value):
            return value
        self.odd.append(name)
        return None

    def amount(self, value: object) -> tuple[int | None, str | None]:
        """1500, 1500.0 and "1500.00" are 1500; 1500.50 is no number of shillings and stays text."""
        if value is None:
            return None, None
        if isinstance(value, bool | dict | list):
            raise BadCallback("the amount is no number")
        text = _number_text(value)
        if found := _WHOLE_SHILLINGS.fullmatch(text):
            return int(found.group(1)), None
        self.odd.append("Amount")
        return None, text[:_LONGEST_TEXT] or "?"

    def moment(self, value: object) -> datetime | None:
        """A 14-digit Nairobi time, as number or text; one guide shows it with separators."""
        if value is None:
            return None
        try:
            return from_timestamp(re.sub(r"[-: ]", "", _number_text(value)))
        except ValueError:
            self.odd.append("TransactionDate")
            return None

    def phone(self, value: object) -> str | None:
        if value is None:
            return None
        text = _number_text(value)
        if 0 < len(text) <= _LONGEST_TEXT:
            return text
        self.odd.append("PhoneNumber")
        return None


def _number_text(value: object) -> str:
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
