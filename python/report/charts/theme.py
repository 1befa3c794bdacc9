"""What the charts share: their looks, the chosen segment, and how a chart becomes a specification."""

from typing import Any

import altair as alt

from report.data import ReportData
from report.scales import is_logarithmic

# The page sets this signal: the id of the chosen segment, 0 for all. Ids start at 1.
CHOSEN = "segment"
IS_CHOSEN = f"{CHOSEN} === 0 || datum.segment === {CHOSEN}"
FAINT = 0.15
FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"
BLUE = "#0072B2"
# The page's style sheet turns this colour into its ink.
INK = "#1d2127"


def chart_of(values: list[dict[str, Any]]) -> alt.Chart:
    """A chart of these rows, which it carries along."""
    return alt.Chart(alt.InlineData(values=values))


def specification(chart: alt.Chart | alt.LayerChart, height: int | alt.Step, title: str) -> dict[str, Any]:
    """The chart as Vega-Lite: as wide as its place in the page, its ink from the page's style sheet."""
    described = chart.properties(
        width="container",
        height=height,
        description=title,
        background="transparent",
        autosize=alt.AutoSizeParams(type="fit-x", contains="padding"),
        padding={"left": 0, "right": 6, "top": 4, "bottom": 6},
    )
    configured = (
        described.add_params(alt.param(name=CHOSEN, value=0))
        .configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(
            labelFontSize=12, titleFontSize=12, titleFontWeight="normal", domain=False, tickCount=5
        )
        .configure_legend(labelFontSize=12, titleFontSize=12, orient="top", columns=2)
    )
    return dict(configured.to_dict())


def segment_axis(data: ReportData) -> alt.Y:
    """Segments down the side, in order of value."""
    labels = data.labels()
    order = [labels[segment["segment_id"]] for segment in data.segments]
    return alt.Y("name:N", sort=order, title=None, axis=alt.Axis(ticks=False, labelPadding=6))


def segment_colour(data: ReportData, *, legend: bool = False) -> alt.Color:
    """The colour of each segment, by its name."""
    labels = data.labels()
    ids = [segment["segment_id"] for segment in data.segments]
    return alt.Color(
        "name:N",
        title=None,
        scale=alt.Scale(domain=[labels[i] for i in ids], range=[data.colours[i] for i in ids]),
        legend=alt.Legend(symbolType="circle", symbolOpacity=1) if legend else None,
    )


def chosen_opacity() -> Any:
    """Full strength for the chosen segment, faint for the others; an opacity to encode."""
    return alt.condition(IS_CHOSEN, alt.value(1), alt.value(FAINT))


def scale_of(low: float, high: float) -> alt.Scale:
    """A logarithmic scale for values from low to high; near 0 it is linear where they reach below 1."""
    if is_logarithmic(low):
        return alt.Scale(type="log", nice=False, domain=[low, max(high, low * 1.1)])
    return alt.Scale(type="symlog", constant=1, nice=False, domain=[low, max(high, low + 1)])
