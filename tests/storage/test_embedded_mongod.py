"""The embedded server, tried on the real binary: lasting, alone, and gone with its program."""

# ruff: noqa: ASYNC240 - small local files, and nothing else runs on these loops

from __future__ import annotations

import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest
from pymongo import AsyncMongoClient, MongoClient

from storage.embedded import EmbeddedMongo, FolderInUse
from storage.embedded.find import find_mongod

ROOT = Path(__file__).resolve().parents[2]
READY_AFTER_KILL_S = 5.0
Document = dict[str, object]

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")

# Starts the server as the bot does, and then hangs: the parent that will be killed.
PROGRAM = """
import asyncio, sys
from pathlib import Path
from storage.embedded import EmbeddedMongo

async def main():
    server = await EmbeddedMongo.start(Path(sys.argv[1]))
    print(server.pid, server.uri, flush=True)
    await server.died()

asyncio.run(main())
"""


async def insert(server: EmbeddedMongo, number: int) -> None:
    async with AsyncMongoClient[Document](server.uri) as client:
        await client.shop.orders.insert_one({"_id": number})


async def stored(server: EmbeddedMongo) -> list[object]:
    async with AsyncMongoClient[Document](server.uri) as client:
        return [order["_id"] async for order in client.shop.orders.find().sort("_id")]


def kill_and_wait(pid: int, *, and_wait_for: int | None = None) -> None:
    """SIGKILL `pid`, and return when the process (or the other one) is gone, whoever its parent is."""
    watched = os.pidfd_open(and_wait_for or pid)
    try:
        os.kill(pid, signal.SIGKILL)
        gone, _, _ = select.select([watched], [], [], 5)
        assert gone, "still there after five seconds"
    finally:
        os.close(watched)


# -- Lasting


async def test_data_is_kept_between_runs(short_folder: Path) -> None:
    for number in range(2):
        server = await EmbeddedMongo.start(short_folder)
        try:
            await insert(server, number)
            assert await stored(server) == list(range(number + 1))
        finally:
            await server.stop()


async def test_the_replica_set_is_initiated_only_once(short_folder: Path) -> None:
    identities = []
    for _ in range(2):
        server = await EmbeddedMongo.start(short_folder)
        try:
            async with AsyncMongoClient[Document](server.uri) as client:
                config = (await client.admin.command("replSetGetConfig"))["config"]
                identities.append((config["settings"]["replicaSetId"], config["version"]))
        finally:
            await server.stop()
    assert identities[0] == identities[1]


async def test_a_moved_folder_opens_with_its_data(short_folder: Path) -> None:
    server = await EmbeddedMongo.start(short_folder)
    await insert(server, 1)
    await server.stop()
    moved = short_folder.rename(short_folder.with_name("moved"))
    server = await EmbeddedMongo.start(moved)
    try:
        assert await stored(server) == [1]
    finally:
        await server.stop()


async def test_acknowledged_writes_survive_kill_9_of_mongod(short_folder: Path) -> None:
    server = await EmbeddedMongo.start(short_folder)
    try:
        acknowledged = []
        for number in range(50):
            await insert(server, number)
            acknowledged.append(number)
    finally:
        kill_and_wait(server.pid)
        await server.stop()
    began = time.perf_counter()
    server = await EmbeddedMongo.start(short_folder)
    took_s = time.perf_counter() - began
    try:
        assert await stored(server) == acknowledged
        assert took_s < READY_AFTER_KILL_S
    finally:
        await server.stop()


async def test_writes_wait_for_the_majority_and_the_journal_by_default(short_folder: Path) -> None:
    server = await EmbeddedMongo.start(short_folder)
    try:
        async with AsyncMongoClient[Document](server.uri) as client:
            assert client.write_concern.document == {"w": "majority", "j": True}
            async with client.start_session() as session, await session.start_transaction():
                await client.shop.orders.insert_one({"_id": 1}, session=session)
        assert await stored(server) == [1]
    finally:
        await server.stop()


