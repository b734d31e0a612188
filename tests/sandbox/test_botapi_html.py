"""Telegram's HTML as the fake Bot API reads it."""

from __future__ import annotations

import pytest

from sandbox.telegram.html import parse_html
from sandbox.telegram.refusals import Refusal


@pytest.mark.parametrize(
    ("markup", "text", "entities"),
    [
        ("plain", "plain", []),
        ("Dear &lt;Asha&gt; &amp; Co &#33;&#x21;", "Dear <Asha> & Co !!", []),
        ("&nbsp; & &unknown;", "&nbsp; & &unknown;", []),
        ("<b>KES</b> 1", "KES 1", [{"type": "bold", "offset": 0, "length": 3}]),
        ("😀<i>é</i>", "😀é", [{"type": "italic", "offset": 2, "length": 1}]),
        (
            "<b>a<i>b</i></b>",
            "ab",
            [{"type": "bold", "offset": 0, "length": 2}, {"type": "italic", "offset": 1, "length": 1}],
        ),
        (
            '<a href="https://example.org/?a=1&amp;b=2">x</a>',
            "x",
            [{"type": "text_link", "offset": 0, "length": 1, "url": "https://example.org/?a=1&b=2"}],
        ),
        (
            '<pre><code class="language-python">x</code></pre>',
            "x",
            [{"type": "pre", "offset": 0, "length": 1, "language": "python"}],
        ),
        (
            "<blockquote expandable>terms</blockquote>",
            "terms",
            [{"type": "expandable_blockquote", "offset": 0, "length": 5}],
        ),
        (
            '<tg-time unix="1800000000" format="r">14:07</tg-time>',
            "14:07",
            [
                {
                    "type": "date_time",
                    "offset": 0,
                    "length": 5,
                    "unix_time": 1800000000,
                    "date_time_format": "r",
                }
            ],
        ),
        ('<span class="tg-spoiler">s</span>', "s", [{"type": "spoiler", "offset": 0, "length": 1}]),
        ("  <b> a </b>\n", "a", [{"type": "bold", "offset": 0, "length": 1}]),
        ("a<b></b>", "a", []),
    ],
)
def test_markup_becomes_text_and_entities_counted_in_utf16(
    markup: str, text: str, entities: list[dict[str, object]]
) -> None:
    assert parse_html(markup) == (text, entities)


@pytest.mark.parametrize(
    ("markup", "why"),
    [
        ("Dear <Asha> & Co", 'Unsupported start tag "asha" at byte offset 5'),
        ("é <x>", 'Unsupported start tag "x" at byte offset 3'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("2 <", "Unclosed start tag at byte offset 2"),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("<b>bold", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a href>x</a>", "Expected equal sign"),
        ('<a href="x>y</a>', "Unclosed start tag"),
        ("<span>x</span>", 'must have class "tg-spoiler"'),
        ('<tg-time format="r">x</tg-time>', 'must have attribute "unix"'),
        ('<tg-time unix="1" format="soon">x</tg-time>', "Invalid date-time format"),
    ],
)
def test_markup_telegram_refuses_is_refused(markup: str, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_html(markup)
    assert refused.value.code == 400
    assert refused.value.description.startswith("Bad Request: can't parse entities: ")
    assert why in refused.value.description
