"""No secret and no full phone number leaves in a log line.

Owns one formatter that works on the finished text, whatever library wrote it and wherever in it the
secret stands. It sits on the root handler, because a logger's own filter never sees its children.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence

HIDDEN = "[hidden]"

_PATTERNS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"(?<!\d)\d{6,}:[\w-]{30,}"), HIDDEN),  # a bot token
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w+/=.~-]{8,}"), rf"\1 {HIDDEN}"),
    # An access token as JSON has it, perhaps JSON within JSON: Daraja's answer, or the driver's own lines.
    (re.compile(r"((?:access_token|value)\\*[\"']\s*:\s*\\*[\"'])[^\"'\\]{8,}"), rf"\1{HIDDEN}"),
    (re.compile(r"(/c/[a-z0-9]+/[^/\s\"']+/)[0-9a-fA-F]{16,}"), rf"\1{HIDDEN}"),  # a callback address
    (re.compile(r"ws_CO_\d+"), "ws_CO_[hidden]"),  # ends with the payer's number
    (re.compile(r"(?<!\d)(?:\+?254|0)([17]\d{2})\d{3}(\d{3})(?!\d)"), r"0\1***\2"),  # a phone
)


class RedactingFormatter(logging.Formatter):
    """Formats by another formatter, then hides what must not be seen."""

    def __init__(self, inner: logging.Formatter, secrets: Sequence[str]) -> None:
        super().__init__()
        self._inner = inner
        self._secrets = sorted(set(secrets), key=len, reverse=True)

    def format(self, record: logging.LogRecord) -> str:
        """The finished line without secrets."""
        return redact(self._inner.format(record), self._secrets)


def redact(text: str, secrets: Sequence[str] = ()) -> str:
    """`text` without the given secrets and without anything that looks like one."""
    for secret in secrets:
        text = text.replace(secret, HIDDEN)
    for pattern, instead in _PATTERNS:
        text = pattern.sub(instead, text)
    return text
