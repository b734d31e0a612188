"""mongod's log: one file per run and the one before it, and its last words in a form people can read.

Owns the file's rotation and the reading of failures. Refuses to parse the log for anything else.
"""

from __future__ import annotations

import json
import os
import signal
from typing import TYPE_CHECKING

from storage.embedded.errors import MongodFailed

if TYPE_CHECKING:
    from pathlib import Path

LOG_NAME = "mongod.log"
_TAIL_BYTES = 16_384
_TAIL_LINES = 5
_LINE_CHARACTERS = 400
_SERIOUS = ("E", "F")

# What the log says -> what to do about it.
_ADVICE = (
    ("libcurl.so.4", "A library is missing: apt-get install libcurl4"),
    ("libcrypto.so.3", "This mongod needs OpenSSL 3: apt-get install libssl3"),
    ("libcrypto.so.1.1", "This mongod needs OpenSSL 1.1; take a build for this system's OpenSSL instead."),
    ("No space left on device", "The disk is full."),
    (
        "featureCompatibilityVersion",
        "The data was written by another MongoDB version; start it with that one.",
    ),
)
_ADVICE_BY_SIGNAL = {
    signal.SIGILL: "This processor lacks AVX, which MongoDB needs; set MONGODB_URI to a server elsewhere.",
    signal.SIGKILL: "Something killed it; look for the kernel's out-of-memory messages.",
}


def rotate(path: Path) -> None:
    """Keep the former run's log as `.1` and begin a new one, so that the two together stay small."""
    if path.exists():
        path.replace(path.with_name(f"{path.name}.1"))


def failure(what: str, path: Path, *, exit_code: int | None) -> MongodFailed:
    """The error that tells why mongod is not there, out of its log."""
    text = _tail(path)
    lines = text.splitlines()[-200:]
    serious = [words for words in map(_readable, lines) if words][-_TAIL_LINES:]
    advice = next((advice for sign, advice in _ADVICE if sign in text), "") or _advice_by_signal(exit_code)
    return MongodFailed(
        what, exit_code=exit_code, advice=advice, last_words="\n".join(serious or lines[-_TAIL_LINES:])
    )


def says_folder_in_use(path: Path) -> bool:
    """Whether mongod ended because another mongod, not started by this program, works on the same data."""
    return "DBPathInUse" in _tail(path)


def _advice_by_signal(exit_code: int | None) -> str:
    return next((advice for sent, advice in _ADVICE_BY_SIGNAL.items() if exit_code == -sent), "")


def _tail(path: Path) -> str:
    try:
        with path.open("rb") as log:
            size_bytes = log.seek(0, os.SEEK_END)
            log.seek(max(0, size_bytes - _TAIL_BYTES))
            return log.read().decode(errors="replace")
    except FileNotFoundError:
        return ""


def _readable(line: str) -> str:
    """The line's sentence if it is an error, or not mongod's own (the dynamic loader's, say); else empty."""
    if not line.startswith("{"):
        return line[:_LINE_CHARACTERS]
    try:
        entry = json.loads(line)
    except ValueError:
        return ""
    if entry.get("s") not in _SERIOUS:
        return ""
    return f"{entry.get('msg')} {json.dumps(entry.get('attr', {}))}"[:_LINE_CHARACTERS]
