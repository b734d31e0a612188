"""What was noticed and is not in the audit trail yet, on this machine's disk: a killed program loses none.

Owns one file for each program under `DATA_DIR/noticed`: slots of one size, overwritten in place, because what
is only counted changes with every stranger. Written without syncing, since nobody may wait for it: it
outlives the program, and not a power cut. Refuses to know what is entered, and when (`payments.watch`).
"""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import secrets
import time
import weakref
from collections.abc import Iterator, Sequence
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from payments.audit import AuditRecord

log = logging.getLogger(__name__)

SLOT_BYTES = 4_096
"""One page: a kill does not tear what is written into it at once."""
_ENDING = ".slots"
_BLANK = b" " * SLOT_BYTES
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
_RECORD = TypeAdapter(AuditRecord)


class NoticedFile:
    """See `payments.audit_ports.NoteKeeper`. The file is made with the first note."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: _Slots | None = None
        self._well = True

    def keep(self, record: AuditRecord) -> None:
        """See `NoteKeeper.keep`."""
        with self._forgivingly():
            self._opened().put(record.event, _RECORD.dump_json(record, exclude_none=True))

    def drop(self, event: str) -> None:
        """See `NoteKeeper.drop`."""
        if self._file is not None:
            with self._forgivingly():
                self._file.clear(event)

    def left(self) -> Sequence[AuditRecord]:
        """See `NoteKeeper.left`. What the dead left becomes this program's before their files go."""
        found: list[AuditRecord] = []
        with self._forgivingly():
            for path in sorted(self._folder.glob(f"*{_ENDING}")):
                orphan = _Slots.adopt(path)
                if orphan is not None:
                    records = list(_records(orphan))
                    for record in records:
                        self._opened().put(record.event, _RECORD.dump_json(record, exclude_none=True))
                    orphan.discard()
                    found += records
        return found

    def close(self) -> None:
        """Let go of the file; it stays if anything is in it."""
        if self._file is not None:
            with self._forgivingly():
                self._file.close()
            self._file = None

    def _opened(self) -> _Slots:
        if self._file is None:
            self._file = _Slots.create(self._folder)
        return self._file

    @contextlib.contextmanager
    def _forgivingly(self) -> Iterator[None]:
        """A disk that fails costs what a crash would lose then, and nothing else; said once each time."""
        try:
            yield
        except OSError as error:
            if self._well:
                log.warning("noticed_not_kept", extra={"why": type(error).__name__})
            self._well = False
        else:
            self._well = True


class _Slots:
    """A locked file of slots. The lock ends with the program, however that ends."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path = path
        self._handle = handle
        self._places: dict[str, int] = {}
        self._free: list[int] = []
        self._closing = weakref.finalize(self, os.close, handle)

    @classmethod
    def create(cls, folder: Path) -> _Slots:
        folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        path = folder / f"{time.time_ns():020d}-{secrets.token_hex(4)}{_ENDING}"
        # Locked before it has its name, so that nobody else can take it for an orphan.
        hidden = path.with_suffix(".new")
        slots = cls(path, os.open(hidden, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE_MODE))
        fcntl.flock(slots._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        hidden.rename(path)
        return slots

    @classmethod
    def adopt(cls, path: Path) -> _Slots | None:
        """One that somebody left; None while its owner lives, or when it is gone."""
        with contextlib.suppress(FileNotFoundError, BlockingIOError):
            slots = cls(path, os.open(path, os.O_RDWR | os.O_CLOEXEC))
            fcntl.flock(slots._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(slots._handle).st_nlink:
                return slots
        return None

    def put(self, name: str, data: bytes) -> None:
        """Write it where this name has its place, or into a free one."""
        if len(data) > SLOT_BYTES:
            raise OSError("longer than a slot")
        if name not in self._places:
            self._places[name] = self._free.pop() if self._free else len(self._places)
        os.pwrite(self._handle, data.ljust(SLOT_BYTES), self._places[name] * SLOT_BYTES)

    def clear(self, name: str) -> None:
        """Forget what has this name."""
        if name in self._places:
            os.pwrite(self._handle, _BLANK, self._places[name] * SLOT_BYTES)
            self._free.append(self._places.pop(name))

    def texts(self) -> list[bytes]:
        """What stands in the slots."""
        whole = self._path.read_bytes()
        slots = (whole[start : start + SLOT_BYTES] for start in range(0, len(whole), SLOT_BYTES))
        return [text for slot in slots if (text := slot.strip(b" \0"))]

    def discard(self) -> None:
        """Delete it."""
        self._path.unlink(missing_ok=True)
        self._closing()

    def close(self) -> None:
        """Let go of it; an empty one is deleted."""
        if self._places:
            self._closing()
        else:
            self.discard()


def _records(slots: _Slots) -> Iterator[AuditRecord]:
    for text in slots.texts():
        try:
            yield _RECORD.validate_json(text)
        except ValidationError as error:
            log.error("noticed_unreadable", extra={"mistakes": error.error_count()})  # noqa: TRY400  says all
