"""No word escapes translation: every phrase is in every catalogue and says the same there."""

from __future__ import annotations

import ast
import html
import importlib
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

import bot
from bot import refund_wording, roll_wording, ruling_wording, wording
from bot.menu import CLIENT_COMMANDS, OFFICE_COMMANDS
from bot.phrases import LOCALES, Counted, Phrase, speaking, spoken
from bot.sender import MOST_IN_ANSWER
from payments.language import Language

ROOM = Path(bot.__file__).parent
FILES = sorted(ROOM.glob("*.py"))
MOST_DESCRIPTION = 256
"""Telegram: BotCommand.description."""
_PLACE = re.compile(r"\{[^{}]*\}")
_TAG = re.compile(r"</?[a-z]+>")
_COMMAND = re.compile(r"(?<![\w/])/[a-z]{2,}")
_ANSWERING = frozenset({"answer", "_refuse", "not_allowed", "unusable"})
_ENDS = tuple(".?!:…")
_MONEY_PIN = re.compile(r"M-Pesa|PIN\b|Safaricom")


def _calls(name: str) -> Iterator[tuple[Path, ast.Call]]:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield path, node


def _literals(call: ast.Call) -> tuple[str, ...]:
    values = [ast.literal_eval(argument) for argument in call.args]
    assert all(isinstance(value, str) for value in values)
    return tuple(values)


PHRASES = {_literals(call)[0] for _, call in _calls("Phrase")}
COUNTED = {_literals(call) for _, call in _calls("Counted")}
WRITTEN: dict[Language, Path] = {
    each: LOCALES / f"{each}.po" for each in Language if each is not Language.ENGLISH
}


def _catalog(language: Language) -> Catalog:
    with WRITTEN[language].open("rb") as source:
        return read_po(source, locale=language)


def _messages() -> list[tuple[Language, Message]]:
    return [(language, message) for language in WRITTEN for message in _catalog(language) if message.id]


def _pairs() -> Iterator[tuple[str, str]]:
    """What is said in English, and in another language."""
    for _, message in _messages():
        words = message.string or ""
        if isinstance(message.id, str):
            yield message.id, str(words)
        else:
            yield from zip(message.id, words, strict=True)


def test_there_is_something_to_say() -> None:
    assert len(PHRASES) > 500
    assert len(COUNTED) > 3


@pytest.mark.parametrize("language", WRITTEN)
def test_every_phrase_is_translated_and_no_other(language: Language) -> None:
    ids = {message.id for message in _catalog(language) if message.id}
    assert ids == PHRASES | COUNTED, "make words brings the catalogue up to date"
    assert [english for english, other in _pairs() if not other] == []
    assert not [message.id for message in _catalog(language) if message.id and message.fuzzy]


@pytest.mark.parametrize("shape", [_PLACE, _TAG, _COMMAND], ids=["places", "tags", "commands"])
def test_a_translation_has_what_its_phrase_has(shape: re.Pattern[str]) -> None:
    wrong = {
        english: other
        for english, other in _pairs()
        if Counter(shape.findall(english)) != Counter(shape.findall(other))
    }
    assert wrong == {}


def test_a_translation_keeps_the_names_of_those_who_hold_the_money() -> None:
    wrong = {e: o for e, o in _pairs() if set(_MONEY_PIN.findall(e)) - set(_MONEY_PIN.findall(o))}
    assert wrong == {}


def test_a_translation_begins_and_ends_as_its_phrase_does() -> None:
    """They are put together with others: a space or a colon at an edge is part of the sense."""
    wrong = {
        english: other
        for english, other in _pairs()
        if english[:1].isspace() != other[:1].isspace()
        or english[-1:].isspace() != other[-1:].isspace()
        or (english[-1:] in _ENDS) != (other[-1:] in _ENDS)
    }
    assert wrong == {}


