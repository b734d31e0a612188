"""Keyed callback addresses: each names one payment and proves that we made it.

Safaricom signs nothing, so the address itself correlates and authenticates, even when the answer to
the push was lost. Tokens are hex, so that none can spell a word that Safaricom refuses.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

TOKEN_LENGTH = 40
_LONGEST_SUBJECT = 64


class CallbackAddresses:
    """Makes addresses with the first key and accepts those of every key, so that keys can rotate."""

    def __init__(self, base_url: str, keys: Sequence[str]) -> None:
        if not keys:
            raise ValueError("at least one key is needed")
        self._base_url = base_url.rstrip("/")
        self._keys = [key.encode() for key in keys]

    def url(self, kind: str, subject: str) -> str:
        """The address to hand to Safaricom for one payment."""
        return f"{self._base_url}/c/{kind}/{subject}/{_token(self._keys[0], kind, subject)}"

    def accepts(self, kind: str, subject: str, token: str) -> bool:
        """Whether one of our keys made this token for this very address; in constant time."""
        if len(token) != TOKEN_LENGTH or len(subject) > _LONGEST_SUBJECT:
            return False
        given = token.encode("utf-8", "surrogateescape")
        matches = [hmac.compare_digest(_token(key, kind, subject).encode(), given) for key in self._keys]
        return any(matches)


def _token(key: bytes, kind: str, subject: str) -> str:
    message = f"{kind}/{subject}".encode("utf-8", "surrogateescape")
    return hmac.new(key, message, hashlib.sha256).hexdigest()[:TOKEN_LENGTH]
