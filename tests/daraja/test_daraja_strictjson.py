"""Hostile bodies are refused, quickly."""

from __future__ import annotations

import contextlib
import json
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daraja.strictjson import BadJson, loads

HOSTILE = {
    "not_utf8": b'{"a":"\xff"}',
    "utf16": '{"a":1}'.encode("utf-16"),
    "byte_order_mark": b'\xef\xbb\xbf{"a":1}',
    "nan": b'{"a":NaN}',
    "infinity": b"[Infinity]",
    "minus_infinity": b"[-Infinity]",
    "huge_float": b"[1e400]",
    "huge_exponent": b"[1e99999999999999999999999]",
    "huge_zero": b"[0e99999999]",
    "tiny_float": b"[1e-400]",
    "long_fraction": b"[0." + b"1" * 100 + b"]",
    "repeated_key": b'{"a":1,"a":2}',
    "repeated_inner_key": b'{"a":{"b":1,"b":1}}',
    "escaped_nul": b'["\\u0000"]',
    "nul_in_key": b'{"\\u0000":1}',
    "raw_nul": b'["\x00"]',
    "lone_surrogate": b'["\\ud800"]',
    "lone_surrogate_in_key": b'{"a":[{"\\udc00":1}]}',
    "sixteen_digits": b"[1234567890123456]",
    "five_thousand_digits": b"[" + b"9" * 5000 + b"]",
    "deep_lists": b"[" * 30_000 + b"]" * 30_000,
    "deep_objects": b'{"a":' * 10_000,
    "too_large": b'"' + b"a" * 70_000 + b'"',
    "empty": b"",
    "html": b"<html></html>",
    "trailing": b"{} {}",
    "unfinished": b'{"a":',
    "single_quotes": b"{'a':1}",
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_body_is_refused_and_says_nothing_of_its_content(raw: bytes) -> None:
    with pytest.raises(BadJson) as caught:
        loads(raw)
    assert len(caught.value.reason) < 40


SLOW = {
    "brackets": b"[" * 65_000,
    "escaped_quotes": b"[" * 21 + b'"' + b'\\"' * 32_000,
    "open_escape": b"[" * 21 + b'"' + b'\\"' * 32_000 + b"\\",
    "digits": b"9" * 65_000,
    "pairs": b"[" + b"[]," * 21_000 + b"[]]",
    "exponent": b"1e" + b"9" * 65_000,
}


@pytest.mark.parametrize("raw", SLOW.values(), ids=SLOW)
def test_no_body_costs_more_than_a_blink(raw: bytes) -> None:
    """Not a measure of speed: what grows with the square of its length would take minutes."""
    started = time.process_time()
    with contextlib.suppress(BadJson):
        loads(raw)
    assert time.process_time() - started < 5


def test_a_hundred_thousand_levels_do_not_exhaust_the_stack() -> None:
    with pytest.raises(BadJson, match="nested too deeply"):
        loads(b"[" * 100_000, max_bytes=1_000_000)


def test_the_depth_limit_is_exact_and_brackets_in_texts_do_not_count() -> None:
    assert loads(b"[" * 20 + b"]" * 20) is not None
    with pytest.raises(BadJson):
        loads(b"[" * 21 + b"]" * 21)
    assert loads(b'["' + b"[" * 100 + b'\\"' + b"{" * 100 + b'"]') == ["[" * 100 + '"' + "{" * 100]


def test_numbers_with_a_fraction_stay_exact() -> None:
    assert loads(b'{"a":2500.00,"b":0.1,"c":20260204101544,"d":-95.50}') == {
        "a": Decimal("2500.00"),
        "b": Decimal("0.1"),
        "c": 20260204101544,
        "d": Decimal("-95.50"),
    }


def test_paired_surrogates_are_a_character_like_any_other() -> None:
    assert loads(b'["\\ud83d\\ude00"]') == ["\U0001f600"]


PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**14), 10**14)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text('abc[]{}"\\', max_size=4), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(PLAIN, st.booleans())
def test_honest_json_is_read_as_it_was_meant(value: object, ascii_only: bool) -> None:  # noqa: FBT001 - drawn
    assert loads(json.dumps(value, ensure_ascii=ascii_only).encode()) == value


@given(st.binary(max_size=200) | st.text('[]{}",:\\u0d8e19.-aNI ', max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused_and_never_anything_else(raw: bytes) -> None:
    try:
        loads(raw)
    except BadJson:
        return
