"""What Daraja's error bodies say: a literal table of code and text, and the error each becomes.

Owns that table. Refuses to own the HTTP exchange and the reading of good answers.

``500.001.1001`` has at least four meanings, so a rule looks at the text as well. Nothing unlisted is taken
for a no, except a 4xx answer in Daraja's or the gateway's own error form, and that only where no money goes
out (``payout_client.py``). Sources: Daraja's error tables of the Authorization, STK push and B2C pages, the
gateway's fault codes (Apigee: policy error reference), published captures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from daraja.codes import Reason
from daraja.errors import (
    CredentialsRefused,
    DarajaError,
    LineBusy,
    Refused,
    SeenBefore,
    Throttled,
    Unreadable,
)


@unique
class Says(StrEnum):
    """What an error body says."""

    TOKEN_INVALID = "token_invalid"  # noqa: S105 - a name, not a token
    KEYS_WRONG = "keys_wrong"
    THROTTLED = "throttled"
    BUSY = "busy"
    OVER_QUOTA = "over_quota"
    LINE_BUSY = "line_busy"
    STILL_PROCESSING = "still_processing"
    CHECKOUT_UNKNOWN = "checkout_unknown"
    SEEN_BEFORE = "seen_before"
    PHONE_INVALID = "phone_invalid"
    MISCONFIGURED = "misconfigured"
    UNLISTED_NO = "unlisted_no"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Rule:
    """An error code and a piece of its text (both lower case, empty for any) and what they say."""

    code: str
    text: str
    says: Says


# The first rule that fits is the one that counts.
RULES: Final = (
    # The id of a payout is its idempotency key (Daraja: B2C v3), whatever code comes with that news.
    Rule("", "duplicate originator", Says.SEEN_BEFORE),
    # Tokens. Daraja answers 404 where one expects 401, and 401.002.01 repeats the token in its text.
    Rule("404.001.03", "", Says.TOKEN_INVALID),
    Rule("401.002.01", "", Says.TOKEN_INVALID),
    Rule("401.003.01", "", Says.TOKEN_INVALID),
    Rule("400.003.01", "", Says.TOKEN_INVALID),
    Rule("keymanagement.service.invalid_access_token", "", Says.TOKEN_INVALID),
    Rule("keymanagement.service.access_token_expired", "", Says.TOKEN_INVALID),
    Rule("oauth.v2.invalidaccesstoken", "", Says.TOKEN_INVALID),
    # The token call itself.
    Rule("400.008.01", "", Says.KEYS_WRONG),
    Rule("400.008.02", "", Says.MISCONFIGURED),
    # One code, many meanings. A text that is not listed stays unclear.
    Rule("500.001.1001", "wrong credentials", Says.MISCONFIGURED),
    Rule("500.001.1001", "merchant does not exist", Says.MISCONFIGURED),
    Rule("500.001.1001", "unable to lock subscriber", Says.LINE_BUSY),
    Rule("500.001.1001", "being processed", Says.STILL_PROCESSING),
    Rule("500.001.1001", "", Says.UNCLEAR),
    # Turned away for load.
    Rule("500.003.02", "", Says.BUSY),
    Rule("500.003.03", "", Says.OVER_QUOTA),
    Rule("policies.ratelimit.spikearrestviolation", "", Says.THROTTLED),
    Rule("policies.ratelimit.quotaviolation", "", Says.OVER_QUOTA),
    # Something broke behind the gateway, at a moment nobody can tell.
    Rule("500.002.1001", "", Says.UNCLEAR),
    Rule("500.003.1001", "", Says.UNCLEAR),
    # Validation.
    Rule("400.002.02", "invalid checkoutrequestid", Says.CHECKOUT_UNKNOWN),
    Rule("400.002.02", "invalid phonenumber", Says.PHONE_INVALID),
    Rule("400.002.02", "invalid partya", Says.PHONE_INVALID),
    Rule("400.002.02", "", Says.MISCONFIGURED),
    Rule("400.002.05", "", Says.MISCONFIGURED),
    Rule("400.003.02", "", Says.MISCONFIGURED),
    Rule("404.001.01", "", Says.MISCONFIGURED),
    Rule("404.001.04", "", Says.MISCONFIGURED),
    Rule("405.001", "", Says.MISCONFIGURED),
    # The gateway's word for a product that the app lacks; its code is seen in several spellings.
    Rule("", "no apiproduct match found", Says.MISCONFIGURED),
)

_BAD_REQUEST: Final = 400
_REQUEST_TIMEOUT: Final = 408
_TOO_MANY_REQUESTS: Final = 429
_SERVER_ERROR: Final = 500


def meaning_of(status: int, code: str, text: str) -> Says:
    """What an error answer says; ``code`` and ``text`` are empty when its body gave none."""
    if status < _BAD_REQUEST:
        return Says.UNCLEAR  # an error inside a success contradicts itself
    code, text = code.strip().lower(), text.lower()
    for rule in RULES:
        if rule.code in {"", code} and rule.text in text:
            return rule.says
    if status == _TOO_MANY_REQUESTS:
        return Says.THROTTLED
    return Says.UNLISTED_NO if _is_plain_no(status, code, text) else Says.UNCLEAR


def _is_plain_no(status: int, code: str, text: str) -> bool:
    """A 4xx in the API's own form says no, even with a code that nobody has published."""
    clear_status = _BAD_REQUEST <= status < _SERVER_ERROR and status != _REQUEST_TIMEOUT
    return clear_status and bool(code or text) and not code.startswith("5")


