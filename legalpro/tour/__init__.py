"""`legalpro tour`: the whole story told in the terminal, through the real program.

Owns the telling and the exit code: 0 only if every step was seen.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from legalpro.stage import ProgramFailed, stage
from legalpro.tour.people import Missing, Narrator
from legalpro.tour.scenes import SCENES, Cast
from sandbox.safaricom import DarajaSimulator, SimulatorConfig

SEEN, NOT_SEEN = 0, 1


async def tour() -> int:
    """Play every scene; return 0 if all was seen as promised."""
    began = time.monotonic()
    narrator = Narrator()
    narrator.opening()
    with tempfile.TemporaryDirectory(prefix="legalpro-tour-") as folder:
        try:
            simulator = DarajaSimulator(config=SimulatorConfig(manual=True))
            async with stage(Path(folder), simulator=simulator) as set_up:
                await set_up.start_program()
                for number, scene in enumerate(SCENES, 1):
                    narrator.scene(number, (scene.__doc__ or "").splitlines()[0])
                    await scene(Cast(set_up, narrator))
        except (Missing, ProgramFailed) as error:
            narrator.failed(str(error))
            return NOT_SEEN
    narrator.closing(len(SCENES), time.monotonic() - began)
    return SEEN
