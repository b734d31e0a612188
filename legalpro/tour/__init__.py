"""`legalpro tour`: the whole story told in the terminal, through the real program.

Owns the telling and the exit code: 0 only if every step was seen.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from legalpro.process import ProgramFailed
from legalpro.stage import stage
from legalpro.tour.cast import Cast
from legalpro.tour.people import Missing, Narrator
from legalpro.tour.refund_scenes import OFFICE_IDS
from legalpro.tour.scenes import SCENES
from sandbox.safaricom import DarajaSimulator, SimulatorConfig

SEEN, NOT_SEEN = 0, 1


async def tour() -> int:
    """Play every scene; return 0 if all was seen as promised."""
    began = time.monotonic()
    narrator = Narrator()
    narrator.opening()
    with tempfile.TemporaryDirectory(prefix="legalpro-tour-") as folder:
        try:
            simulator = DarajaSimulator(config=SimulatorConfig(manual=True, late_s=5.0))
            async with stage(Path(folder), simulator=simulator, admin_ids=OFFICE_IDS) as set_up:
                set_up.program.more = {"REFUND_ROUTE": "reversal"}  # of whole payments; parts go by payout
                await set_up.program.start()
                cast = Cast(set_up, narrator)
                for number, scene in enumerate(SCENES, 1):
                    narrator.scene(number, (scene.__doc__ or "").splitlines()[0])
                    await scene(cast)
        except (Missing, ProgramFailed) as error:
            narrator.failed(str(error))
            return NOT_SEEN
    narrator.closing(len(SCENES), time.monotonic() - began)
    return SEEN
