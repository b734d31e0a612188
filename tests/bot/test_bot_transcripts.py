"""What people read, in each language, as files that a person can read and judge.

When words change on purpose, `WRITE_TRANSCRIPTS=1 pytest tests/bot/test_bot_transcripts.py` writes the files
again; the change is then read in the commit.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.phrases import speaking
from bot.rich import MOST_CHARACTERS, plain
from bot.screen import Screen
from payments.language import Language
from sandbox.telegram.html import parse_html
from tests.bot.scenes import AREAS, Cast

FOLDER = Path(__file__).parent / "transcripts"
MOST_LABEL = 60
MOST_IN_CAPTION = 1024
"""Telegram: sendPhoto; the figures stand below their picture."""
MOST_BYTES_OF_DATA = 64
"""Telegram: InlineKeyboardButton.callback_data."""

HOSTILE = (
    "<b>_*[",
    "</b></a><script>alert(1)</script>",
    "\u202eevil\u202c\u200f",
    'Ngũgĩ wa Thiong\'o & Sons "Ltd"',
    "x" * 200,
    "👩🏾‍⚖️" * 40,
    "{amount} {0} %s",
    "line\nbreak\ttab",
)
PAIRS = [(area, language) for area in AREAS for language in Language]


@pytest.mark.parametrize(("area", "language"), PAIRS)
def test_every_screen_reads_as_its_transcript_says(area: str, language: Language) -> None:
    path = FOLDER / language / f"{area}.txt"
    with speaking(language):
        transcript = "\n".join(_transcript(area))
    if os.environ.get("WRITE_TRANSCRIPTS"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(transcript, encoding="utf-8")
    assert transcript == path.read_text(encoding="utf-8")


def _transcript(area: str) -> Iterator[str]:
    for situation, scene in AREAS[area].items():
        yield f"── {situation}"
        for screen in scene(Cast()):
            yield ""
            yield plain(screen.text)
            yield from ("  ".join(f"[{button.label}]" for button in row) for row in screen.buttons)
            if screen.contact_button:
                yield "[share my number]"
        yield "\n"


@pytest.mark.parametrize(("area", "language"), PAIRS)
@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_breaks_a_screen(area: str, language: Language, name: str) -> None:
    cast = Cast(client=name, firm=name, matter=name, title=name, words=name, whom=name)
    with speaking(language):
        screens = [screen for scene in AREAS[area].values() for screen in scene(cast)]
    for screen in screens:
        _must_fit(screen)
    if area == "office":
        with speaking(language):
            figures = AREAS[area]["figures"](cast)
        assert all(len(parse_html(screen.text)[0]) <= MOST_IN_CAPTION for screen in figures)


def _must_fit(screen: Screen) -> None:
    """As Telegram would take it: markup it can read, within its limits."""
    text, _ = parse_html(screen.text)
    assert 0 < len(text.encode("utf-16-le")) // 2 <= MOST_CHARACTERS
    for row in screen.buttons:
        for button in row:
            assert 1 <= len(button.label) <= MOST_LABEL, button.label
            assert 1 <= len(button.data.encode()) <= MOST_BYTES_OF_DATA


@pytest.mark.parametrize("area", AREAS)
def test_the_languages_show_the_same_buttons_in_the_same_places(area: str) -> None:
    for situation, scene in AREAS[area].items():
        shapes = []
        for language in Language:
            with speaking(language):
                shapes.append([[[b.data for b in row] for row in s.buttons] for s in scene(Cast())])
        assert all(shape == shapes[0] for shape in shapes), situation
