"""A summary's workbook holds every figure beside the one before it, as values."""

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from payments.analytics.figures import Failure, Figures, Part, Takings, change
from payments.catalogue import FeeKind
from payments.reasons import Reason
from reports.summary import Summary
from reports.workbook import summary_xlsx
from tests.reports.test_reports_exports import cells_of_xlsx

TAKINGS = Takings(received_kes=9_000, payments=4, refunded_kes=1_000, refunds=1)
NOW = Figures(
    first=date(2026, 11, 1),
    last=date(2026, 11, 2),
    takings=TAKINGS,
    unpaid=1,
    failures=(Failure(reason=Reason.LOW_BALANCE, count=1),),
    median_s=23.4,
    p95_s=101.0,
    new_payers=3,
    returning_payers=1,
    by_day=(
        Part(key=date(2026, 11, 1), takings=TAKINGS),
        Part(key=date(2026, 11, 2), takings=Takings()),
    ),
    by_hour=tuple(Part(key=hour, takings=Takings(received_kes=hour)) for hour in range(24)),
    by_kind=(Part(key=FeeKind.CASE, takings=TAKINGS),),
    by_matter=(Part(key="=Estate of Ngũgĩ", takings=TAKINGS),),
)
BEFORE = Figures(
    first=date(2026, 10, 30),
    last=date(2026, 10, 31),
    takings=Takings(received_kes=4_500, payments=2),
    by_day=(Part(key=date(2026, 10, 30), takings=Takings(received_kes=4_500, payments=2)),),
    by_kind=(Part(key=FeeKind.CASE, takings=Takings(received_kes=4_500, payments=2)),),
)
SUMMARY = Summary(
    firm="Wanjikũ & Otieno", made_at=datetime(2026, 11, 3, 5, tzinfo=UTC), now=NOW, before=BEFORE
)
SHEETS = {name: place for place, name in enumerate(("Summary", "day", "hour", "kind", "matter", "Unpaid"), 1)}


def sheet(name: str, summary: Summary = SUMMARY) -> list[list[str]]:
    """The cells of one sheet."""
    return cells_of_xlsx(summary_xlsx(summary), SHEETS[name])


def figure(name: str) -> list[str]:
    """The cells of one row of the first sheet."""
    return next(row for row in sheet("Summary") if row[0] == name)


def test_every_figure_stands_beside_the_one_before_and_its_change() -> None:
    assert figure("Received (KES)")[1:] == ["9000", "4500", "1"]
    assert figure("Refunded (KES)")[1:] == ["1000", "0"]
    assert figure("Net (KES)")[1:3] == ["8000", "4500"]
    assert figure("Payments")[1:3] == ["4", "2"]
    assert figure("Average payment (KES)")[1:3] == ["2250", "2250"]
    assert figure("Success rate")[1:3] == ["0.8", "1"]
    assert figure("Time to pay, median (seconds)")[1] == "23.4"
    assert figure("New payers")[1:3] == ["3", "0"]


def test_the_first_sheet_says_whose_figures_they_are_and_of_when() -> None:
    said = [row[0] for row in sheet("Summary")[:3]]
    assert said[0] == "Wanjikũ & Otieno"
    assert said[1] == "1 to 2 November 2026"
    assert said[2] == "Compared with 30 to 31 October 2026. Made 3 November 2026, 08:00:00 (Nairobi)."


def test_the_first_sheet_says_when_not_everything_was_added_up() -> None:
    behind = replace(SUMMARY, now=replace(NOW, is_behind=True))
    assert sheet("Summary", behind)[2][0].endswith("(Nairobi). Not everything was added up yet.")


def test_a_day_stands_beside_its_counterpart_and_a_kind_beside_itself() -> None:
    days = sheet("day")
    assert days[1][1:] == ["9000", "1000", "8000", "4", "1", "2250", "4500"]
    assert days[2][1:] == ["0", "0", "0", "0", "0", "0"]
    assert sheet("kind")[1] == ["Case fee", "9000", "1000", "8000", "4", "1", "2250", "4500"]


def test_a_matter_named_like_a_formula_is_text() -> None:
    assert sheet("matter")[1][0] == "=Estate of Ngũgĩ"


def test_reasons_and_hours_are_all_there() -> None:
    assert sheet("Unpaid")[1] == ["Low balance", "1", "0"]
    assert [row[0] for row in sheet("hour")[1:]] == [f"{hour:02}:00" for hour in range(24)]


def test_days_are_shown_as_a_chart_as_well() -> None:
    with zipfile.ZipFile(io.BytesIO(summary_xlsx(SUMMARY))) as archive:
        assert b"'By day'!$B$2:$B$3" in archive.read("xl/charts/chart1.xml")


def test_the_same_summary_gives_the_same_bytes() -> None:
    assert summary_xlsx(SUMMARY) == summary_xlsx(SUMMARY)


def test_a_span_without_any_payment_can_be_written() -> None:
    empty = Figures(first=date(2026, 11, 1), last=date(2026, 11, 1))
    rows = sheet("Summary", replace(SUMMARY, now=empty, before=empty))
    assert next(row for row in rows if row[0] == "Success rate") == ["Success rate"]


def test_rates_and_averages_of_nothing_are_not_invented() -> None:
    assert Figures(first=date(2026, 11, 1), last=date(2026, 11, 1)).success_rate is None
    assert Takings().average_kes == 0
    assert change(5, 0) is None


@pytest.mark.parametrize(
    ("now", "before", "grown"), [(150, 100, 0.5), (50, 100, -0.5), (50, -100, 1.5), (0, 0, None)]
)
def test_growth_is_counted_from_the_size_of_what_was(now: int, before: int, grown: float | None) -> None:
    assert change(now, before) == grown
