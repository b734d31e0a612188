"""Hundreds of worlds, each from its seed: at the end of every story what is stored is Safaricom's truth.

`make soak SEEDS=10000` plays more of them; a seed that fails is printed with the command that plays it again.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.simulation.simulation import play

SEEDS = int(os.environ.get("SEEDS", "200"))
FIRST = int(os.environ.get("SEED", "1"))
MOST_SHOWN = 3
AGAIN = f"SEEDS=1 .venv/bin/python -m pytest {Path(__file__).relative_to(Path(__file__).parents[2])}"


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """The weather makes the program complain, which is as it should be and costs time."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.mark.timeout(7_200)
def test_every_seed_ends_in_the_truth(capsys: pytest.CaptureFixture[str]) -> None:
    began, failures, payments, refunds, crashes = time.monotonic(), [], 0, 0, 0
    for seed in range(FIRST, FIRST + SEEDS):
        story, wrong = play(seed)
        payments, crashes = payments + len(story.disk.payments), crashes + story.crashes
        refunds += len(story.disk.refunds)
        if wrong:
            failures.append("\n  ".join([f"seed {seed}; play it again: SEED={seed} {AGAIN}", *wrong]))
        if len(failures) >= MOST_SHOWN:
            break
    took_s = time.monotonic() - began
    with capsys.disabled():
        print(f"\n{SEEDS} seeds, {payments} payments, {refunds} refunds, {crashes} crashes in {took_s:.0f} s")
    assert not failures, "\n".join(failures)
