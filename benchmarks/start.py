"""How long a new demo takes until it can be played: against the start of its private mongod alone.

Owns the measuring, by turns, with a new folder each time. The demo is the real one, as its user starts it.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
import time
from pathlib import Path

from storage.embedded import EmbeddedMongo

TIMES = 5
_DEMO = (sys.executable, "-m", "legalpro", "demo", "--no-browser", "--port", "0")


async def demo_s(folder: Path) -> float:
    """From the command to its word that the demo is ready.

    Raises:
        RuntimeError: it ended without that word.
    """
    began = time.perf_counter()
    environment = {**os.environ, "DATA_DIR": str(folder / "demo")}
    program = await asyncio.create_subprocess_exec(*_DEMO, stdout=asyncio.subprocess.PIPE, env=environment)
    try:
        while program.stdout and (line := await program.stdout.readline()):
            if b"The demo is ready" in line:
                return time.perf_counter() - began
        raise RuntimeError("the demo did not start")
    finally:
        with contextlib.suppress(ProcessLookupError):
            program.terminate()
        await program.communicate()


async def mongod_s(folder: Path) -> float:
    """From nothing to a server that takes writes."""
    began = time.perf_counter()
    mongod = await EmbeddedMongo.start(folder / "mongo")
    took = time.perf_counter() - began
    await mongod.stop()
    return took


async def main() -> None:
    """Start both by turns, print."""
    demo, mongod = list[float](), list[float]()
    for _ in range(TIMES):
        with tempfile.TemporaryDirectory(prefix="legalpro-bench-", dir="/tmp") as folder:
            mongod.append(await mongod_s(Path(folder)))
            demo.append(await demo_s(Path(folder)))
    print(f"a new demo is ready in {_told(demo)}; its mongod alone in {_told(mongod)}")
    print(f"  {sorted(demo)[TIMES // 2] / sorted(mongod)[TIMES // 2]:.1f} times as long")


def _told(took_s: list[float]) -> str:
    return f"{sorted(took_s)[len(took_s) // 2]:.1f} s ({min(took_s):.1f} to {max(took_s):.1f})"


if __name__ == "__main__":
    asyncio.run(main())
