"""Text from outside, made fit to be kept and logged.

Owns the hiding of tokens, secrets and phone numbers in what Daraja says. Refuses to own logging itself.
Daraja echoes a refused token (``401.002.01``), and a CheckoutRequestID ends with the payer's phone number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

HIDDEN: Final = "[hidden]"
TEXT_LIMIT: Final = 200

_SHORTEST_SECRET: Final = 6
_LOOKS_SECRET = re.compile(r"[A-Za-z0-9+/=_\-]{24,}")
_LONG_NUMBER = re.compile(r"[0-9]{9,}")
_NOT_PRINTABLE = re.compile(r"[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff]+")


def mask_phone(phone: str) -> str:
    """A phone number (or any text) with only its last three characters showing, for logs."""
    return "***" + phone[-3:] if len(phone) > len("***") * 2 else "***"


def clean(text: str, *, secrets: Iterable[str] = (), limit: int = TEXT_LIMIT) -> str:
    """One printable line of at most ``limit`` characters without secrets and without long numbers.

    ``secrets`` are hidden wherever they occur; anything shaped like a token is hidden even when it is not
    ours.
    """
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, HIDDEN)
    text = _LOOKS_SECRET.sub(_hide_if_mixed, text)
    text = _LONG_NUMBER.sub(lambda found: mask_phone(found.group()), text)
    text = _NOT_PRINTABLE.sub(" ", text).strip()
    # Cut last: half a token would no longer be recognised as one.
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _hide_if_mixed(found: re.Match[str]) -> str:
    """Tokens mix letters and digits; a long English word or a long number alone is something else."""
    word = found.group()
    mixed = any(map(str.isdigit, word)) and any(map(str.isalpha, word))
    return HIDDEN if mixed else word
