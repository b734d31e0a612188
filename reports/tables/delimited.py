"""Movements as CSV that every spreadsheet opens: UTF-8 with a mark, commas, Nairobi's time, no formulas.

Owns the columns. A spreadsheet guesses what a CSV's cells are (a reference `12/2026` becomes a date); who
wants none of that takes the XLSX.
"""

from __future__ import annotations

import codecs
import shutil
from collections.abc import Sequence
from typing import BinaryIO

from payments.ledger import Movement
from payments.nairobi import second_in_nairobi
from reports.sums import Sums
from reports.tables.cells import csv_cells

COLUMNS = (
    "Time (Nairobi)",
    "Movement",
    "Amount (KES)",
    "Kind of fee",
    "Fee",
    "Reference",
    "M-Pesa receipt",
    "Payment",
    "Refund",
    "Client",
    "On behalf of",
    "Phone",
    "Method",
    "Approved by",
)


def sum_rows(sums: Sums) -> tuple[tuple[str, int], ...]:
    """The last rows of every table: what they are called and what they say."""
    return (
        (f"Payments: {sums.paid:,}", sums.paid_kes),
        (f"Refunds: {sums.refunds:,}", sums.refunded_kes),
        ("Net", sums.net_kes),
    )


class CsvWriter:
    """Writes rows as they come; a bare one writes them without a head."""

    def __init__(self, file: BinaryIO, *, bare: bool = False) -> None:
        self._file = file
        if not bare:
            self._file.write(codecs.BOM_UTF8)
            self._write(f"{csv_cells(COLUMNS)}\r\n")

    def rows(self, movements: Sequence[Movement]) -> None:
        """Write these movements."""
        self._write("".join(map(_row, movements)))

    def append(self, rows: BinaryIO) -> None:
        """Copy the rows of a bare writer."""
        shutil.copyfileobj(rows, self._file)

    def finish(self, sums: Sums) -> None:
        """Write the sums."""
        for name, amount_kes in sum_rows(sums):
            self._write(f",{csv_cells([name])},{amount_kes}{',' * (len(COLUMNS) - 3)}\r\n")

    def close(self) -> None:
        """Nothing is held but the file."""

    def _write(self, text: str) -> None:
        self._file.write(text.encode("utf-8", errors="replace"))


def _row(movement: Movement) -> str:
    """The line of a movement, whose parts are in the order of the columns; its amount may have a minus."""
    at, direction, amount_kes, fee = movement[:4]
    texts = csv_cells(movement[4:])
    return ",".join((second_in_nairobi(at), direction, str(amount_kes), fee, texts)) + "\r\n"
