"""One file of the spool, held by one process at a time.

Owns what is done to the file: all of it blocks and is called in a thread. A segment is only ever added to,
read whole, and deleted; after a failed write nothing is added to it any more.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import time
from pathlib import Path

ENDING = ".jsonl"
BAD_ENDING = ".bad"
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600


class Segment:
    """An open, locked file. The lock ends with the process, however that ends."""

    def __init__(self, path: Path, handle: int) -> None:
        self.path = path
        self.size = os.fstat(handle).st_size
        self._handle = handle

    @classmethod
    def create(cls, folder: Path) -> Segment:
        """A new, empty one, whose name sorts behind those that are there.

        Raises:
            OSError: it cannot be.
        """
        folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        path = folder / f"{time.time_ns():020d}-{secrets.token_hex(4)}{ENDING}"
        # Locked before it has its name, so that nobody else can take it for an orphan.
        hidden = path.with_suffix(".new")
        handle = os.open(hidden, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, _FILE_MODE)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            hidden.rename(path)
            _sync_folder(folder)
        except BaseException:
            os.close(handle)
            hidden.unlink(missing_ok=True)
            raise
        return cls(path, handle)

    @classmethod
    def adopt(cls, path: Path) -> Segment | None:
        """One that somebody left; None while its writer lives, or when it is gone."""
        try:
            handle = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(handle).st_nlink:
                return cls(path, handle)
        except BlockingIOError:
            pass
        except BaseException:
            os.close(handle)
            raise
        os.close(handle)
        return None

    def append(self, data: bytes) -> None:
        """Write and sync all of it, or raise and leave what was there before.

        Raises:
            OSError: it is not known to be on the disk.
        """
        try:
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._handle, rest) :]
            os.fdatasync(self._handle)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(self._handle, self.size)
            raise
        self.size += len(data)

    def lines(self) -> list[bytes]:
        """Everything in it, line by line; the last may lack its end."""
        return self.path.read_bytes().splitlines(keepends=True)

    def set_aside(self, lines: list[bytes]) -> None:
        """Keep these lines in a file beside it, for a person."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        bad = Segment(self.path, os.open(self.path.with_suffix(BAD_ENDING), flags, _FILE_MODE))
        try:
            bad.append(b"".join(line.rstrip(b"\n") + b"\n" for line in lines))
        finally:
            bad.close()
        _sync_folder(self.path.parent)

    def discard(self) -> None:
        """Delete it; all that it held is stored elsewhere."""
        self.path.unlink(missing_ok=True)
        self.close()

    def close(self) -> None:
        """Let go of it; what it holds stays."""
        if self._handle >= 0:
            os.close(self._handle)
        self._handle = -1


def size_of(folder: Path) -> int:
    """How many bytes the folder's files hold, those set aside included."""
    total = 0
    with contextlib.suppress(FileNotFoundError):
        for path in folder.iterdir():
            with contextlib.suppress(FileNotFoundError):
                total += path.stat().st_size
    return total


def try_out(folder: Path) -> None:
    """Write and sync something that is deleted again.

    Raises:
        OSError: the disk does not take it.
    """
    segment = Segment.create(folder)
    try:
        segment.append(b" " * 4_096)
    finally:
        segment.discard()


def _sync_folder(folder: Path) -> None:
    """A new file is on the disk only when its folder is."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
