"""A workbook that runs nothing and follows nothing: XlsxWriter, with all guessing turned off.

Owns how every workbook of ours is opened and dressed: sheets are tables, written row by row, text as text
and numbers as numbers. Import it only where one is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import BinaryIO

import xlsxwriter
from xlsxwriter.chart import Chart
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from payments.nairobi import in_nairobi
from reports.ink import palette
from reports.tables.cells import sayable

_SAFE = {
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
}


class Look(StrEnum):
    """How a cell looks."""

    TITLE = "title"
    QUIET = "quiet"
    HEAD = "head"
    TEXT = "text"
    KES = "kes"
    COUNT = "count"
    SHARE = "share"
    CHANGE = "change"
    SECONDS = "seconds"
    DAY = "day"
    TIME = "time"
    SUM_TEXT = "sum_text"
    SUM_KES = "sum_kes"


_MONEY = "#,##0;[Red]-#,##0"
_LOOKS: dict[Look, dict[str, object]] = {
    Look.TITLE: {"bold": True, "font_size": 16, "font_color": palette.GREEN},
    Look.QUIET: {"font_color": palette.QUIET},
    Look.HEAD: {"bold": True, "font_color": palette.PAPER, "bg_color": palette.GREEN},
    Look.TEXT: {},
    Look.KES: {"num_format": _MONEY},
    Look.COUNT: {"num_format": "#,##0"},
    Look.SHARE: {"num_format": "0.0%"},
    Look.CHANGE: {"num_format": "+0.0%;[Red]-0.0%;0.0%"},
    Look.SECONDS: {"num_format": "#,##0.0"},
    Look.DAY: {"num_format": "ddd d mmm yyyy", "align": "left"},
    Look.TIME: {"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"},
    Look.SUM_TEXT: {"bold": True, "top": 1},
    Look.SUM_KES: {"bold": True, "top": 1, "num_format": _MONEY},
}

Value = str | int | float | date | datetime | None
"""What a cell may hold; None leaves it empty. A time is Nairobi's, without a zone: Excel knows none."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table: its title, the look of its cells, its width in characters."""

    title: str
    look: Look = Look.TEXT
    width: float = 14


class Book:
    """A workbook being written into a file that stays its owner's to close.

    Args:
        file: open for writing bytes, and able to seek.
        made_at: the moment the file names as its own; aware.
        streamed: rows go to disk as they come, so that memory stays flat.
    """

    def __init__(self, file: BinaryIO, made_at: datetime, *, streamed: bool = False) -> None:
        self._book: Workbook = xlsxwriter.Workbook(
            file, {**_SAFE, "constant_memory": streamed, "in_memory": not streamed}
        )
        self._closed = False
        created = in_nairobi(made_at).replace(tzinfo=None)
        self._book.set_properties({"author": "LegalPro", "created": created})
        self._formats: dict[Look, Format | None] = {
            look: self._book.add_format(said) if said else None for look, said in _LOOKS.items()
        }

    def sheet(self, name: str, columns: Sequence[Column], *, top: int = 0) -> Sheet:
        """Begin a sheet whose table has its head in row `top`, counted from 0."""
        return Sheet(self._book.add_worksheet(name), self._formats, columns, top)

    def column_chart(self, sheet: Sheet, title: str, names: int, values: int) -> None:
        """Set a column chart beside a sheet's table, of two of its columns."""
        chart = self._book.add_chart({"type": "column"})
        chart.add_series({
            "name": title,
            "categories": sheet.span(names),
            "values": sheet.span(values),
            "fill": {"color": palette.LEAF},
            "gap": 60,
        })  # fmt: skip
        chart.set_legend({"none": True})
        chart.set_size({"width": 760, "height": 360})
        sheet.beside(chart)

    def close(self) -> None:
        """Write the file's end and remove what was on disk; a second time it does nothing."""
        if not self._closed:
            self._closed = True
            self._book.close()


class Sheet:
    """A table being written from the top down."""

    def __init__(
        self, sheet: Worksheet, formats: dict[Look, Format | None], columns: Sequence[Column], top: int
    ) -> None:
        self._sheet, self._formats, self._columns = sheet, formats, columns
        self._looks = [formats[column.look] for column in columns]
        self._top, self._next = top, top + 1
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
        sheet.freeze_panes(top + 1, 0)

    def note(self, row: int, text: str, look: Look) -> None:
        """Write a line above the table. Lines and head are written from the top down, before the rows."""
        self._sheet.write_string(row, 0, sayable(text), self._formats[look])

    def head(self) -> None:
        """Write the titles of the columns."""
        for place, column in enumerate(self._columns):
            self._sheet.write_string(self._top, place, column.title, self._formats[Look.HEAD])

    def row(self, values: Sequence[Value], looks: Sequence[Look] | None = None) -> None:
        """Write the next row, by the columns' looks or by its own."""
        formats = self._looks if looks is None else [self._formats[look] for look in looks]
        for place, (value, dressed) in enumerate(zip(values, formats, strict=True)):
            if isinstance(value, str):
                if value or dressed:
                    self._sheet.write_string(self._next, place, sayable(value), dressed)
            elif isinstance(value, date):
                self._sheet.write_datetime(self._next, place, value, dressed)
            elif value is not None:
                self._sheet.write_number(self._next, place, value, dressed)
        self._next += 1

    def span(self, column: int) -> list[str | int]:
        """Where the rows of a column stand, as XlsxWriter's charts want it."""
        return [self._sheet.name, self._top + 1, column, self._next - 1, column]

    def beside(self, chart: Chart) -> None:
        """Set a chart to the right of the table."""
        self._sheet.insert_chart(self._top + 1, len(self._columns) + 1, chart)
