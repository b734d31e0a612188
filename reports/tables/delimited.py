"""Movements as CSV that every spreadsheet opens: UTF-8 with a mark, commas, Nairobi's time, no formulas.

Owns the columns. A spreadsheet guesses what a CSV's cells are (a reference `12/2026` becomes a date); who
wants none of that takes the XLSX.
"""

from __future__ import annotations

import csv
import io
from typing import BinaryIO

from payments.nairobi import in_nairobi
from reports.movement import Movement, Sums
from reports.tables.cells import no_formula

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
    """Writes rows as they come."""

    def __init__(self, file: BinaryIO) -> None:
        self._text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="")
        self._write = csv.writer(self._text).writerow
        self._write(COLUMNS)
        self._let_go = False

    def row(self, movement: Movement) -> None:
        """Write one movement."""
        self._write((
            in_nairobi(movement.at).isoformat(" ", "seconds")[:19],
            movement.direction.value,
            movement.amount_kes,
            movement.fee.value,
            no_formula(movement.title),
            no_formula(movement.reference),
            no_formula(movement.receipt),
            movement.payment_id,
            movement.refund_id,
            no_formula(movement.client),
            no_formula(movement.phone_masked),
            movement.method.value,
            no_formula(movement.approved_by),
        ))  # fmt: skip

    def finish(self, sums: Sums) -> None:
        """Write the sums."""
        for name, amount_kes in sum_rows(sums):
            self._write(("", name, amount_kes, *[""] * (len(COLUMNS) - 3)))
        self._text.flush()

    def close(self) -> None:
        """Let go of the file without closing it."""
        if not self._let_go:
            self._let_go = True
            self._text.detach()
