"""Every way in which asking Daraja can go wrong, named by what the caller may do next.

    DarajaError                   Daraja, or the way to it, did not do what was asked
    |
    +-- NotSent                   surely not accepted: the same push may be tried again, later
    |   +-- Unreached             no connection at all: name, network, TLS, proxy, our own pool
    |   +-- Throttled             too fast, over quota, or Daraja is busy: wait ``retry_after_s``
    |   +-- LineBusy              a prompt is already open on that phone: wait at least a minute
    |   +-- NoToken               no access token could be had, so nothing could be asked
    |       +-- CredentialsRefused    and waiting will not help: an operator must look
    |
    +-- Refused                   a definite no: the same push will be refused again
    |
    +-- SeenBefore                a refund's id is known there already: an earlier call was taken
    |
    +-- PerhapsSent               the prompt or the money may be on its way: NEVER send again, ask or wait
        +-- Unreadable            an answer came, but it is not one that can be trusted

    BadPush (a ValueError)        our own request breaks Daraja's rules; nothing was sent

Owns the names and what they carry. Refuses to own which answer means which error: ``refusals.py`` and
``transport.py`` decide that. No error ever holds a token, a secret or a whole phone number.
"""

from __future__ import annotations

from daraja.codes import Reason


class DarajaError(Exception):
    """Daraja, or the way to it, did not do what was asked.

    ``code`` is Daraja's own error code where it gave one, else empty. ``retry_after_s`` is how long to wait
    before anything is asked again, where that is known.
    """

    def __init__(self, message: str, *, code: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.retry_after_s = retry_after_s


class NotSent(DarajaError):
    """Surely not accepted: no prompt will come of this call, so it may be made again."""


class Unreached(NotSent):
    """No connection came about, so not one byte of the request left us."""


class Throttled(NotSent):
    """Daraja or its gateway turned the call away for its number, not for its content."""


class LineBusy(NotSent):
    """Another prompt is open on that phone; Daraja asks for at least a minute's pause (Daraja: STK push)."""


class NoToken(NotSent):
    """No access token could be had."""


class CredentialsRefused(NoToken):
    """The consumer key or secret is wrong, or the app lacks the product: an operator must look."""


class Refused(DarajaError):
    """A definite no to what was asked. ``reason`` tells whom it concerns: the payer or the operator."""

    def __init__(self, message: str, *, code: str, reason: Reason) -> None:
        super().__init__(message, code=code)
        self.reason = reason


class PerhapsSent(DarajaError):
    """The request may have been accepted and must not be repeated: a push has no idempotency key.

    ``checkout_request_id`` is set when a doubtful answer still named one, so that it can be asked about.
    """

    def __init__(self, message: str, *, code: str = "", checkout_request_id: str | None = None) -> None:
        super().__init__(message, code=code)
        self.checkout_request_id = checkout_request_id


class SeenBefore(DarajaError):
    """Daraja knows this OriginatorConversationID: an earlier call was taken (Daraja: B2C v3).

    It says neither yes nor no to the money.
    """


class Unreadable(PerhapsSent):
    """An answer came, but not one that says yes or no: HTML, SOAP, nothing, half of it, wrong types."""


class BadPush(ValueError):
    """Our own request breaks one of Daraja's rules. Raised before anything is sent."""
