"""A summary as an Excel workbook, in bytes."""

from __future__ import annotations

import io

from reports.summary import Summary


def summary_xlsx(summary: Summary) -> bytes:
    """Write the workbook. The same summary gives the same bytes.

    Raises:
        ValueError: when `made_at` is naive.
    """
    from reports.tables.summary_book import write_summary  # noqa: PLC0415  # heavy

    out = io.BytesIO()
    write_summary(summary, out)
    return out.getvalue()
