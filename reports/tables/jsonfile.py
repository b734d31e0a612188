"""Movements as one JSON document with a line for each, so that both a program and `grep` can read it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from datetime import datetime
from typing import BinaryIO

from payments.ledger import Movement
from payments.nairobi import in_nairobi
from reports.sums import Sums
from reports.tables.cells import sayable

_BETWEEN = ",\n"
_AT_ONCE = 64 * 1_024
_ENCODER = json.JSONEncoder(ensure_ascii=False)


class JsonWriter:
    """Writes `{"made_at": …, "movements": [ … ], "sums": { … }}` as rows come.

    A bare one, which was made at no time, writes the rows alone.
    """

    def __init__(self, file: BinaryIO, made_at: datetime | None = None) -> None:
        self._file = file
        made = made_at and in_nairobi(made_at).isoformat()
        self._before = f'{{"made_at": "{made}", "movements": [\n' if made else ""

    def rows(self, movements: Sequence[Movement]) -> None:
        """Write these movements."""
        if movements:
            self._write(self._before + _BETWEEN.join(map(_line, movements)))
            self._before = _BETWEEN

    def append(self, rows: BinaryIO) -> None:
        """Copy the rows of a bare writer."""
        if some := rows.read(_AT_ONCE):
            self._file.write(self._before.encode() + some)
            shutil.copyfileobj(rows, self._file)
            self._before = _BETWEEN

    def finish(self, sums: Sums) -> None:
        """Write the sums."""
        opening = "" if self._before == _BETWEEN else self._before
        self._write(f'{opening}\n], "sums": {json.dumps(_sums(sums))}}}\n')

    def close(self) -> None:
        """Nothing is held but the file."""

    def _write(self, text: str) -> None:
        self._file.write(sayable(text).encode())


def _line(movement: Movement) -> str:
    return _ENCODER.encode({
            "at": in_nairobi(movement.at).isoformat(),
            "direction": movement.direction.value,
            "amount_kes": movement.amount_kes,
            "fee": movement.fee.value,
            "title": movement.title,
            "reference": movement.reference,
            "receipt": movement.receipt,
            "payment_id": movement.payment_id,
            "refund_id": movement.refund_id or None,
            "client": movement.client,
            "for_whom": movement.for_whom or None,
            "phone_masked": movement.phone_masked,
            "method": movement.method.value,
            "approved_by": movement.approved_by or None,
    })  # fmt: skip


def _sums(sums: Sums) -> dict[str, int]:
    return {
        "payments": sums.paid,
        "received_kes": sums.paid_kes,
        "refunds": sums.refunds,
        "refunded_kes": sums.refunded_kes,
        "net_kes": sums.net_kes,
    }