@dataclass(frozen=True, slots=True)
class ErrorText:
    """An error body in a form fit to be kept: the code, and its text cleaned of secrets and phone numbers."""

    code: str
    message: str
    retry_after_s: float | None = None


_Maker = Callable[[ErrorText], DarajaError]


def error_for(says: Says, told: ErrorText) -> DarajaError:
    """The error to raise for what an answer said."""
    return _ERRORS[says](told)


def _pause_of(kind: type[Throttled | LineBusy], default_s: float) -> _Maker:
    """An error that may be tried again after what the answer asked for, or else after ``default_s``."""

    def make(told: ErrorText) -> DarajaError:
        pause_s = default_s if told.retry_after_s is None else told.retry_after_s
        return kind(told.message, code=told.code, retry_after_s=pause_s)

    return make


def _no(reason: Reason) -> _Maker:
    return lambda told: Refused(told.message, code=told.code, reason=reason)


def _seen_before(told: ErrorText) -> DarajaError:
    return SeenBefore(told.message, code=told.code)


def _unclear(told: ErrorText) -> DarajaError:
    return Unreadable(told.message, code=told.code)


def _operator_must_look(told: ErrorText) -> DarajaError:
    return CredentialsRefused(told.message, code=told.code, retry_after_s=told.retry_after_s)


# The sandbox allows five queries in 60 s, hence 15 s; "a few minutes" and a quota are Daraja's own words.
_ERRORS: Final[dict[Says, _Maker]] = {
    Says.TOKEN_INVALID: _operator_must_look,
    Says.KEYS_WRONG: _operator_must_look,
    Says.THROTTLED: _pause_of(Throttled, 15.0),
    Says.BUSY: _pause_of(Throttled, 60.0),
    Says.OVER_QUOTA: _pause_of(Throttled, 900.0),
    Says.LINE_BUSY: _pause_of(LineBusy, 60.0),
    Says.STILL_PROCESSING: _unclear,
    Says.CHECKOUT_UNKNOWN: _no(Reason.UNKNOWN),
    Says.SEEN_BEFORE: _seen_before,
    Says.PHONE_INVALID: _no(Reason.ACCOUNT_INVALID),
    Says.MISCONFIGURED: _no(Reason.MISCONFIGURED),
    Says.UNLISTED_NO: _no(Reason.MISCONFIGURED),
    Says.UNCLEAR: _unclear,
}
