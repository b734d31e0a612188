"""The operator in whose name money goes out.

Owns the configured identity, beside that of ``credentials.py``. Refuses to own where the values come from
(the settings do) and how the password is sealed (``security.py``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from daraja.security import SecurityCredential

_SHORTCODE = re.compile(r"[1-9][0-9]{4,7}")
_NAME = re.compile(r"[!-~]{1,100}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Initiator:
    """Who sends money out.

    Attributes:
        shortcode: the B2C or "one account" shortcode that payouts are paid from.
        name: the API operator's user name.
        credential: the operator's sealed password.
        collects: the shortcode that was paid to, of which payments are reversed.

    Raises:
        ValueError: a value that Daraja could not accept; the sentence never holds the value.
    """

    shortcode: str
    name: str
    credential: SecurityCredential
    collects: str

    def __post_init__(self) -> None:
        if not _SHORTCODE.fullmatch(self.shortcode) or not _SHORTCODE.fullmatch(self.collects):
            raise ValueError("a shortcode must be 5 to 8 digits")
        if not _NAME.fullmatch(self.name):
            raise ValueError("the initiator's name must be printable, without spaces")
