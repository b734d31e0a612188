"""Pictures of the takings for a phone: a `Chart` or `Breakdown` becomes a PNG of 1000 by 750 pixels."""

from __future__ import annotations

from reports.chart import Breakdown, Chart


def chart_png(chart: Chart | Breakdown) -> bytes:
    """Draw it. The same chart gives the same bytes; it takes about a tenth of a second."""
    from reports.scenes.breakdown import breakdown_scene  # noqa: PLC0415  # heavy
    from reports.scenes.columns import column_scene  # noqa: PLC0415  # heavy
    from reports.scenes.painter import png  # noqa: PLC0415  # heavy

    return png(column_scene(chart) if isinstance(chart, Chart) else breakdown_scene(chart))
