"""What the embedded server leaves in its log, and what people are told when it cannot run."""

# ruff: noqa: ASYNC240 - small local files, and nothing else runs on these loops

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from storage.embedded import EmbeddedMongo, MongodFailed, NoMongodHere
from storage.embedded.find import find_mongod

if TYPE_CHECKING:
    from pathlib import Path


async def test_the_log_of_the_run_before_is_kept_and_no_more(short_folder: Path) -> None:
    short_folder.mkdir()
    (short_folder / "mongod.log.1").write_text("the run before the last")
    (short_folder / "mongod.log").write_text("the last run")
    server = await EmbeddedMongo.start(short_folder)
    await server.stop()
    assert sorted(path.name for path in short_folder.glob("mongod.log*")) == ["mongod.log", "mongod.log.1"]
    assert (short_folder / "mongod.log.1").read_text() == "the last run"
    assert f'"pid":{server.pid}' in (short_folder / "mongod.log").read_text()


async def test_a_missing_library_is_told_with_the_command_that_brings_it(short_folder: Path) -> None:
    mongod = fake_mongod(
        short_folder, "error while loading shared libraries: libcurl.so.4: cannot open shared object file"
    )
    with pytest.raises(MongodFailed, match="apt-get install libcurl4") as refusal:
        await EmbeddedMongo.start(short_folder, mongod=str(mongod))
    assert refusal.value.exit_code == 127


async def test_mongods_own_last_words_are_told(short_folder: Path) -> None:
    (short_folder / "db").mkdir(parents=True)
    (short_folder / "db" / "WiredTiger.turtle").write_text("not a database")
    (short_folder / "db" / "WiredTiger.wt").write_text("nor this")
    (short_folder / "db" / "WiredTiger").write_text("nor that")
    (short_folder / "db" / "storage.bson").write_bytes(b"\x05\x00\x00\x00\x00")
    with pytest.raises(MongodFailed, match=r"Its last words:\n."):
        await EmbeddedMongo.start(short_folder)


async def test_a_mongod_setting_that_cannot_be_run_is_told_and_not_replaced(short_folder: Path) -> None:
    with pytest.raises(NoMongodHere, match=r"MONGOD is set to '/no/such/mongod'.*MONGODB_URI"):
        await EmbeddedMongo.start(short_folder, mongod="/no/such/mongod")
    assert not short_folder.exists()


def test_the_setting_wins_over_path_and_path_over_the_wheel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_path = runnable(tmp_path / "path" / "mongod")
    named = runnable(tmp_path / "named" / "mongod")
    monkeypatch.setenv("PATH", str(on_path.parent))
    assert find_mongod(str(named)) == named
    assert find_mongod() == on_path


def test_a_wheels_mongod_without_executable_bits_is_made_runnable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unpacked = runnable(tmp_path / "fiftyone" / "db" / "bin" / "mongod")
    unpacked.chmod(0o644)
    monkeypatch.setenv("PATH", "")
    monkeypatch.syspath_prepend(tmp_path)
    assert find_mongod() == unpacked
    assert os.access(unpacked, os.X_OK)


def runnable(path: Path) -> Path:
    path.parent.mkdir(parents=True)
    path.touch()
    path.chmod(0o755)
    return path


def fake_mongod(short_folder: Path, last_words: str) -> Path:
    """A program that fails as the dynamic loader fails: a sentence and exit code 127."""
    script = short_folder.parent / "mongod"
    script.write_text(f"#!/bin/sh\necho 'mongod: {last_words}' >&2\nexit 127\n")
    script.chmod(0o755)
    return script
