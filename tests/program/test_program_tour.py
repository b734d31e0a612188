"""The tour is the shortest proof: the real program, killed and started again, tells the truth."""

import asyncio
import os
import sys
from pathlib import Path

import pytest


@pytest.mark.program
@pytest.mark.timeout(240)
async def test_the_tour_sees_every_scene_it_promises(tmp_path: Path) -> None:
    program = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "legalpro",
        "tour",
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await program.communicate()
    assert program.returncode == 0, told.decode()[-3000:]
    assert "All 11 scenes were seen as promised" in told.decode()
