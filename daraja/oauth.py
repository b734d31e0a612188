"""One access token for the whole house.

Owns when a token is used, renewed or given up, and how several processes share one without each fetching
its own: Daraja may kill the old token when it hands out a new one. Refuses to own where the token is kept
(``TokenVault``, implemented over the database elsewhere) and the calls that use it.

A token is renewed at 80 % of its life. A token that is refused is replaced once; if the replacement is
refused as well, the next one is fetched no sooner than 30 s after it, however many processes ask.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import httpx

from daraja import wire
from daraja.answers import Trouble, read_as
from daraja.credentials import DarajaCredentials
from daraja.errors import CredentialsRefused, DarajaError, NoToken, NotSent, Refused, Throttled
from daraja.transport import Answer, Timeouts, exchange
from daraja.vault import Token, TokenVault

REFUSAL_PAUSE_S: Final = 30.0
FAILURE_PAUSE_S: Final = 5.0
_UNAUTHORIZED: Final = 401
_TOKEN_TIMEOUTS: Final = Timeouts(read_s=10.0, total_s=25.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How renewal is shared. The claim outlives the slowest token call; waiters look every ``poll_s``."""

    lease_s: float = 30.0
    wait_s: float = 25.0
    poll_s: float = 0.25


class TokenSource:
    """Hands out the shared token.

    Args:
        vault: where all processes keep the one token of this consumer key.
        http: the client to ask Daraja with.
        credentials: whose token it is.
        clock: the current time, time-zone aware.
        patience: how long to claim, to wait and to sleep.
        timeouts: deadlines of the token call.
    """

    def __init__(
        self,
        vault: TokenVault,
        http: httpx.AsyncClient,
        credentials: DarajaCredentials,
        clock: Callable[[], datetime],
        *,
        patience: Patience | None = None,
        timeouts: Timeouts = _TOKEN_TIMEOUTS,
    ) -> None:
        self._vault = vault
        self._http = http
        self._credentials = credentials
        self._clock = clock
        self._patience = patience or Patience()
        self._timeouts = timeouts
        self._lock = asyncio.Lock()
        self._token: Token | None = None
        self._failure: _Failure | None = None

    async def token(self) -> str:
        """A token to call with. The vault's own errors pass through.

        Raises:
            NotSent: none can be had now (``NoToken``, ``CredentialsRefused``, ``Throttled``).
        """
        if self._token is not None and self._token.is_young(self._clock()):
            return self._token.value
        async with self._lock:
            return (await self._current(refused=None)).value

    async def refused(self, value: str) -> str:
        """Another token than ``value``, which Daraja has just refused.

        If somebody stored another one meanwhile, that is the answer and nothing is fetched.

        Raises:
            NotSent: none can be had now, or ``value`` is itself the fresh replacement of a refused token.
        """
        async with self._lock:
            return (await self._current(refused=value)).value

    async def _current(self, refused: str | None) -> Token:
        stored = await self._stored()
        if stored is not None and self._serves(stored, refused):
            return self._keep(stored)
        trouble = self._pause(stored, refused)
        # An old token that still lives is good enough for as long as no new one can be had.
        spare = stored if stored and stored.value != refused and stored.is_alive(self._clock()) else None
        if trouble is None:
            try:
                return self._keep(await self._renewed(spare, refused))
            except NotSent as error:
                self._failure = _Failure.of(error, self._clock())
                trouble = error
        if spare is None:
            raise trouble
        return spare

    async def _stored(self) -> Token | None:
        kept = await self._vault.read()
        return None if kept is None else Token.of(kept)

    def _serves(self, token: Token, refused: str | None) -> bool:
        return token.value != refused and token.is_young(self._clock())

    def _keep(self, token: Token) -> Token:
        self._token = token
        self._failure = None
        return token

    def _pause(self, stored: Token | None, refused: str | None) -> NotSent | None:
        """Why nothing may be fetched just now, if so."""
        now = self._clock()
        if self._failure is not None and (left_s := self._failure.left_s(now)) > 0:
            return self._failure.again(left_s)
        if stored is None or stored.value != refused or not stored.after_refusal:
            return None
        left_s = REFUSAL_PAUSE_S - abs((now - stored.fetched_at).total_seconds())
        if left_s <= 0:
            return None
        return CredentialsRefused("a token fetched after a refusal was refused too", retry_after_s=left_s)

    async def _renewed(self, spare: Token | None, refused: str | None) -> Token:
        """Fetch, or wait for whoever is fetching, unless there is something to live on meanwhile."""
        for _ in range(self._looks()):
            if await self._vault.claim_refresh(self._patience.lease_s):
                return await self._fetch_as_claimant(refused)
            if spare is not None:
                return spare
            await asyncio.sleep(self._patience.poll_s)
            token = await self._stored()
            if token is not None and self._serves(token, refused):
                return token
        raise NoToken("another process has been fetching a token for too long", retry_after_s=FAILURE_PAUSE_S)

    def _looks(self) -> int:
        return max(1, round(self._patience.wait_s / self._patience.poll_s))

    async def _fetch_as_claimant(self, refused: str | None) -> Token:
        try:
            # Somebody may have stored one between our look and our claim.
            token = await self._stored()
            if token is not None and self._serves(token, refused):
                return token
            token = await self._fetch(after_refusal=refused is not None)
            await self._vault.store(
                value=token.value,
                expires_at=token.expires_at,
                fetched_at=token.fetched_at,
                after_refusal=token.after_refusal,
            )
            return token
        finally:
            await self._vault.release()

    async def _fetch(self, *, after_refusal: bool) -> Token:
        """Ask Daraja (Daraja: Authorization, ``GET /oauth/v1/generate``)."""
        asked_at = self._clock()
        answer = await self._ask()
        reply = read_as(wire.TokenReply, answer, self._credentials.secrets)
        if isinstance(reply, Trouble):
            raise _no_token(reply, answer)
        expires_at = asked_at + timedelta(seconds=reply.expires_in)
        return Token(reply.access_token, expires_at, asked_at, after_refusal)

    async def _ask(self) -> Answer:
        url = f"{self._credentials.base_url}/oauth/v1/generate?grant_type=client_credentials"
        headers = {"Authorization": self._credentials.basic_authorization, "Accept-Encoding": "identity"}
        try:
            return await exchange(self._http, "GET", url, headers=headers, timeouts=self._timeouts)
        except DarajaError as error:
            # Even if this call did arrive, no push has: asking for a token moves no money.
            message = error.message
        raise NoToken(message)


