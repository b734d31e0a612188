"""The letters of everything drawn here: DejaVu, whose licence lies beside it. Owns where the files are.

They are shipped because a receipt must look the same on every machine, and hold `Ngũgĩ` on all of them.
"""

from enum import StrEnum
from pathlib import Path


class Face(StrEnum):
    """A font by its file's name."""

    PLAIN = "DejaVuSans"
    BOLD = "DejaVuSans-Bold"
    TITLE = "DejaVuSerif-Bold"


def font_path(face: Face) -> str:
    """The font's TrueType file."""
    return str(Path(__file__).with_name(f"{face}.ttf"))
