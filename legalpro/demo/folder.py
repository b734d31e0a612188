"""The folder in which the demo keeps its data: its own, and never that of a real program.

Owns the mark by which it is known. Without it a demo could be let loose on real payments, and would ask a
simulated Safaricom what became of them.
"""

from __future__ import annotations

import os
from pathlib import Path

MARK = "this-is-a-demo"
DEFAULT = "data/demo"
_DATA = "mongo"


class NoDemoHere(Exception):
    """The demo must not, or cannot, work in that folder."""


def demo_folder() -> Path:
    """`DATA_DIR`, or the default; made if missing.

    Raises:
        NoDemoHere: it holds data that no demo put there.
    """
    folder = Path(os.environ.get("DATA_DIR") or DEFAULT).resolve()
    mark = folder / MARK
    if not is_new(folder) and not mark.exists():
        raise NoDemoHere(f"{folder} holds data that is not a demo's: choose another folder by DATA_DIR")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        mark.touch()
    except OSError as error:
        raise NoDemoHere(f"{folder} cannot be used: {error.strerror}") from error
    return folder


def is_new(folder: Path) -> bool:
    """Whether no database was ever here."""
    return not (folder / _DATA).exists()