def test_no_phrase_is_said_before_anybody_is_there_to_read_it() -> None:
    """At import, or as a default, it would be English for ever."""
    said = []
    for path in FILES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in _run_at_import(tree):
            is_phrase = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if is_phrase and node.func.attr.isupper():  # type: ignore[attr-defined]  # it is a Call
                said.append(f"{path.name}:{node.lineno}")  # type: ignore[attr-defined]
    assert said == []


def _run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            defaults = [*child.args.defaults, *filter(None, child.args.kw_defaults)]
            for default in defaults:
                yield from ast.walk(default)
        else:
            yield child
            yield from _run_at_import(child)


def test_nothing_is_shown_that_is_no_phrase() -> None:
    """Letters in a literal of a screen, a button or an answer would be read in English by everybody."""
    shown = []
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _shows(node):
                shown += [f"{path.name}:{node.lineno} {text!r}" for text in _shown_literals(node)]
    assert shown == []


def _shows(call: ast.Call) -> bool:
    name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
    return name in {"Screen", "Button", "answer", "bold", "KeyboardButton"}


def _shown_literals(call: ast.Call) -> Iterator[str]:
    arguments = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg == "text")]
    for argument in arguments:
        parts = argument.values if isinstance(argument, ast.JoinedStr) else [argument]
        for part in parts:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                words = html.unescape(_TAG.sub("", part.value))
                if any(letter.isalpha() for letter in words):
                    yield words


@pytest.mark.parametrize("language", Language)
def test_every_entry_of_the_menus_fits_into_telegrams(language: Language) -> None:
    with speaking(language):
        for name, description in (*CLIENT_COMMANDS, *OFFICE_COMMANDS):
            assert 1 <= len(description()) <= MOST_DESCRIPTION, name


BY_WAY_OF_A_VARIABLE = (
    wording.CANCELLED_NOTHING_SENT,
    wording.CANCEL_ON_PHONE,
    wording.CANCEL_TOO_LATE,
    wording.SETTLED,
    wording.STILL_OPEN,
    wording.TRIED_AGAIN,
    roll_wording.NOT_YOUR_ROLE,
    *refund_wording.UNUSABLE.values(),
    *ruling_wording.DONE.values(),
)
"""Answers to taps that are chosen before they are given."""


@pytest.mark.parametrize("language", Language)
def test_no_answer_to_a_tap_is_cut_off(language: Language) -> None:
    answers = {phrase.english for phrase in (*_answers(), *BY_WAY_OF_A_VARIABLE)}
    assert len(answers) > 25
    with speaking(language):
        long = [words for words in (Phrase(each)() for each in answers) if len(words) > MOST_IN_ANSWER]
    assert long == []


def _answers() -> Iterator[Phrase]:
    """The phrases that stand in calls which answer a tap, in tables or alone."""
    for path in FILES:
        module = vars(importlib.import_module(f"bot.{path.stem}"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", "") in _ANSWERING:
                for part in ast.walk(node):
                    if isinstance(part, ast.Attribute) and part.attr.isupper():
                        found = _named(part, module)
                        values = found.values() if isinstance(found, dict) else [found]
                        yield from (value for value in values if isinstance(value, Phrase))


def _named(part: ast.Attribute, module: dict[str, object]) -> object:
    """What such a name as `wording.PAY` means in this module."""
    holder = module.get(part.value.id) if isinstance(part.value, ast.Name) else None
    return getattr(holder, part.attr, None)


def test_what_is_said_follows_who_is_spoken_to() -> None:
    hello, days = Phrase("Cancel"), Counted("{count} payment", "{count} payments")
    assert (spoken(), hello(), str(hello), f"{hello}") == (Language.ENGLISH, *["Cancel"] * 3)
    assert (days(1), days(1_200)) == ("1 payment", "1,200 payments")
    with speaking(Language.SWAHILI):
        assert (hello(), str(hello)) == ("Ghairi", "Ghairi")
        assert days(1_200) == "malipo 1,200"
    assert hello() == "Cancel"
    assert hello.everywhere() == {"Cancel", "Ghairi"}
