"""The shapes that settings may have: addresses, ranges, secrets, lists; and what is said of them.

Owns the checks of one value; a complaint never repeats it. Which settings there are is `legalpro.settings`'.
"""

import re
from ipaddress import ip_network
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

SHORTEST_KEY = 32
FORBIDDEN_WORDS = ("m-pesa", "mpesa", "safaricom", "exe", "cmd", "sql", "query")
"""Daraja refuses callback addresses that hold one of these, in any case."""


def _lines(value: object) -> object:
    return [line.strip() for line in value.split("|") if line.strip()] if isinstance(value, str) else value


def listed(value: object) -> object:
    """A comma-separated text as its parts."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _web_address(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("address")
    return value.rstrip("/")


def _callback_base(value: str) -> str:
    if any(word in value.lower() for word in FORBIDDEN_WORDS):
        raise ValueError("word")
    return _web_address(value)


def _origin(value: str) -> str:
    """The guide's addresses name a whole route; the routes here are our own, so only the host counts."""
    parts = urlsplit(_web_address(value))
    return _callback_base(f"{parts.scheme}://{parts.netloc}")


def _range(value: str) -> str:
    ip_network(value, strict=False)
    return value


def secret(pattern: str) -> AfterValidator:
    """The shape of a secret; the complaint does not repeat it."""

    def check(value: SecretStr) -> SecretStr:
        if not re.fullmatch(pattern, value.get_secret_value()):
            raise ValueError("shape")
        return value

    return AfterValidator(check)


Address = Annotated[str, AfterValidator(_web_address)]
CallbackBase = Annotated[str, AfterValidator(_callback_base)]
GuideAddress = Annotated[str, AfterValidator(_origin)]
Ranges = Annotated[list[Annotated[str, AfterValidator(_range)]], NoDecode, BeforeValidator(listed)]
FirmLines = Annotated[list[Annotated[str, Field(max_length=80)]], NoDecode, BeforeValidator(_lines)]
Shortcode = Annotated[str, Field(pattern=r"^[0-9]{5,8}$")]

WEB = "an http or https address, such as https://pay.firm.example"
BASE = f"{WEB}, reachable from outside, without the words {', '.join(FORBIDDEN_WORDS)}"
RANGES = "addresses or ranges, comma-separated, such as 10.0.0.0/8"
