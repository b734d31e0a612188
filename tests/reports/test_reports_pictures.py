"""Pictures of the takings: what they show, that nothing on them overlaps, and that they are pictures."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from payments.analytics.figures import Figures, Part, Takings
from payments.catalogue import FeeKind
from payments.language import Language
from reports.chart import Bar, Breakdown, Chart, Column, Total
from reports.charts import chart_png
from reports.pictures import hour_chart, kind_chart, matter_chart, takings_chart
from reports.scenes.breakdown import breakdown_scene
from reports.scenes.columns import column_scene
from reports.scenes.scales import round_ticks, short, stride
from reports.scenes.scene import HEIGHT, WIDTH, Scene, Text
from reports.summary import Summary

TOTALS = (
    Total(label="Net, KES", value="1,234,567", note="+12% on before", good=True),
    Total(label="Received, KES", value="1,284,567", note="312 payments"),
    Total(label="Refunded, KES", value="50,000", note="3 refunds"),
)
LONG = 999_999_999_999


def chart(*columns: Column, language: Language = Language.ENGLISH) -> Chart:
    """A chart of these columns."""
    return Chart(title="Takings", period="November 2026", totals=TOTALS, columns=columns, language=language)


def columns(count: int, amount_kes: int = 45_000, refunded_kes: int = 5_000) -> tuple[Column, ...]:
    """So many columns, each other than the one before."""
    return tuple(
        Column(
            label=f"{place:02}",
            received_kes=amount_kes * place // count,
            refunded_kes=refunded_kes if place % 4 == 0 else 0,
            before_kes=amount_kes // 2,
        )
        for place in range(count)
    )


def overlapping(scene: Scene) -> list[tuple[str, str]]:
    """Pairs of texts that touch, and texts that leave the picture."""
    outside = [
        (text.text, "the edge")
        for text in scene.texts
        if text.x < 0 or text.y < 0 or text.x + text.width > WIDTH or text.y + text.height > HEIGHT
    ]
    return outside + [
        (one.text, other.text) for one, other in combinations(scene.texts, 2) if touch(one, other)
    ]


def touch(one: Text, other: Text) -> bool:
    """Whether two texts share any pixel of their boxes."""
    across = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    down = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    return across > 0 and down > 0


CHARTS = {
    "no column has money": chart(Column(label="24 Nov", received_kes=0)),
    "one bar": chart(Column(label="24 Nov", received_kes=1_500)),
    "more back than in": chart(Column(label="24 Nov", received_kes=1_500, refunded_kes=9_000)),
    "only refunds": chart(Column(label="24 Nov", received_kes=0, refunded_kes=9_000)),
    "only before": chart(Column(label="24 Nov", received_kes=0, before_kes=9_000)),
    "a week": chart(*columns(7)),
    "24 hours": chart(*columns(24)),
    "31 days": chart(*columns(31)),
    "62 days": chart(*columns(62)),
    "long numbers": chart(*columns(7, LONG, LONG // 3)),
    "many long numbers": chart(*columns(31, LONG, LONG // 3)),
    "one shilling": chart(*columns(7, 1, 1)),
    "long labels": chart(*(Column(label="September 2026", received_kes=1) for _ in range(12))),
    "Swahili": chart(*columns(31), language=Language.SWAHILI),
    "long titles": Chart(
        title="W" * 90,
        period="W" * 90,
        totals=tuple(Total(label="W" * 90, value="9" * 40, note="W" * 90) for _ in range(5)),
        columns=columns(7),
    ),
    "no totals": Chart(title="Takings", period="Today", columns=columns(7)),
}


@pytest.mark.parametrize("drawn", CHARTS.values(), ids=CHARTS.keys())
def test_no_two_texts_of_a_chart_overlap_and_none_leaves_the_picture(drawn: Chart) -> None:
    assert overlapping(column_scene(drawn)) == []


@pytest.mark.parametrize("drawn", CHARTS.values(), ids=CHARTS.keys())
def test_no_bar_leaves_the_picture(drawn: Chart) -> None:
    for block in column_scene(drawn).blocks:
        assert 0 <= block.x <= block.x + block.width <= WIDTH
        assert 0 <= block.y <= block.y + block.height <= HEIGHT


@given(
    st.lists(
        st.tuples(st.integers(0, LONG), st.integers(0, LONG), st.none() | st.integers(0, LONG)),
        min_size=1,
        max_size=62,
    )
)
@settings(max_examples=60, deadline=None)
def test_whatever_was_taken_no_texts_overlap(money: list[tuple[int, int, int | None]]) -> None:
    drawn = tuple(
        Column(label=str(place), received_kes=received, refunded_kes=refunded, before_kes=before)
        for place, (received, refunded, before) in enumerate(money)
    )
    assert overlapping(column_scene(chart(*drawn))) == []


@pytest.mark.parametrize("drawn", CHARTS.values(), ids=CHARTS.keys())
def test_every_chart_becomes_a_picture_for_a_phone(drawn: Chart) -> None:
    png = chart_png(drawn)
    picture = Image.open(io.BytesIO(png))
    assert (picture.format, picture.size) == ("PNG", (1000, 750))
    assert len(picture.getcolors(750_000) or ()) > 20
    assert len(png) < 200_000
    assert chart_png(drawn) == png


def test_a_larger_amount_stands_higher() -> None:
    picture = Image.open(io.BytesIO(chart_png(chart(*columns(4, refunded_kes=0))))).convert("RGB")
    heights = [sum(picture.getpixel((x, y)) == (47, 143, 99) for y in range(310, 700)) for x in range(1000)]
    tops = [max(heights[start : start + 40]) for start in (400, 620, 840)]
    assert 0 < tops[0] < tops[1] < tops[2]


def test_a_chart_without_money_says_so() -> None:
    said = [text.text for text in column_scene(CHARTS["no column has money"]).texts]
    assert "No money moved in this time." in said


def test_the_legend_names_only_what_is_drawn() -> None:
    plain = [text.text for text in column_scene(chart(Column(label="1", received_kes=5))).texts]
    assert "Received" in plain
    assert not {"Refunded", "Net", "Period before"} & set(plain)


def test_a_shilling_among_millions_is_still_seen() -> None:
    drawn = chart(Column(label="1", received_kes=9_000_000), Column(label="2", received_kes=1))
    assert min(block.height for block in column_scene(drawn).blocks if block.colour == "#2f8f63") >= 3


BREAKDOWNS = {
    "nothing": (),
    "one": (Bar(label="Consultation", value_kes=1_500, note="1 payment"),),
    "four": tuple(Bar(label=kind.value, value_kes=10**place) for place, kind in enumerate(FeeKind)),
    "eight long": tuple(Bar(label="W" * 80, value_kes=LONG, note="9,999 payments") for _ in range(8)),
    "too many": tuple(Bar(label="Matter", value_kes=LONG, note="9,999 payments") for _ in range(12)),
    "hostile": (Bar(label="\u202e<b>名 👨‍👩‍👧" + "x" * 300, value_kes=3),),
}


@pytest.mark.parametrize("bars", BREAKDOWNS.values(), ids=BREAKDOWNS.keys())
def test_no_two_texts_of_a_breakdown_overlap(bars: tuple[Bar, ...]) -> None:
    drawn = Breakdown(title="By kind", period="November 2026", totals=TOTALS, bars=bars)
    assert overlapping(breakdown_scene(drawn)) == []
    assert Image.open(io.BytesIO(chart_png(drawn))).size == (1000, 750)


def test_a_small_share_is_not_called_nothing() -> None:
    bars = (Bar(label="Case fee", value_kes=999_999), Bar(label="Court fee", value_kes=1))
    said = [text.text for text in breakdown_scene(Breakdown(title="", period="", bars=bars)).texts]
    assert "1 · <1%" in said


@pytest.mark.parametrize(
    ("amount_kes", "said"),
    [
        (0, "0"),
        (950, "950"),
        (1_000, "1k"),
        (1_500, "1.5k"),
        (12_340, "12.34k"),
        (999_999, "1M"),
        (1_250_000, "1.25M"),
        (-2_500, "-2.5k"),
        (3_000_000_000, "3bn"),
    ],
)
def test_amounts_are_short_on_an_axis(amount_kes: int, said: str) -> None:
    assert short(amount_kes) == said


@given(st.integers(-LONG, 0), st.integers(0, LONG))
def test_an_axis_has_few_equal_round_steps_that_hold_zero_and_every_amount(low: int, high: int) -> None:
    ticks = round_ticks(low, high)
    assert ticks[0] <= low
    assert ticks[-1] >= high
    assert 0 in ticks
    assert 2 <= len(ticks) <= 7
    assert len({after - before for before, after in pairwise(ticks)}) == 1


def test_labels_are_thinned_out_until_they_have_room() -> None:
    assert stride([20.0] * 31, slot=40, gap=10) == 1
    assert stride([20.0] * 31, slot=28, gap=10) == 2
    assert stride([500.0] * 31, slot=28, gap=10) == 20
    assert stride([5_000.0] * 31, slot=28, gap=10) == 31


def days(first: date, count: int) -> tuple[Part[date], ...]:
    """So many days of takings that grow."""
    return tuple(
        Part(key=first + timedelta(days=place), takings=Takings(received_kes=1_000 * place, payments=place))
        for place in range(count)
    )


def figures(first: date, count: int) -> Figures:
    """A span with a bit of everything."""
    return Figures(
        first=first,
        last=first + timedelta(days=count - 1),
        takings=Takings(received_kes=500_000, payments=1, refunded_kes=20_000, refunds=2),
        by_day=days(first, count),
        by_hour=tuple(Part(key=hour, takings=Takings(received_kes=hour)) for hour in range(24)),
        by_kind=(Part(key=FeeKind.CASE, takings=Takings(received_kes=9, payments=2)),),
        by_matter=tuple(
            Part(key=f"Matter {place}", takings=Takings(received_kes=20 - place, payments=1))
            for place in range(12)
        ),
    )


def summary(count: int, before_count: int | None = None) -> Summary:
    """So many days and as many before them."""
    before = count if before_count is None else before_count
    first = date(2026, 11, 2)
    return Summary(
        firm="Wanjikũ & Otieno",
        made_at=datetime(2026, 12, 1, tzinfo=UTC),
        now=figures(first, count),
        before=figures(first - timedelta(days=before), before),
    )


def test_one_day_is_drawn_by_hour_a_month_by_day_and_a_year_by_month() -> None:
    assert [column.label for column in takings_chart(summary(1)).columns[:3]] == ["00", "01", "02"]
    assert [column.label for column in takings_chart(summary(30)).columns[:3]] == ["2", "3", "4"]
    assert [column.label for column in takings_chart(summary(365)).columns[:3]] == ["Nov", "Dec", "Jan"]


def test_a_week_is_drawn_by_weekday_in_the_readers_language() -> None:
    assert [c.label for c in takings_chart(summary(7)).columns][:2] == ["Mon", "Tue"]
    assert [c.label for c in takings_chart(summary(7), Language.SWAHILI).columns][:2] == ["Jtt", "Jnn"]


def test_months_are_the_sums_of_their_days() -> None:
    shown = takings_chart(summary(100)).columns
    assert sum(column.received_kes for column in shown) == sum(1_000 * place for place in range(100))


@pytest.mark.parametrize("before_count", [28, 30, 31])
def test_a_month_stands_beside_a_month_of_another_length(before_count: int) -> None:
    shown = takings_chart(summary(30, before_count)).columns
    assert len(shown) == 30
    assert [column.before_kes for column in shown[:3]] == [0, 1_000, 2_000]
    assert (shown[-1].before_kes is None) is (before_count < 30)


def test_the_smaller_matters_are_taken_together() -> None:
    shown = matter_chart(summary(30)).bars
    assert len(shown) == 8
    assert (shown[-1].label, shown[-1].value_kes) == ("5 others", 13 + 12 + 11 + 10 + 9)


def test_totals_say_by_how_much_the_net_grew() -> None:
    net, received, refunded = takings_chart(summary(30)).totals
    assert (net.value, net.note, net.good) == ("480,000", "+0% on before", True)
    assert (received.value, received.note) == ("500,000", "1 payment")
    assert (refunded.value, refunded.note) == ("20,000", "2 refunds")


@pytest.mark.parametrize("language", list(Language))
def test_every_picture_of_a_summary_can_be_drawn(language: Language) -> None:
    for made in (takings_chart, hour_chart, kind_chart, matter_chart):
        assert chart_png(made(summary(30), language)).startswith(b"\x89PNG")
