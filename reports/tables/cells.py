"""Foreign text as a cell of a table: what no spreadsheet may take for a formula, and no file for damage.

Most texts are harmless, so that each question begins with one quick look for the signs that matter at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_FORMULA = re.compile(r"""(^|[;|\t\r\n])(?=[\s"']*[=+\-@\uff1d\uff0b\uff0d\uff20])""")
"""What starts a formula in some spreadsheet (OWASP: CSV Injection), the wide forms of the signs among them:
at the start of the text, or where a spreadsheet that parts cells by another sign than the comma sees one."""

_SIGN = re.compile("[=+\\-@\uff1d\uff0b\uff0d\uff20]")
"""The signs alone: a text without any of them starts no formula."""

_BREAK = re.compile('[,"\r\n]')
"""What parts cells and rows of a CSV, and the quotes around a cell that holds such (RFC 4180)."""

_SPECIAL = re.compile('[=+\\-@\uff1d\uff0b\uff0d\uff20,"\r\n]')
"""All of these: a text without any is a cell as it is."""

_UNSAYABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
"""Neither UTF-8 nor XML has these."""


def sayable(text: str) -> str:
    """The text without what cannot be written into a file."""
    return _UNSAYABLE.sub("\ufffd", text)


def no_formula(text: str) -> str:
    """The text as a CSV may hold it: a start that could be a formula's has `'` before it."""
    if _SIGN.search(text) is None:
        return text
    return _FORMULA.sub(r"\1'", text)


def csv_cells(texts: Sequence[str]) -> str:
    """Texts as cells with commas between: no formulas, and quoted where the table would break (RFC 4180)."""
    if _SPECIAL.search("".join(texts)) is None:
        return ",".join(texts)
    return ",".join(map(_csv_cell, texts))


def _csv_cell(text: str) -> str:
    if _SPECIAL.search(text) is None:
        return text
    harmless = no_formula(text)
    return harmless if _BREAK.search(harmless) is None else '"' + harmless.replace('"', '""') + '"'
