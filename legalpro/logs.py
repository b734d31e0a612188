"""One line an event, for people or for machines, without secrets.

Owns the set-up of logging for the whole process. Every module logs by the standard library.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from typing import Literal, TextIO

import structlog
from structlog.typing import Processor

from legalpro.redaction import RedactingFormatter

_TALKATIVE = ("httpx", "httpcore", "telegram", "aiohttp.access", "pymongo", "asyncio")
"""Libraries whose routine lines hold addresses with tokens, or whole updates."""


def set_up_logs(
    level: str, form: Literal["text", "json"], secrets: Sequence[str], stream: TextIO | None = None
) -> None:
    """Send every log line of this process to `stream` (stderr), redacted."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(RedactingFormatter(_formatter(form), secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)


def _formatter(form: Literal["text", "json"]) -> logging.Formatter:
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    last: Processor = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )
