"""An address at which Safaricom will call us: may it be handed out?

Owns Daraja's rules for such addresses. Source: Daraja, "Getting started", callback addresses.
"""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from daraja.credentials import Environment
from daraja.errors import BadPush

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


def check_address(url: str) -> None:
    """The rules that hold everywhere.

    Raises:
        BadPush: it breaks one; the sentence never holds the address.
    """
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


def check_live_address(url: str, environment: Environment) -> None:
    """The rules that hold only in production: https, and no tunnel or request-bin host.

    Raises:
        BadPush: it breaks one.
    """
    parts = urlsplit(url)
    if environment != "production":
        return
    if parts.scheme != "https":
        raise BadPush("the callback address must be https in production")
    if any(word in (parts.hostname or "") for word in _FORBIDDEN_LIVE_HOSTS):
        raise BadPush("the callback address must not be a tunnel or request bin in production")
