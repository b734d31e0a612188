"""Who holds the folder: one lock that lives exactly as long as the mongod that works there.

The lock is an open file with `flock` on it. It is taken here, inherited by mongod, and closed here: the
kernel lets go of it when mongod ends, however it ends. mongod's own lock comes too late for this: a second
mongod would remove the first one's socket before it noticed.
Owns the lock and the note about its holder. Refuses to end anybody: that is the operator's decision.
"""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

from storage.embedded.errors import FolderInUse

if sys.platform != "win32":  # not there on Windows, where `find_mongod` has already said no
    import fcntl

if TYPE_CHECKING:
    from pathlib import Path

LOCK_NAME = "lock"
_NOTE_BYTES = 64
# A killed mongod needs a moment to hand back its memory, and holds the folder meanwhile.
_WAIT_S = 1.5
_RETRY_S = 0.02


async def hold(data_dir: Path) -> int:
    """A file descriptor that holds the folder; hand it to mongod and close it.

    Waits a moment for a holder that is just dying.

    Raises:
        FolderInUse: it is still held after that.
    """
    fd = os.open(data_dir / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        async with asyncio.timeout(_WAIT_S):
            await _until_locked(fd)
    except TimeoutError:
        pid, program_pid = _read_note(fd)
        os.close(fd)
        raise FolderInUse(data_dir, pid=pid, program_pid=program_pid) from None
    except BaseException:
        os.close(fd)
        raise
    os.ftruncate(fd, 0)  # the former holder's note
    return fd


def note_holder(fd: int, mongod_pid: int) -> None:
    """Write down who holds the lock, for the message to whoever comes second."""
    os.pwrite(fd, f"{mongod_pid} {os.getpid()}\n".encode(), 0)


async def _until_locked(fd: int) -> None:
    while not _try_lock(fd):  # noqa: ASYNC110 - a free lock is no event, short of blocking an unstoppable thread
        await asyncio.sleep(_RETRY_S)


def _try_lock(fd: int) -> bool:
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _read_note(fd: int) -> tuple[int | None, int | None]:
    words = os.pread(fd, _NOTE_BYTES, 0).split()
    if len(words) != 2:  # noqa: PLR2004 - the two pids of `note_holder`
        return None, None
    return int(words[0]), int(words[1])
