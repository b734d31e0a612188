"""The embedded server lets nobody in but its owner: no port, no open folder, no secret passed on."""

# ruff: noqa: ASYNC240 - small local files, and nothing else runs on these loops

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.embedded import EmbeddedMongo, FolderNotPrivate
from storage.embedded.folder import private_folder

NOBODY_UID = 65_534
LISTENING = "00010000"

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can act as another user")


async def test_the_folder_is_made_for_its_owner_only(short_folder: Path) -> None:
    server = await EmbeddedMongo.start(short_folder)
    try:
        assert short_folder.stat().st_mode & 0o777 == 0o700
        assert (short_folder / "mongod.sock").stat().st_mode & 0o777 == 0o700
    finally:
        await server.stop()


def test_an_open_folder_of_ours_is_closed_to_others(short_folder: Path) -> None:
    short_folder.mkdir()
    short_folder.chmod(0o755)
    private_folder(short_folder)
    assert short_folder.stat().st_mode & 0o777 == 0o700


@root_only
async def test_a_folder_of_somebody_else_is_refused(short_folder: Path) -> None:
    short_folder.mkdir()
    os.chown(short_folder, NOBODY_UID, NOBODY_UID)
    with pytest.raises(FolderNotPrivate, match=f"uid {NOBODY_UID}"):
        await EmbeddedMongo.start(short_folder)


@linux_only
async def test_a_folder_that_cannot_be_closed_to_others_is_refused() -> None:
    # A process's folder in /proc is its own, open to all, and nobody can change that.
    with pytest.raises(FolderNotPrivate, match="others can enter"):
        await EmbeddedMongo.start(Path(f"/proc/{os.getpid()}"))


async def test_a_file_in_the_folders_place_is_refused(short_folder: Path) -> None:
    short_folder.touch()
    with pytest.raises(FolderNotPrivate):
        await EmbeddedMongo.start(short_folder)


@linux_only
async def test_nothing_listens_but_the_socket_in_the_folder(short_folder: Path) -> None:
    server = await EmbeddedMongo.start(short_folder)
    try:
        inodes = socket_inodes(server.pid)
        assert tcp_inodes().isdisjoint(inodes)
        assert listening_paths(inodes) == ["./mongod.sock"]
        assert Path(f"/proc/{server.pid}/cwd").readlink() == short_folder
    finally:
        await server.stop()


@root_only
async def test_another_user_of_the_machine_cannot_connect(short_folder: Path) -> None:
    server = await EmbeddedMongo.start(short_folder)
    try:
        # The parent folder is opened, so that only our own folder's permissions are in the way.
        short_folder.parent.chmod(0o755)
        assert connect_as(NOBODY_UID, short_folder / "mongod.sock") == "PermissionError"
        assert connect_as(0, short_folder / "mongod.sock") == "connected"
    finally:
        await server.stop()


@linux_only
async def test_secrets_of_the_program_are_not_handed_to_mongod(short_folder: Path) -> None:
    os.environ["LEGALPRO_TEST_SECRET"] = "hush"
    try:
        server = await EmbeddedMongo.start(short_folder)
    finally:
        del os.environ["LEGALPRO_TEST_SECRET"]
    try:
        assert b"hush" not in Path(f"/proc/{server.pid}/environ").read_bytes()
    finally:
        await server.stop()


def socket_inodes(pid: int) -> set[str]:
    links = map(open_file, Path(f"/proc/{pid}/fd").iterdir())
    return {link.removeprefix("socket:[").removesuffix("]") for link in links if link.startswith("socket:")}


def open_file(entry: Path) -> str:
    # A connection of a client that left may close while we look; what listens stays.
    with contextlib.suppress(FileNotFoundError):
        return str(entry.readlink())
    return ""


def tcp_inodes() -> set[str]:
    tables = [Path("/proc/net", name) for name in ("tcp", "tcp6", "udp", "udp6")]
    rows = [row.split() for table in tables if table.exists() for row in table.read_text().splitlines()[1:]]
    return {row[9] for row in rows}


def listening_paths(inodes: set[str]) -> list[str]:
    rows = [row.split() for row in Path("/proc/net/unix").read_text().splitlines()[1:]]
    return [row[7] for row in rows if row[3] == LISTENING and row[6] in inodes]


def connect_as(uid: int, path: Path) -> str:
    """What a process of that user is told when it connects."""
    script = (
        "import os, socket, sys\n"
        "os.setgroups([]); os.setgid(int(sys.argv[1])); os.setuid(int(sys.argv[1]))\n"
        "try: socket.socket(socket.AF_UNIX).connect(sys.argv[2]); print('connected')\n"
        "except OSError as error: print(type(error).__name__)\n"
    )
    command = [sys.executable, "-W", "ignore", "-c", script, str(uid), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - our own words
    return done.stdout.strip()
