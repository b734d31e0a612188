"""What a picture of the takings shows, before it is drawn. Owns the shapes; every text is the caller's.

`reports.pictures` makes them from a summary, `reports.charts` draws them.
"""

from __future__ import annotations

from dataclasses import dataclass

from payments.language import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class Total:
    """One figure above the bars. `note` stands small below it, such as `+12 %`; `good` colours it."""

    label: str
    value: str
    note: str = ""
    good: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One day, hour or month.

    Attributes:
        label: what stands below it, a few characters.
        received_kes: drawn upwards.
        refunded_kes: above zero; drawn downwards.
        before_kes: what was received in the same place of the period before; None where there is none.
    """

    label: str
    received_kes: int
    refunded_kes: int = 0
    before_kes: int | None = None

    @property
    def net_kes(self) -> int:
        """What is left of it."""
        return self.received_kes - self.refunded_kes


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Money over time. At most 62 columns can be told apart on a phone."""

    title: str
    period: str
    totals: tuple[Total, ...] = ()
    columns: tuple[Column, ...]
    language: Language = Language.ENGLISH


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One kind or matter. `note` stands beside the amount, such as `12 payments`."""

    label: str
    value_kes: int
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """Where the money comes from, the greatest first. At most 8 bars are drawn."""

    title: str
    period: str
    totals: tuple[Total, ...] = ()
    bars: tuple[Bar, ...]
    language: Language = Language.ENGLISH
