"""Foreign text as a cell of a table: what no spreadsheet may take for a formula, and no file for damage."""

from __future__ import annotations

import re

_FORMULA = re.compile(r"""(^|[;|\t\r\n])(?=[\s"']*[=+\-@\uff1d\uff0b\uff0d\uff20])""")
"""What starts a formula in some spreadsheet (OWASP: CSV Injection), the wide forms of the signs among them:
at the start of the text, or where a spreadsheet that parts cells by another sign than the comma sees one."""

_UNSAYABLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
"""Neither UTF-8 nor XML has these."""


def sayable(text: str) -> str:
    """The text without what cannot be written into a file."""
    return _UNSAYABLE.sub("\ufffd", text)


def no_formula(text: str) -> str:
    """The text as a CSV may hold it: a start that could be a formula's has `'` before it."""
    if _FORMULA.search(text) is None:
        return text
    return _FORMULA.sub(r"\1'", text)
