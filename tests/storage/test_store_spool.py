"""What the spool said it keeps is on the disk, whoever dies; what is damaged is told and never dropped."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
import stat
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from storage.spool import Spool, SpoolUnavailable
from storage.spool.line import DamagedLine, Record, decode, encode

RECORDS = st.dictionaries(st.text(max_size=9), st.text(max_size=50) | st.booleans(), max_size=4)


def numbered(*numbers: int) -> list[dict[str, int]]:
    return [{"number": number} for number in numbers]


async def taken(spool: Spool) -> list[Record]:
    """Everything that waits, which is then discarded."""
    records: list[Record] = []
    while segments := await spool.waiting():
        for segment in segments:
            records += await spool.records(segment)
            await spool.discard(segment)
    return records


@pytest_asyncio.fixture
async def spool(tmp_path: Path) -> AsyncIterator[Spool]:
    opened = Spool(tmp_path / "spool")
    yield opened
    await opened.close()


def files(folder: Path, ending: str = ".jsonl") -> list[Path]:
    return sorted(folder.rglob(f"*{ending}"))


# The format


@given(RECORDS)
def test_a_line_is_one_line_and_comes_back_as_it_was(record: dict[str, object]) -> None:
    line = encode(record)
    assert line.count(b"\n") == 1
    assert decode(line) == decode(line[:-1]) == record


@given(RECORDS, st.data())
def test_a_line_with_a_byte_lost_is_told(record: dict[str, object], data: st.DataObject) -> None:
    line = encode(record)[:-1]
    at = data.draw(st.integers(0, len(line) - 1))
    with pytest.raises(DamagedLine):
        decode(line[:at])


@pytest.mark.parametrize(
    "line", [b"", b"\n", b"null", b"[]", b"{}", b'{"sum":1,"record":{}}', b"\xff", b"[" * 9_999]
)
def test_whatever_else_stands_there_is_told(line: bytes) -> None:
    with pytest.raises(DamagedLine):
        decode(line)


# Keeping


async def test_what_is_kept_comes_back_in_its_order_and_once(spool: Spool) -> None:
    await asyncio.gather(*(spool.append(record) for record in numbered(*range(300))))
    assert await taken(spool) == numbered(*range(300))
    assert await taken(spool) == []


async def test_what_is_not_discarded_comes_back_again(spool: Spool) -> None:
    await spool.append({"number": 1})
    (segment,) = await spool.waiting()
    await spool.append({"number": 2})
    assert [await spool.records(each) for each in await spool.waiting()] == [numbered(1)]
    await spool.discard(segment)
    assert await taken(spool) == numbered(2)


async def test_only_we_can_read_it(spool: Spool, tmp_path: Path) -> None:
    await spool.append({"number": 1})
    (path,) = files(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_two_programs_in_one_folder_leave_each_other_alone_until_one_is_gone(
    spool: Spool, tmp_path: Path
) -> None:
    other = Spool(tmp_path / "spool")
    await asyncio.gather(spool.append({"number": 1}), other.append({"number": 2}))
    assert await taken(spool) == numbered(1)
    await other.close()
    assert await taken(spool) == numbered(2)
    assert files(tmp_path) == []


async def test_an_empty_folder_or_none_has_nothing_waiting(spool: Spool) -> None:
    assert await spool.waiting() == ()
    assert await spool.works()
    assert await spool.waiting() == ()


# Damage


async def test_f18_a_torn_last_line_is_skipped_and_the_rest_is_kept(spool: Spool, tmp_path: Path) -> None:
    await spool.append({"number": 1})
    await spool.close()
    with files(tmp_path)[0].open("ab") as file:
        file.write(encode({"number": 2})[:-9])
    assert await taken(spool) == numbered(1)
    assert files(tmp_path, ".bad") == []


async def test_a_damaged_line_in_the_middle_is_set_aside_and_told(
    spool: Spool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for record in numbered(1, 2, 3):
        await spool.append(record)
    await spool.close()
    (path,) = files(tmp_path)
    path.write_bytes(path.read_bytes().replace(b'"number":2', b'"number":7'))
    assert await taken(spool) == numbered(1, 3)
    (bad,) = files(tmp_path, ".bad")
    assert b'"number":7' in bad.read_bytes()
    assert stat.S_IMODE(bad.stat().st_mode) == 0o600
    assert "spool_lines_set_aside" in caplog.text


KEEPER = """
import asyncio, sys
from pathlib import Path
from storage.spool import Spool

async def keep(spool, number):
    await spool.append({"number": number, "body": "x" * 900})
    print(number, flush=True)

async def main():
    spool, number = Spool(Path(sys.argv[1])), 0
    while True:
        await asyncio.gather(*(keep(spool, number + more) for more in range(7)))
        number += 7

asyncio.run(main())
"""


async def test_f18_whatever_was_acknowledged_before_a_kill_is_there(spool: Spool, tmp_path: Path) -> None:
    pipe = asyncio.subprocess.PIPE
    keeper = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KEEPER, str(tmp_path / "spool"), stdout=pipe, cwd=Path(__file__).parents[2]
    )
    assert keeper.stdout is not None
    told = {int(await keeper.stdout.readline()) for _ in range(200)}
    keeper.send_signal(signal.SIGKILL)
    told |= {int(line) for line in (await keeper.stdout.read()).splitlines()}
    await keeper.wait()
    assert told <= {record["number"] for record in await taken(spool)}


# No room


@contextlib.contextmanager
def no_file_grows_beyond(most_bytes: int) -> Iterator[None]:
    """A full disk, as far as one process can have its own."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_f40_a_full_disk_is_told_and_leaves_nothing_half_written(spool: Spool, tmp_path: Path) -> None:
    await spool.append({"number": 1})
    size = files(tmp_path)[0].stat().st_size
    with no_file_grows_beyond(size + 20):
        with pytest.raises(SpoolUnavailable):
            await spool.append({"number": 2})
        assert not await spool.works()
    assert files(tmp_path)[0].stat().st_size == size
    assert await spool.works()
    await spool.append({"number": 3})
    assert await taken(spool) == numbered(1, 3)


async def test_f40_a_folder_that_cannot_be_made_is_told_and_used_when_it_can(tmp_path: Path) -> None:
    tmp_path.joinpath("spool").write_text("in the way", encoding="ascii")
    spool = Spool(tmp_path / "spool")
    with pytest.raises(SpoolUnavailable):
        await spool.append({"number": 1})
    assert not await spool.works()
    tmp_path.joinpath("spool").unlink()
    assert await spool.works()
    await spool.append({"number": 2})
    assert await taken(spool) == numbered(2)
    await spool.close()


async def test_i28_the_spool_has_a_bound_and_room_again_after_it_was_emptied(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "spool", most_bytes=200_000, segment_bytes=60_000)
    large = {"body": "x" * 50_000}
    for _ in range(3):
        await spool.append(large)
    with pytest.raises(SpoolUnavailable):
        await spool.append(large)
    assert not await spool.works()
    assert len(await taken(spool)) == 3
    assert await spool.works()
    await spool.append(large)
    await spool.close()