@linux_only
def test_kill_9_of_the_program_takes_mongod_along_and_the_next_start_works_at_once(
    short_folder: Path,
) -> None:
    command = [sys.executable, "-c", PROGRAM, str(short_folder)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as program:  # noqa: S603 - our own words
        assert program.stdout is not None
        mongod_pid, uri = program.stdout.readline().split()
        with MongoClient[Document](uri) as client:
            client.shop.orders.insert_one({"_id": 1})
        watched = os.pidfd_open(int(mongod_pid))
        program.kill()
        # Not waited for: the next start meets a mongod that may be dying still.
        assert asyncio.run(reopen(short_folder)) < READY_AFTER_KILL_S
        gone, _, _ = select.select([watched], [], [], 0)
        os.close(watched)
        assert gone


async def reopen(short_folder: Path) -> float:
    began = time.perf_counter()
    server = await EmbeddedMongo.start(short_folder)
    took_s = time.perf_counter() - began
    try:
        assert await stored(server) == [1]
    finally:
        await server.stop()
    return took_s


# -- Alone


async def test_a_second_server_on_one_folder_is_refused_with_the_pid_of_the_first(short_folder: Path) -> None:
    first = await EmbeddedMongo.start(short_folder)
    try:
        with pytest.raises(FolderInUse, match=f"pid {first.pid}, started by .* pid {os.getpid()}") as refusal:
            await EmbeddedMongo.start(short_folder)
        assert refusal.value.pid == first.pid
        await insert(first, 1)
        assert await stored(first) == [1]
    finally:
        await first.stop()


async def test_of_two_starts_at_once_one_wins(short_folder: Path) -> None:
    both = (EmbeddedMongo.start(short_folder) for _ in range(2))
    starts = await asyncio.gather(*both, return_exceptions=True)
    servers = [start for start in starts if isinstance(start, EmbeddedMongo)]
    for server in servers:
        await server.stop()
    assert len(servers) == 1
    assert any(isinstance(start, FolderInUse) for start in starts)


async def test_data_held_by_a_mongod_of_somebody_else_is_refused_with_its_pid(short_folder: Path) -> None:
    server = await EmbeddedMongo.start(short_folder)
    await server.stop()
    by_hand = await asyncio.create_subprocess_exec(
        *(str(find_mongod()), "--dbpath", str(short_folder / "db"), "--port", "0"),
        *("--bind_ip", str(short_folder / "by-hand.sock"), "--nounixsocket"),
        stdout=asyncio.subprocess.DEVNULL,
    )
    try:
        await until_listening(short_folder / "by-hand.sock")
        with pytest.raises(FolderInUse, match=f"pid {by_hand.pid}"):
            await EmbeddedMongo.start(short_folder)
    finally:
        by_hand.kill()
        await by_hand.wait()


async def until_listening(path: Path) -> None:
    async with asyncio.timeout(10):
        while True:
            with socket.socket(socket.AF_UNIX) as probe:
                if probe.connect_ex(str(path)) == 0:
                    return
            await asyncio.sleep(0.02)


# -- Its end


async def test_stop_ends_the_process_and_can_be_called_again(short_folder: Path) -> None:
    server = await EmbeddedMongo.start(short_folder)
    await asyncio.gather(server.stop(), server.stop())
    await server.stop()
    with pytest.raises(ProcessLookupError):
        os.kill(server.pid, 0)


async def test_a_clean_stop_leaves_no_lock_of_mongods_own(short_folder: Path) -> None:
    server = await EmbeddedMongo.start(short_folder)
    await server.stop()
    assert (short_folder / "db" / "mongod.lock").read_text() == ""


async def test_the_program_is_told_when_mongod_dies_unasked(short_folder: Path) -> None:
    server = await EmbeddedMongo.start(short_folder)
    news = asyncio.ensure_future(server.died())
    kill_and_wait(server.pid)
    failure = await asyncio.wait_for(news, 5)
    await server.stop()
    assert failure.exit_code == -signal.SIGKILL


async def test_a_stop_we_asked_for_is_no_death(short_folder: Path) -> None:
    server = await EmbeddedMongo.start(short_folder)
    news = asyncio.ensure_future(server.died())
    await server.stop()
    done, _ = await asyncio.wait({news}, timeout=0.05)
    news.cancel()
    assert not done


async def test_a_cancelled_start_leaves_no_mongod(short_folder: Path) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(EmbeddedMongo.start(short_folder), 0.15)
    server = await EmbeddedMongo.start(short_folder)
    await server.stop()


async def test_a_folder_too_deep_for_a_socket_works_and_leaves_no_link(short_folder: Path) -> None:
    deep = short_folder.joinpath(*("a-rather-long-name-for-a-folder",) * 5)
    server = await EmbeddedMongo.start(deep)
    try:
        assert (deep / "mongod.sock").is_socket()
        await insert(server, 1)
        links = Path(tempfile.gettempdir(), f"legalpro-{os.geteuid()}")
        assert links.stat().st_mode & 0o777 == 0o700
        assert deep in [link.readlink() for link in links.iterdir()]
    finally:
        await server.stop()
    assert deep not in [link.readlink() for link in links.iterdir()]
