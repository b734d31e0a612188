"""The real program dies by SIGKILL, again and again, amid people's payments; each restart ends true."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.crash.killing import Kills, kills, moments
from tests.crash.truth import lies

DEATHS, MANY = 66, 300
CALLS = ("telegram", "safaricom")
WRITES = ("mongo",)


async def _die_often(killed: Kills, deaths: int, *, most: int, step: int) -> None:
    for person, number, when in moments(2 * deaths, most=most, step=step):
        if len(killed.killed_at) < deaths:
            await killed.kill_at(person, number, when)
    await killed.everybody_knows()
    await killed.at_rest()


@pytest.mark.program
@pytest.mark.timeout(1_200)
async def test_sixty_sigkills_lose_nothing_and_double_nothing(
    mongod_uri: str, short_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await _survives(DEATHS, mongod_uri, short_folder, capsys)


@pytest.mark.soak
@pytest.mark.program
@pytest.mark.timeout(3_600)
async def test_hundreds_of_sigkills_lose_nothing_and_double_nothing(
    mongod_uri: str, short_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    await _survives(MANY, mongod_uri, short_folder, capsys)


async def _survives(deaths: int, mongod_uri: str, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two programs side by side: one with a private mongod, killed at its calls; one killed at its writes."""
    began = time.monotonic()
    async with (
        kills(folder / "a", CALLS) as by_calls,
        kills(folder / "b", WRITES, mongod_uri) as by_writes,
    ):
        await asyncio.gather(
            # On a server that others may work on, each new life waits for the leases of the former to end.
            _die_often(by_calls, deaths - deaths // 4, most=24, step=7),
            _die_often(by_writes, deaths // 4, most=100, step=37),
        )
        wrong = [*await lies(by_calls), *await lies(by_writes)]
        points = [*by_calls.killed_at, *by_writes.killed_at]
    with capsys.disabled():
        print(f"\n{len(points)} kills in {time.monotonic() - began:.0f} s: {_summary(points)}")
    assert not wrong, "\n".join(wrong)
    assert len(points) >= deaths - 4, points


def _summary(points: Sequence[str]) -> str:
    names = [" ".join(point.split()[2:]) for point in points]
    return ", ".join(f"{name} {names.count(name)}" for name in sorted(set(names)))
