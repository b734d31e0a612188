"""Who we are to Daraja, and the proof of it that every STK call carries.

Owns the configured identity (environment, address, keys, shortcode) and the timestamp with its password.
Refuses to own where the values come from: the settings do.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Final, Literal
from urllib.parse import urlsplit

# Kenya has kept UTC+3 without summer time since 1960. A fixed offset needs no time-zone files on the machine.
NAIROBI: Final = timezone(timedelta(hours=3), "EAT")

Environment = Literal["sandbox", "production"]
TransactionType = Literal["CustomerPayBillOnline", "CustomerBuyGoodsOnline"]

# Source: Daraja, "Getting started".
BASE_URLS: Final[dict[Environment, str]] = {
    "sandbox": "https://sandbox.safaricom.co.ke",
    "production": "https://api.safaricom.co.ke",
}

_SHORTCODE = re.compile(r"[1-9][0-9]{4,7}")
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Stamp:
    """A timestamp and the password made from that very timestamp; two clock readings would not match."""

    timestamp: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DarajaCredentials:
    """Our identity at Daraja.

    ``base_url`` is any address to which ``/oauth/v1/generate`` and so on are appended. For a till,
    ``shortcode`` is the store or head-office number and ``till`` the number people pay to (Daraja: STK push
    request).

    Raises:
        ValueError: a value that Daraja could not accept; the sentence never holds the value.
    """

    environment: Environment
    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)
    shortcode: str
    passkey: str = field(repr=False)
    till: str | None = None
    base_url: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "base_url", (self.base_url or BASE_URLS[self.environment]).rstrip("/"))
        for name in ("consumer_key", "consumer_secret", "passkey"):
            _check_key(name, getattr(self, name))
        _check_number("shortcode", self.shortcode)
        if self.till is not None:
            _check_number("till", self.till)
        _check_base_url(self.base_url, self.environment)

    @property
    def transaction_type(self) -> TransactionType:
        """PayBill unless a till is configured."""
        return "CustomerPayBillOnline" if self.till is None else "CustomerBuyGoodsOnline"

    @property
    def party_b(self) -> str:
        """Who receives the money: the PayBill itself, or the till (a wrong pairing ends in result 2028)."""
        return self.shortcode if self.till is None else self.till

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be repeated in an error or a log, were Daraja to echo it."""
        return (self.consumer_secret, self.passkey, self.consumer_key)

    @property
    def basic_authorization(self) -> str:
        """The header value of the token call: Basic base64(key:secret) (Daraja: Authorization)."""
        pair = f"{self.consumer_key}:{self.consumer_secret}"
        return "Basic " + base64.b64encode(pair.encode()).decode()

    def stamp(self, now: datetime) -> Stamp:
        """The timestamp in Nairobi time and its password: base64(shortcode + passkey + timestamp)."""
        moment = timestamp(now)
        joined = f"{self.shortcode}{self.passkey}{moment}"
        return Stamp(moment, base64.b64encode(joined.encode()).decode())


def timestamp(now: datetime) -> str:
    """``YYYYMMDDHHmmss`` in Nairobi time (Daraja: STK push request). ``now`` must be time-zone aware."""
    if now.tzinfo is None:
        raise ValueError("a time without its zone cannot be put into Nairobi time")
    return now.astimezone(NAIROBI).strftime("%Y%m%d%H%M%S")


def from_timestamp(text: str) -> datetime:
    """The UTC moment of a 14-digit Nairobi timestamp.

    Raises:
        ValueError: not such a moment, or not within this century.
    """
    if not re.fullmatch(r"20[0-9]{12}", text):
        raise ValueError("not a 14-digit time of this century")
    return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=NAIROBI).astimezone(UTC)


def _check_key(name: str, value: str) -> None:
    if not value or not value.isascii() or not value.isprintable() or " " in value:
        raise ValueError(f"{name} must be printable text without spaces")


def _check_number(name: str, value: str) -> None:
    if not _SHORTCODE.fullmatch(value):
        raise ValueError(f"{name} must be 5 to 8 digits")


def _check_base_url(url: str, environment: Environment) -> None:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("base_url must be an http or https address")
    if parts.username or parts.query or parts.fragment:
        raise ValueError("base_url must be a bare address without user, query or fragment")
    if parts.scheme == "http" and environment == "production" and parts.hostname not in _LOOPBACK:
        raise ValueError("base_url must be https in production")
