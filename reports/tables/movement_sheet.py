"""Movements as an Excel workbook: real numbers and times, text that is only text, flat memory.

Owns how rows are dealt out to sheets: Excel ends at 1,048,576 rows, so the next million begins another.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from payments.ledger import Movement
from payments.nairobi import in_nairobi
from reports.sums import Sums
from reports.tables.book import Book, Column, Look, Sheet
from reports.tables.delimited import COLUMNS, sum_rows

ROWS_A_SHEET = 1_000_000

_LOOKS = {"Time (Nairobi)": Look.TIME, "Amount (KES)": Look.KES}
_WIDTHS = {
    "Time (Nairobi)": 19,
    "Fee": 32,
    "Payment": 19,
    "Refund": 19,
    "Client": 28,
    "On behalf of": 28,
    "Reference": 20,
}
_TABLE = tuple(Column(title, _LOOKS.get(title, Look.TEXT), _WIDTHS.get(title, 14)) for title in COLUMNS)
_SUM_LOOKS = tuple(Look.SUM_KES if column.look is Look.KES else Look.SUM_TEXT for column in _TABLE)


class XlsxWriter:
    """Writes rows as they come; what stands between them and the file is on disk."""

    def __init__(self, file: BinaryIO, made_at: datetime, *, rows_a_sheet: int = ROWS_A_SHEET) -> None:
        self._book = Book(file, made_at, streamed=True)
        self._rows_a_sheet = rows_a_sheet
        self._sheets = 0
        self._left = 0
        self._sheet = self._begin()

    def rows(self, movements: Sequence[Movement]) -> None:
        """Write these movements."""
        for movement in movements:
            self._row(movement)

    def _row(self, movement: Movement) -> None:
        if self._left == 0:
            self._sheet = self._begin()
        self._left -= 1
        self._sheet.row((
            in_nairobi(movement.at).replace(tzinfo=None),
            movement.direction.value,
            movement.amount_kes,
            movement.fee.value,
            movement.title,
            movement.reference,
            movement.receipt,
            movement.payment_id,
            movement.refund_id,
            movement.client,
            movement.for_whom,
            movement.phone_masked,
            movement.method.value,
            movement.approved_by,
        ))  # fmt: skip

    def finish(self, sums: Sums) -> None:
        """Write the sums below the last row, and pack the file: for a million rows that takes a while."""
        for name, amount_kes in sum_rows(sums):
            self._sheet.row(("", name, amount_kes, *[""] * (len(_TABLE) - 3)), _SUM_LOOKS)
        self._book.close()

    def close(self) -> None:
        """Remove what is on disk; a file that was not finished is worth nothing."""
        self._book.close()

    def _begin(self) -> Sheet:
        self._sheets += 1
        self._left = self._rows_a_sheet
        sheet = self._book.sheet("Movements" if self._sheets == 1 else f"Movements {self._sheets}", _TABLE)
        sheet.head()
        return sheet
