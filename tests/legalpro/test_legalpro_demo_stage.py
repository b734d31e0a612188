"""Nothing real on a stage: no token, no address, no database of anybody's."""

from __future__ import annotations

import itertools
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from legalpro.process import ProgramFailed
from legalpro.stage import stage
from sandbox.safaricom import QUICK, DarajaSimulator

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TELEGRAM_BOT_TOKEN", "1234567890:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"),
        ("TELEGRAM_API_URL", "https://api.telegram.org"),
        ("TELEGRAM_FILE_URL", "https://api.telegram.org"),
        ("MPESA_API_URL", "https://api.safaricom.co.ke"),
        ("MPESA_ENVIRONMENT", "production"),
        ("PUBLIC_URL", "https://pay.firm.example"),
        ("MONGODB_URI", "mongodb://db.firm.example/legalpro"),
        ("MONGODB_URI", "mongodb://somebody:secret@127.0.0.1.firm.example/"),
    ],
)
async def test_a_stage_refuses_whatever_is_real_and_does_not_repeat_it(
    tmp_path: Path, name: str, value: str
) -> None:
    async with stage(tmp_path, simulator=DarajaSimulator(config=QUICK)) as set_up:
        set_up.program.more = {name: value}
        with pytest.raises(ProgramFailed, match=name) as refused:
            await set_up.program.start()
        assert value not in str(refused.value)
        assert not set_up.program.is_running


@pytest.mark.program
def test_the_demo_says_that_its_port_is_taken_and_heeds_nothing_of_the_operators(short_folder: Path) -> None:
    short_folder.mkdir()
    (short_folder / ".env").write_text("MONGODB_URI=mongodb://db.firm.example\nTELEGRAM_MODE=webhook\n")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [sys.executable, "-m", "legalpro", "demo", "--empty", "--no-browser", "--port", str(port)]
        environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "MONGODB_URI": "mongodb://x.y"}
        with subprocess.Popen(  # noqa: S603  our own command
            command, cwd=short_folder, env=environment, stdout=subprocess.PIPE, text=True
        ) as demo:
            assert demo.stdout is not None
            said = "".join(itertools.takewhile(lambda line: "Ctrl-C" not in line, demo.stdout))
            demo.send_signal(signal.SIGTERM)
            assert demo.wait(30) == 0
    assert f"Port {port} is taken" in said
    found = re.search(r"http://127\.0\.0\.1:(\d+)/", said)
    assert found
    assert int(found[1]) != port
    assert (short_folder / "data" / "demo" / "mongo").is_dir()
