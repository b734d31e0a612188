"""`legalpro export`: the movements of money of a period as CSV, XLSX or JSON, into a file or to the terminal.

Owns the command line's side. What a movement is and how it looks is `payments.ledger`'s and `reports`'.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from legalpro.beside import DONE, FAILED, with_store
from legalpro.large_export import HelperLost, write_large_export
from legalpro.settings import Settings
from payments.ledger import UnreadableMovement
from payments.periods import BadPeriod, read_period
from payments.values import show_kes
from reports.exports import Form
from reports.sums import Sums
from storage.connect import Store


async def export(settings: Settings, words: Sequence[str], form: Form, out: Path | None) -> int:
    """Write them; without `out` to standard output, where XLSX cannot go."""
    now = datetime.now(UTC)
    try:
        period = read_period(words, now)
    except BadPeriod as error:
        print(
            f"legalpro: «{error}» is no period: today, week, month, quarter, year, or two days",
            file=sys.stderr,
        )
        return FAILED
    if out is None and form is Form.XLSX:
        print("legalpro: XLSX needs a file: --out FILE", file=sys.stderr)
        return FAILED

    async def write(store: Store) -> int:
        if out is None:
            await write_large_export(store, period, form, sys.stdout.buffer, made_at=now)
            return DONE
        with out.open("xb") as file:
            sums = await write_large_export(store, period, form, file, made_at=now, folder=out.parent)
        print(f"{period.label}: {_told(sums)}, written to {out}")
        return DONE

    try:
        return await with_store(settings, write)
    except FileExistsError:
        print(f"legalpro: {out} is there already", file=sys.stderr)
        return FAILED
    except UnreadableMovement as error:
        print(f"legalpro: the export ends here, what is stored cannot be read: {error}", file=sys.stderr)
        return FAILED
    except HelperLost as error:
        print(f"legalpro: the export ends here, please do it again: {error}", file=sys.stderr)
        return FAILED


def _told(sums: Sums) -> str:
    return (
        f"{sums.paid} payments of {show_kes(sums.paid_kes)}, "
        f"{sums.refunds} refunds of {show_kes(-sums.refunded_kes)}"
    )
