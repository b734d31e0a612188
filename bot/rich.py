"""Telegram's HTML: the one place where foreign text is escaped, cut and dressed.

Owns the tags that may be used. Whatever a person or Safaricom wrote passes `said` before it is shown.
"""

from __future__ import annotations

import html
import re
from datetime import datetime

from bot.phrases import spoken
from payments.language import MONTHS
from payments.nairobi import NAIROBI

MOST_CHARACTERS = 4096
"""Telegram: sendMessage, text after entities parsing."""

_TAG = re.compile(r"</?[a-z][^<>]*>")
_MOST_SAID = 80


def said(text: str, most: int = _MOST_SAID) -> str:
    """Foreign text made harmless: in one line, at most `most` characters, escaped."""
    line = " ".join(text.split())
    shown = line if len(line) <= most else f"{line[: most - 1]}…"
    return html.escape(shown, quote=False)


def bold(escaped: str) -> str:
    """Text that is escaped already, in bold."""
    return f"<b>{escaped}</b>"


def code(escaped: str) -> str:
    """Text that is escaped already, which a touch copies."""
    return f"<code>{escaped}</code>"


def clock(moment: datetime) -> str:
    """The time of day in Nairobi, such as `14:07`."""
    return moment.astimezone(NAIROBI).strftime("%H:%M")


def clock_s(moment: datetime) -> str:
    """The time of day in Nairobi with seconds, such as `14:07:05`."""
    return moment.astimezone(NAIROBI).strftime("%H:%M:%S")


def day_and_clock(moment: datetime) -> str:
    """Day and time in Nairobi, such as `3 Nov 2026, 14:07`."""
    local = moment.astimezone(NAIROBI)
    return f"{day(moment)} {local:%Y, %H:%M}"


def day(moment: datetime) -> str:
    """The day in Nairobi without its year, such as `3 Nov`."""
    local = moment.astimezone(NAIROBI)
    return f"{local.day} {MONTHS[spoken()][local.month - 1][:3]}"


def living_clock(moment: datetime) -> str:
    """A time that the reader's own program may show in its own way (Telegram: HTML style, tg-time)."""
    return f'<tg-time unix="{int(moment.timestamp())}" format="t">{clock(moment)}</tg-time>'


def plain(marked_up: str) -> str:
    """The same words without any markup, for when Telegram cannot read the markup."""
    return html.unescape(_TAG.sub("", marked_up))
