"""The server library's own log lines: what strangers' broken requests make it say is kept short and seldom.

Owns the filter. A broken request is nobody's fault here: one line, without the traceback, and a bounded
number of them. Everything else is a fault of ours and passes whole.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from aiohttp.http_exceptions import BadHttpMessage, HttpProcessingError
from aiohttp.web_exceptions import HTTPException

LINES = 10
PER_S = 60.0
_STRANGERS_FAULTS = (HttpProcessingError, BadHttpMessage, HTTPException, ConnectionError, UnicodeError)


@dataclass(slots=True)
class ShortAndSeldom(logging.Filter):
    """At most `lines` every `per_s` seconds; the next line after a silence tells how many were left out."""

    lines: int = LINES
    per_s: float = PER_S
    clock: Callable[[], float] = time.monotonic
    _said: int = field(default=0, init=False)
    _left_out: int = field(default=0, init=False)
    _since: float = field(default=float("-inf"), init=False)

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether the record is logged; one of a broken request is shortened first."""
        error = record.exc_info[1] if record.exc_info else None
        if not isinstance(error, _STRANGERS_FAULTS):
            return True
        if not self._may_speak():
            self._left_out += 1
            return False
        record.levelno, record.levelname = logging.WARNING, "WARNING"
        record.msg, record.args = "request_malformed", ()
        record.exc_info = record.exc_text = None
        # By its class alone: the words may hold what the stranger sent.
        record.__dict__.update(why=type(error).__name__, left_out=self._left_out)
        self._left_out = 0
        return True

    def forget(self) -> None:
        """Begin anew, as if nothing had been said."""
        self._since, self._left_out = float("-inf"), 0

    def _may_speak(self) -> bool:
        now = self.clock()
        if now - self._since >= self.per_s:
            self._since, self._said = now, 0
        self._said += 1
        return self._said <= self.lines


def server_logger() -> logging.Logger:
    """The logger to give to the server; a filter of its own each time would be asked twice."""
    logger = logging.getLogger("webhooks.aiohttp")
    if not any(isinstance(each, ShortAndSeldom) for each in logger.filters):
        logger.addFilter(ShortAndSeldom())
    return logger
