"""What an error of the Bot API means for the message that was to be sent.

Owns the translation of the library's errors into what the caller may do next. Wording: the library
strips "Bad Request: " and changes capitals, so texts are compared in lower case.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

import httpx
from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
    TimedOut,
)


class Fate(StrEnum):
    """What became of a message, and so what may be done next."""

    UNCHANGED = "unchanged"
    """The message shows just this already."""
    GONE = "gone"
    """The message to edit is no longer there, or cannot be edited: send a new one."""
    UNREADABLE = "unreadable"
    """Telegram cannot read our markup: send it as plain text, and repair the screen."""
    UNREACHABLE = "unreachable"
    """The person blocked the bot or the chat is gone: nothing can be sent there."""
    WAIT = "wait"
    """Too fast for this chat: not sent, and to be sent later."""
    NOT_SENT = "not_sent"
    """It surely did not go out: it may be sent again soon."""
    REFUSED = "refused"
    """Telegram refuses it for good: a fault of ours."""
    SHUT_OUT = "shut_out"
    """Telegram refuses us, not the message: a wrong token or address, or a method it lacks."""
    TIMED_OUT = "timed_out"
    """No answer in time: it may have been sent."""
    UNKNOWN = "unknown"
    """The connection broke or the answer makes no sense: it may have been sent."""


BAD_REQUESTS = (
    ("message is not modified", Fate.UNCHANGED),
    ("message to edit not found", Fate.GONE),
    ("message can't be edited", Fate.GONE),
    ("no text in the message to edit", Fate.GONE),
    ("message_id_invalid", Fate.GONE),
    ("can't parse entities", Fate.UNREADABLE),
    ("chat not found", Fate.UNREACHABLE),
    ("user is deactivated", Fate.UNREACHABLE),
    ("user_is_blocked", Fate.UNREACHABLE),
)
"""What a 400 says, in lower case, and what it means; anything else is `REFUSED`."""

_NEVER_SENT = (httpx.PoolTimeout, httpx.ConnectTimeout, httpx.ConnectError)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The fate, and for `WAIT` how long, in seconds."""

    fate: Fate
    wait_s: float = 0.0


def judge(error: TelegramError) -> Verdict:
    """Tell what this error means for the message."""
    if isinstance(error, RetryAfter):
        return Verdict(Fate.WAIT, retry_after_s(error))
    if isinstance(error, BadRequest):  # before NetworkError, of which it is a kind
        return Verdict(_of_bad_request(str(error).lower()))
    if isinstance(error, Forbidden):
        return Verdict(Fate.UNREACHABLE)
    if isinstance(error, InvalidToken):
        return Verdict(Fate.SHUT_OUT)
    if isinstance(error.__cause__, _NEVER_SENT):
        return Verdict(Fate.NOT_SENT)
    return Verdict(Fate.TIMED_OUT if isinstance(error, TimedOut) else Fate.UNKNOWN)


def retry_after_s(error: RetryAfter) -> float:
    """How long to wait, in seconds; the library gives a number or a timedelta, by its settings."""
    wait = error.retry_after
    return wait.total_seconds() if isinstance(wait, timedelta) else float(wait)


def describe(error: BaseException) -> str:
    """The error for the log. The library writes the token into the text of some: those are named only."""
    return (
        type(error).__name__ if isinstance(error, InvalidToken) else f"{type(error).__name__}: {error}"[:300]
    )


def _of_bad_request(text: str) -> Fate:
    return next((fate for words, fate in BAD_REQUESTS if words in text), Fate.REFUSED)
