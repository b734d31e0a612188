"""The practice account: by what a program is let in at both stand-ins. It opens nothing else.

Owns the words alone and imports nothing heavy: whoever starts a program can tell it these words before the
stand-ins are there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BOT_TOKEN: Final = "7000000001:TEST-not-the-token-of-any-real-bot-"  # noqa: S105 - opens nothing but the stand-in
"""Shaped like a bot token, so that redaction can be tested with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SafaricomAccount:
    """By what the simulated Safaricom knows whoever calls, and how much it lets them ask.

    The shortcode and passkey are Daraja's public sandbox values (Daraja: test credentials); the
    consumer key and secret are our own invention.
    """

    consumer_key: str = "rehearsal-consumer-key"
    consumer_secret: str = "rehearsal-consumer-secret"  # noqa: S105 - opens nothing but the simulator
    shortcode: str = "174379"
    passkey: str = "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919"
    b2c_shortcode: str = "600000"
    initiator_name: str = "testapi"
    initiator_password: str = "Safaricom999!*!"  # noqa: S105 - Daraja's public sandbox value
    query_limit: int | None = 5
    """Status queries allowed in 60 seconds; None lifts the limit."""
