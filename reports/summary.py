"""A span's figures beside those of the span before: what text, picture and workbook are drawn from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from payments.analytics.figures import Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """A span and the one before it, of the same length."""

    firm: str
    made_at: datetime
    now: Figures
    before: Figures
