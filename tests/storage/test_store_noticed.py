"""What was noticed outlives a killed program, goes over to the next, and fails softly with the disk."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from payments.audit import Actor, AuditKind, AuditRecord
from storage.noticed import NoticedFile

AT = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from payments.audit import Actor, AuditKind
from payments.watch import Notebook
from storage.noticed import NoticedFile

book = Notebook(lambda: datetime(2026, 11, 28, tzinfo=UTC), lambda: None, NoticedFile(Path(sys.argv[1])))
for turn in range(1_000):
    book.note(AuditKind.BAD_CALLBACK_TOKEN, actor=Actor.STRANGER, who=f"198.51.100.{turn % 250}")
for turn in range(30):
    book.note(AuditKind.RECEIPT_REUSED, actor=Actor.ENGINE, subject=f"a{turn}")
    if turn < 10:
        book.written(book.waiting(1))
os.kill(os.getpid(), signal.SIGKILL)
"""


def record(name: str, times: int | None = None, why: str | None = None) -> AuditRecord:
    kind, actor = AuditKind.BAD_CALLBACK_TOKEN, Actor.STRANGER
    return AuditRecord(event=name, kind=kind, at=AT, actor=actor, who="::1", times=times, since=AT, why=why)


def test_i23_what_a_program_killed_in_a_flood_had_noticed_goes_over_whole_to_the_next_and_only_to_one(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    ended = subprocess.run(command, check=False, timeout=60)  # noqa: S603  a text of ours
    assert ended.returncode == -9
    heir, late = NoticedFile(tmp_path), NoticedFile(tmp_path)
    found = {each.subject: each for each in heir.left()}
    assert found.keys() == {None, *(f"a{turn}" for turn in range(10, 30))}
    assert found[None].times == 1_000
    assert late.left() == []
    del heir
    assert {each.event for each in late.left()} == {each.event for each in found.values()}


def test_what_is_kept_again_takes_its_own_place_and_what_is_dropped_makes_room(tmp_path: Path) -> None:
    noticed = NoticedFile(tmp_path)
    for times in range(1, 500):
        noticed.keep(record("flood", times))
        noticed.keep(record(f"once {times}"))
        noticed.drop(f"once {times}")
    noticed.keep(record("other", why="\U0001d11e" * 300))
    (path,) = tmp_path.iterdir()
    assert path.stat().st_size == 2 * 4_096
    del noticed
    kept = [record("flood", 499), record("other", why="\U0001d11e" * 300)]
    assert sorted(NoticedFile(tmp_path).left(), key=lambda each: each.event) == kept


def test_a_program_that_ends_well_leaves_no_file_unless_something_was_not_written(
    tmp_path: Path,
) -> None:
    for left in ((), ("waits",)):
        noticed = NoticedFile(tmp_path)
        for name in ("waits", "done"):
            noticed.keep(record(name))
        for name in {"waits", "done"} - {*left}:
            noticed.drop(name)
        noticed.close()
        assert len([*tmp_path.iterdir()]) == len(left)


def test_a_damaged_slot_is_told_of_and_the_others_are_kept(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    noticed = NoticedFile(tmp_path)
    for name in ("first", "second"):
        noticed.keep(record(name))
    del noticed
    (path,) = tmp_path.iterdir()
    path.write_bytes(path.read_bytes().replace(b'"event"', b'"evont"', 1))
    assert [each.event for each in NoticedFile(tmp_path).left()] == ["second"]
    assert caplog.messages == ["noticed_unreadable"]


def test_f40_a_disk_that_fails_is_told_of_once_and_stops_nobody(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "taken").write_text("no folder")
    noticed = NoticedFile(tmp_path / "taken")
    for times in range(3):
        noticed.keep(record("flood", times))
    noticed.drop("flood")
    noticed.close()
    assert noticed.left() == []
    assert caplog.messages == ["noticed_not_kept"]