def _no_token(trouble: Trouble, answer: Answer) -> NotSent:
    """Whatever the token call's trouble is, nothing of the caller's has been sent."""
    error = trouble.as_error()
    if isinstance(error, Throttled | CredentialsRefused):
        return error
    keys_refused = answer.status == _UNAUTHORIZED or isinstance(error, Refused)
    kind = CredentialsRefused if keys_refused else NoToken
    return kind(error.message, code=error.code, retry_after_s=error.retry_after_s)


@dataclass(frozen=True, slots=True)
class _Failure:
    """A failed fetch, remembered for a moment so that a queue of callers does not repeat it one by one."""

    kind: type[NotSent]
    message: str
    code: str
    until: datetime

    @classmethod
    def of(cls, error: NotSent, now: datetime) -> _Failure:
        usual_s = REFUSAL_PAUSE_S if isinstance(error, CredentialsRefused) else FAILURE_PAUSE_S
        pause = timedelta(seconds=usual_s if error.retry_after_s is None else error.retry_after_s)
        return cls(type(error), error.message, error.code, now + pause)

    def left_s(self, now: datetime) -> float:
        return (self.until - now).total_seconds()

    def again(self, left_s: float) -> NotSent:
        return self.kind(self.message, code=self.code, retry_after_s=left_s)
