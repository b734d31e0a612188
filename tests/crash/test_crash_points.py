"""At every effect of every main scenario the power goes, before and after it; the truth survives each time.

Each scenario is explored in a process of its own (`tests.crash.exploring`).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.crash.scenarios import SCENARIOS

ROOT = Path(__file__).parents[2]
EVERY = 17
"""Each run tries every seventeenth effect; `make soak` all of them."""
SAMPLE_S = 300.0
EVERYTHING_S = 3_600.0


@pytest.mark.timeout(SAMPLE_S + 30)
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_power_cut_at_a_sample_of_all_effects_loses_nothing_and_doubles_nothing(
    name: str, mongod_uri: str, capsys: pytest.CaptureFixture[str]
) -> None:
    first = 1 + list(SCENARIOS).index(name) % EVERY
    with capsys.disabled():
        print(f"\n{explored(name, mongod_uri, every=EVERY, first=first, limit_s=SAMPLE_S)}")


@pytest.mark.soak
@pytest.mark.timeout(EVERYTHING_S + 30)
@pytest.mark.parametrize("name", SCENARIOS)
def test_a_power_cut_at_every_effect_loses_nothing_and_doubles_nothing(
    name: str, mongod_uri: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with capsys.disabled():
        print(f"\n{explored(name, mongod_uri, every=1, first=1, limit_s=EVERYTHING_S)}")


def explored(name: str, mongod_uri: str, *, every: int, first: int, limit_s: float) -> str:
    """Explore the scenario; what was covered. Raises `AssertionError` with what was found."""
    how = ["--uri", mongod_uri, "--every", str(every), "--first", str(first), "--hung-s", str(limit_s - 20)]
    command = [sys.executable, "-W", "ignore", "-m", "tests.crash.exploring", name, *how]
    run = subprocess.run(  # noqa: S603  our own words
        command, cwd=ROOT, capture_output=True, text=True, timeout=limit_s, check=False
    )
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr[-20_000:]}"
    return run.stdout.strip().rpartition("\n")[2]
