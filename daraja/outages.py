"""What a failed call tells of Safaricom's health, for the breaker.

Owns which errors mean that it cannot be reached, and which that it can.
"""

from __future__ import annotations

from daraja.breaker import Breaker
from daraja.errors import (
    BadPush,
    CredentialsRefused,
    DarajaError,
    LineBusy,
    NoToken,
    PerhapsSent,
    Refused,
    SeenBefore,
    Throttled,
    Unreached,
)

_AWAY = (Unreached, NoToken, PerhapsSent)
_ANSWERED = (Refused, LineBusy, SeenBefore)
"""What tells that Safaricom cannot be reached, and what tells that it can. Wrong keys tell neither."""


def tell(breaker: Breaker, error: DarajaError | BadPush) -> None:
    """Let the breaker know how a call failed; a pause that it asks for becomes the error's."""
    if isinstance(error, Throttled):
        error.retry_after_s = breaker.turned_away(error.retry_after_s)
    elif isinstance(error, _ANSWERED):
        breaker.let_in()
    elif is_away(error):
        breaker.failed()
    else:
        breaker.no_word()


def is_away(error: DarajaError | BadPush) -> bool:
    """Whether it says that Safaricom cannot be reached, or gives no sensible answer."""
    return isinstance(error, _AWAY) and not isinstance(error, CredentialsRefused)
