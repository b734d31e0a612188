"""A push request that Daraja can accept, checked before anything is sent.

Owns the limits of every field. Refuses to own the amount's origin and the sending.
Source: Daraja, STK push request (fields and limits) and its rules for callback addresses.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from daraja.credentials import Environment
from daraja.errors import BadPush

LEAST_KES: Final = 1
MOST_KES: Final = 250_000

_MSISDN = re.compile(r"254[17][0-9]{8}")
# Only letters and digits are documented; other characters were reported to fail without a word.
_REFERENCE = re.compile(r"[A-Za-z0-9]{1,12}")
_DESCRIPTION = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ]{0,11}[A-Za-z0-9])?")

_LONGEST_URL: Final = 500
_FORBIDDEN_WORDS: Final = (
    "m-pesa",
    "mpesa",
    "safaricom",
    "exe",
    "cmd",
    "sql",
    "query",
)  # "exe" covers "exec"
_FORBIDDEN_LIVE_HOSTS: Final = ("ngrok", "mockbin", "requestbin")


@dataclass(frozen=True, slots=True, kw_only=True)
class PushRequest:
    """What to ask of whom. The phone and the address (it holds a key) stay out of ``repr``.

    ``msisdn`` is 12 digits, 254 first. ``account_reference`` is at most 12 letters and digits, shown in the
    prompt; ``description`` at most 13 letters, digits and inner spaces.

    Raises:
        BadPush: a field breaks Daraja's rules; the sentence never holds the value.
    """

    amount_kes: int
    msisdn: str = field(repr=False)
    account_reference: str
    description: str
    callback_url: str = field(repr=False)

    def __post_init__(self) -> None:
        # bool is an int to Python, and a payment of True shillings is a mistake.
        if type(self.amount_kes) is not int or not LEAST_KES <= self.amount_kes <= MOST_KES:
            raise BadPush(f"the amount must be whole shillings from {LEAST_KES} to {MOST_KES}")
        _must_match(_MSISDN, self.msisdn, "the phone must be 254, then 7 or 1, then 8 digits")
        _must_match(_REFERENCE, self.account_reference, "the reference must be 1 to 12 letters and digits")
        _must_match(
            _DESCRIPTION, self.description, "the description must be 1 to 13 letters, digits and spaces"
        )
        _check_address(self.callback_url)

    def check_for(self, environment: Environment) -> None:
        """The rules that hold only in production: https, and no tunnel or request-bin host.

        Raises:
            BadPush: the callback address breaks one.
        """
        parts = urlsplit(self.callback_url)
        if environment != "production":
            return
        if parts.scheme != "https":
            raise BadPush("the callback address must be https in production")
        if any(word in (parts.hostname or "") for word in _FORBIDDEN_LIVE_HOSTS):
            raise BadPush("the callback address must not be a tunnel or request bin in production")


def _must_match(pattern: re.Pattern[str], value: str, rule: str) -> None:
    if not pattern.fullmatch(value):
        raise BadPush(rule)


def _check_address(url: str) -> None:
    parts = _split(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username or parts.fragment:
        raise BadPush("the callback address must be a plain http or https address")
    # Percent signs would let a word hide from us and not from them.
    if any(word in text for text in (url.lower(), unquote(url).lower()) for word in _FORBIDDEN_WORDS):
        raise BadPush("the callback address holds a word that Safaricom refuses")


def _split(url: str) -> SplitResult:
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > _LONGEST_URL:
        raise BadPush("the callback address must be printable, without spaces, of at most 500 characters")
    try:
        parts = urlsplit(url)
        _ = parts.port  # a port out of range shows only when it is asked for
    except ValueError:
        raise BadPush("the callback address cannot be read") from None
    return parts
