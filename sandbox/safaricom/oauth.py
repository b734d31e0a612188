"""Access tokens: giving them out and recognising them (Daraja: Authorization). It guards no route itself."""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
import time
from typing import TYPE_CHECKING

from aiohttp import web

from sandbox.safaricom.envelopes import RefusedError

if TYPE_CHECKING:
    from sandbox.safaricom.config import SimulatorConfig

_MOST_TOKENS = 1000


class TokenOffice:
    """Issues tokens for the one consumer key and checks them on every other call."""

    def __init__(self, config: SimulatorConfig) -> None:
        self._config = config
        self._expiry_mono_s: dict[str, float] = {}
        self.issued = 0

    async def generate(self, request: web.Request) -> web.Response:
        """`GET /oauth/v1/generate?grant_type=client_credentials` with HTTP Basic; raises RefusedError."""
        if request.method != "GET":
            raise RefusedError("method_not_allowed")
        if not self._knows(request.headers.get("Authorization", "")):
            raise RefusedError("invalid_authentication")
        if request.query.get("grant_type") != "client_credentials":
            raise RefusedError("invalid_grant_type")
        lifetime = int(self._config.token_lifetime_s)
        expires_in = lifetime if self._config.expires_in_as_number else str(lifetime)
        return web.json_response({"access_token": self._issue(), "expires_in": expires_in})

    def admit(self, request: web.Request) -> str:
        """The request's valid token; raises RefusedError, with HTTP 404 as Daraja does."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise RefusedError("invalid_header")
        token = token.strip()
        if self._expiry_mono_s.get(token, 0.0) <= time.monotonic():
            raise RefusedError("invalid_token")
        return token

    def expire(self, token: str | None = None) -> None:
        """Make one token, or every token, worthless from now on."""
        if token is None:
            self._expiry_mono_s.clear()
        else:
            self._expiry_mono_s.pop(token, None)

    def _issue(self) -> str:
        if self._config.new_token_kills_old:
            self._expiry_mono_s.clear()
        if len(self._expiry_mono_s) >= _MOST_TOKENS:
            self._expiry_mono_s.pop(next(iter(self._expiry_mono_s)))
        token = secrets.token_urlsafe(21)
        self._expiry_mono_s[token] = time.monotonic() + self._config.token_lifetime_s
        self.issued += 1
        return token

    def _knows(self, header: str) -> bool:
        scheme, _, coded = header.partition(" ")
        if scheme.lower() != "basic":
            return False
        try:
            given = base64.b64decode(coded, validate=True)
        except (binascii.Error, ValueError):
            return False
        wanted = f"{self._config.consumer_key}:{self._config.consumer_secret}".encode()
        return hmac.compare_digest(given, wanted)
