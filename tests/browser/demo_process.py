"""The demo as a person starts it: the command itself, as a process of its own."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
END_S = 30


@contextlib.contextmanager
def running_demo(data_dir: Path, *options: str) -> Iterator[str]:
    """Run `legalpro demo` until the context ends; yields the page's address."""
    command = [sys.executable, "-m", "legalpro", "demo", "--port", "0", "--no-browser", *options]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "DATA_DIR": str(data_dir)}
    with subprocess.Popen(  # noqa: S603  our own command
        command, env=environment, cwd=data_dir.parent, stdout=subprocess.PIPE, text=True
    ) as demo:
        try:
            yield _address(demo)
        finally:
            _end(demo)


def _end(demo: subprocess.Popen[str]) -> None:
    """Press Ctrl-C; a demo that does not heed it fails the test, and must not hold up the others."""
    demo.send_signal(signal.SIGINT)
    try:
        demo.wait(END_S)
    except subprocess.TimeoutExpired:
        demo.kill()
        raise


def _address(demo: subprocess.Popen[str]) -> str:
    told = []
    for line in demo.stdout or ():
        told.append(line)
        if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
            return found[0]
    raise AssertionError(f"the demo did not start: {''.join(told)}")
