"""Every promise names the tests that hold it, and those tests are there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "reliability.md").read_text(encoding="utf-8")
PROMISED = {
    **dict.fromkeys(f"I{n}" for n in (*range(1, 22), *range(23, 32))),
    **dict.fromkeys(f"F{n}" for n in (*range(1, 44), *range(45, 56), 57, 59, 61, 62)),
}
"""What is built must hold. Reports and backups bring the rest."""


def named() -> dict[str, list[str]]:
    rows = re.findall(r"^\| ([IF]\d+) \|[^\n]*$", TABLE, re.MULTILINE)
    lines = {row: next(line for line in TABLE.splitlines() if line.startswith(f"| {row} |")) for row in rows}
    return {row: re.findall(r"`(test_\w+)`", line) for row, line in lines.items()}


def written() -> set[str]:
    sources = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return {name for source in sources for name in re.findall(r"def (test_\w+)\(", source)}


@pytest.mark.parametrize("promise", PROMISED)
def test_every_promise_has_a_test(promise: str) -> None:
    assert named().get(promise), f"{promise} stands without a test in docs/reliability.md"


def test_every_test_that_a_promise_names_exists() -> None:
    missing = {row: lost for row, tests in named().items() if (lost := set(tests) - written())}
    assert not missing
