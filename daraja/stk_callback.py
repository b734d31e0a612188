"""What an STK callback says, in whatever shape it comes.

Owns the reading of the body: every drift that Safaricom is known for is taken, everything else is refused.
Refuses to own whether the callback is believed: it is a claim that anybody could have posted.
Source: Daraja, STK push, callback body; published captures for the drifts.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from pydantic import BeforeValidator, Field

from daraja.claims import IDENTIFIER, RECEIPT, BadCallback, Notes, Shape, listed, read_shape
from daraja.redact import clean
from daraja.wire import CodeText

__all__ = ["BadCallback", "StkCallback", "read_stk_callback"]


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


class _Item(Shape):
    Name: str
    Value: object = None


class _Metadata(Shape):
    Item: Annotated[list[_Item], BeforeValidator(listed)] = Field(default_factory=list)


class _StkCallback(Shape):
    MerchantRequestID: str | None = None
    CheckoutRequestID: str | None = None
    ResultCode: CodeText
    ResultDesc: str | None = None
    CallbackMetadata: _Metadata | None = None


class _Body(Shape):
    stk_callback: _StkCallback = Field(alias="stkCallback")


class _Envelope(Shape):
    Body: _Body


def read_stk_callback(raw: bytes) -> StkCallback:
    """Read a callback's body.

    Raises:
        BadCallback: not acceptable JSON (see ``strictjson``), not the envelope, a field of the wrong kind, or
            an item named twice.
    """
    said = _envelope(raw).Body.stk_callback
    items = _by_name(said.CallbackMetadata)
    notes = Notes()
    amount_kes, amount_text = notes.amount(items.get("Amount"))
    return StkCallback(
        checkout_request_id=notes.matching("CheckoutRequestID", said.CheckoutRequestID, IDENTIFIER),
        merchant_request_id=notes.matching("MerchantRequestID", said.MerchantRequestID, IDENTIFIER),
        result_code=said.ResultCode,
        result_desc=clean(said.ResultDesc or ""),
        amount_kes=amount_kes,
        amount_text=amount_text,
        receipt=notes.matching("MpesaReceiptNumber", items.get("MpesaReceiptNumber"), RECEIPT),
        paid_at=notes.moment(items.get("TransactionDate")),
        phone=notes.phone(items.get("PhoneNumber")),
        odd=tuple(notes.odd),
    )


def _envelope(raw: bytes) -> _Envelope:
    return read_shape(raw, _Envelope, "an STK callback")


def _by_name(metadata: _Metadata | None) -> dict[str, object]:
    """Order is not promised, so items are found by name; a name given twice could mean anything."""
    items = metadata.Item if metadata else []
    found = {item.Name: item.Value for item in items}
    if len(found) != len(items):
        raise BadCallback("an item is named twice")
    return found
