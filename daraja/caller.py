"""One authorised call to Daraja: with a token, and once more with a fresh one if the token was refused.

Owns that single repetition. Refuses to own any other: whether a call may be made again is for its caller to
read off the error (``errors.py``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import httpx
from pydantic import BaseModel

from daraja.answers import refuses_token
from daraja.errors import CredentialsRefused
from daraja.oauth import TokenSource
from daraja.transport import Answer, Timeouts, exchange


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer, and what must be hidden when it is quoted."""

    answer: Answer
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """A request body, and what in it must never be repeated."""

    body: BaseModel
    secrets: tuple[str, ...]


@dataclass(slots=True)
class Caller:
    """Makes calls.

    Attributes:
        base_url: to which paths are appended.
        http: the client to use; never configured to retry.
        tokens: where access tokens come from.
        timeouts: deadlines of every call.
    """

    base_url: str
    http: httpx.AsyncClient
    tokens: TokenSource
    timeouts: Timeouts

    async def call(self, path: str, make: Callable[[], Said]) -> Heard:
        """POST what `make` makes; it is made anew when the token has to be renewed.

        Raises:
            NotSent, PerhapsSent: as the exchange says.
            CredentialsRefused: a fresh token was refused, too.
        """
        token = await self.tokens.token()
        heard = await self._post(path, token, make())
        if not refuses_token(heard.answer):
            return heard
        # A refused token means that the gateway looked no further, so the same call may be made once more.
        token = await self.tokens.refused(token)
        heard = await self._post(path, token, make())
        if refuses_token(heard.answer):
            raise CredentialsRefused("a fresh token was refused too: is this product attached to the app?")
        return heard

    async def _post(self, path: str, token: str, said: Said) -> Heard:
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/json",
            "Accept-Encoding": "identity",  # so that a small answer cannot unfold into a huge one
        }
        answer = await exchange(
            self.http,
            "POST",
            self.base_url + path,
            headers=headers,
            body=said.body.model_dump_json(exclude_none=True).encode(),
            timeouts=self.timeouts,
        )
        return Heard(answer, (token, *said.secrets))
