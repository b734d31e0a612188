"""Reading and refusing request bodies, field by field in Daraja's order (Daraja: STK push, STK query).

It decides only on what stands in the request and in the merchant's registration; phones are not looked at.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import re
from datetime import datetime
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from sandbox.safaricom import nairobi
from sandbox.safaricom.envelopes import RefusedError
from sandbox.safaricom.phones import MSISDN_PATTERN
from sandbox.safaricom.records import Order

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from aiohttp import web

    from sandbox.safaricom.config import SimulatorConfig

Body = dict[str, object]
Check = tuple[str, "Callable[[object], bool]"]

MOST_KES = 250_000
FORBIDDEN_WORDS = ("m-pesa", "mpesa", "safaricom", "exe", "exec", "cmd", "sql", "query")


async def read_body(request: web.Request) -> Body:
    """The JSON object sent; raises RefusedError for forms, a missing type and broken JSON."""
    if "Content-Type" not in request.headers:
        raise RefusedError("invalid_field", detail="Timestamp")
    if request.content_type != "application/json":
        # A form has no JSON fields, so the first one in line is missing.
        raise RefusedError("invalid_field", detail="BusinessShortCode")
    try:
        body: object = json.loads(await request.read())
    except ValueError:
        raise RefusedError("invalid_payload") from None
    if not isinstance(body, dict):
        raise RefusedError("invalid_payload")
    return body


def read_push(body: Body, config: SimulatorConfig) -> Order:
    """The order in a push request; raises RefusedError for the first thing that is wrong."""
    check_fields(body, PUSH_FIELDS)
    if threatens(text(body["CallBackURL"])):
        raise RefusedError("threat_detected")
    _check_merchant(body, config)
    return Order(
        shortcode=text(body["BusinessShortCode"]),
        transaction_type=text(body["TransactionType"]),
        amount_kes=int(text(body["Amount"])),
        payer=text(body["PartyA"]),
        party_b=text(body["PartyB"]),
        phone=text(body["PhoneNumber"]),
        callback_url=text(body["CallBackURL"]),
        account=text(body["AccountReference"]),
        description=text(body.get("TransactionDesc", "")),
    )


def read_query(body: Body, config: SimulatorConfig) -> str:
    """The CheckoutRequestID asked about; raises RefusedError."""
    check_fields(body, QUERY_FIELDS)
    _check_merchant(body, config)
    return text(body["CheckoutRequestID"])


def check_fields(body: Mapping[str, object], fields: tuple[Check, ...]) -> None:
    """Look at each field in turn; raises RefusedError for the first that is wrong."""
    for name, fits in fields:
        if not fits(body.get(name)):
            raise RefusedError("invalid_field", detail=name)


def threatens(address: str) -> bool:
    """Whether an address holds a word that Safaricom refuses."""
    return any(word in address.lower() for word in FORBIDDEN_WORDS)


def _check_merchant(body: Mapping[str, object], config: SimulatorConfig) -> None:
    shortcode, timestamp = text(body["BusinessShortCode"]), text(body["Timestamp"])
    if shortcode != config.shortcode:
        raise RefusedError("no_merchant")
    password = base64.b64encode(f"{shortcode}{config.passkey}{timestamp}".encode())
    if not hmac.compare_digest(password, text(body["Password"]).encode()):
        raise RefusedError("wrong_credentials")
    if config.timestamp_skew_s is not None and _skew_s(timestamp) > config.timestamp_skew_s:
        raise RefusedError("invalid_field", detail="Timestamp")


def _skew_s(timestamp: str) -> float:
    told = datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=nairobi.NAIROBI)
    return abs((nairobi.now() - told).total_seconds())


def text(value: object) -> str:
    """Numbers and strings alike, as Daraja takes them; anything else is as good as nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return ""


def matches(pattern: str) -> Callable[[object], bool]:
    """A check by the whole of a text or whole number."""
    compiled = re.compile(pattern, re.ASCII)
    return lambda value: compiled.fullmatch(text(value)) is not None


def is_base64(value: object) -> bool:
    """Whether it is text in base64."""
    try:
        return bool(base64.b64decode(text(value), validate=True))
    except (binascii.Error, ValueError):
        return False


def _is_timestamp(value: object) -> bool:
    if not re.fullmatch(r"[0-9]{14}", text(value)):
        return False
    try:
        datetime.strptime(text(value), "%Y%m%d%H%M%S").replace(tzinfo=nairobi.NAIROBI)
    except ValueError:
        return False
    return True


def _is_amount(value: object) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,6}", text(value))) and 1 <= int(text(value)) <= MOST_KES


def is_url(value: object) -> bool:
    """Whether it is an http or https address."""
    try:
        address = urlsplit(text(value))
    except ValueError:
        return False
    return address.scheme in {"http", "https"} and bool(address.hostname)


def _is_short(most: int, *, may_be_empty: bool) -> Callable[[object], bool]:
    least = 0 if may_be_empty else 1

    def fits(value: object) -> bool:
        if value is None:
            return may_be_empty
        is_plain = isinstance(value, str | int) and not isinstance(value, bool)
        return is_plain and least <= len(text(value)) <= most

    return fits


_SHORTCODE: Final[Check] = ("BusinessShortCode", matches(r"\d{5,7}"))
_PASSWORD: Final[Check] = ("Password", is_base64)
_TIMESTAMP: Final[Check] = ("Timestamp", _is_timestamp)

PUSH_FIELDS: Final[tuple[Check, ...]] = (
    _SHORTCODE,
    _PASSWORD,
    _TIMESTAMP,
    ("TransactionType", matches("CustomerPayBillOnline|CustomerBuyGoodsOnline")),
    ("Amount", _is_amount),
    ("PartyA", matches(MSISDN_PATTERN)),
    ("PartyB", matches(r"\d{5,7}")),
    ("PhoneNumber", matches(MSISDN_PATTERN)),
    ("CallBackURL", is_url),
    ("AccountReference", _is_short(12, may_be_empty=False)),
    ("TransactionDesc", _is_short(13, may_be_empty=True)),
)
QUERY_FIELDS: Final[tuple[Check, ...]] = (
    _SHORTCODE,
    _PASSWORD,
    _TIMESTAMP,
    ("CheckoutRequestID", matches(r".+")),
)
