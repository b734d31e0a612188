"""A program that has drawn nothing yet carries no drawing library."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOORS = "charts chart exports facts feenote pictures qr receipt summary sums wording words workbook"
HEAVY = {"reportlab", "PIL", "xlsxwriter"}


def loaded_after(statements: str) -> set[str]:
    """What a fresh interpreter has loaded of the heavy libraries."""
    told = f"{statements}\nimport sys\nprint(*(name for name in sys.modules if '.' not in name))"
    ran = subprocess.run(  # noqa: S603  # our own interpreter and words
        [sys.executable, "-c", told], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return HEAVY & set(ran.stdout.split())


def test_importing_the_room_loads_nothing_heavy() -> None:
    assert loaded_after("\n".join(f"import reports.{door}" for door in DOORS.split())) == set()


def test_every_file_at_the_rooms_door_is_looked_at() -> None:
    assert {path.stem for path in (ROOT / "reports").glob("[a-z]*.py")} == set(DOORS.split())


def test_the_first_thing_drawn_loads_what_it_needs() -> None:
    assert loaded_after("from reports.qr import qr_png\nqr_png('x')") == {"reportlab", "PIL"}


def test_the_fonts_licence_is_shipped_beside_them() -> None:
    licence = (ROOT / "reports" / "fonts" / "LICENSE").read_text(encoding="utf-8")
    assert "Bitstream Vera Fonts Copyright" in licence
