"""One line of the spool: a JSON object with its checksum.

Owns the format. A line that was torn or damaged is told from one that was written whole.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping

Record = Mapping[str, object]

_SUM_LENGTH = 16


class DamagedLine(ValueError):
    """The line is not what was written."""


def encode(record: Record) -> bytes:
    """The record as one line, with its end."""
    text = _canonical(record)
    return f'{{"sum":"{_sum(text)}","record":{text}}}\n'.encode()


def decode(line: bytes) -> Record:
    """The record of one line, with or without its end.

    Raises:
        DamagedLine: it is not what was written.
    """
    try:
        read = json.loads(line)
        record: Record = read["record"]
        intact = isinstance(record, dict) and read["sum"] == _sum(_canonical(record))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise DamagedLine(type(error).__name__) from None
    if not intact:
        raise DamagedLine("the checksum differs")
    return record


def _canonical(record: Record) -> str:
    return json.dumps(record, sort_keys=True, separators=(",", ":"))


def _sum(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_SUM_LENGTH]
