"""What the charts share: their looks, the chosen segment, and how a chart becomes a specification."""

from collections.abc import Sequence
from typing import Any

import altair as alt

from report.data import ReportData
from report.scales import is_logarithmic

Drawing = alt.Chart | alt.LayerChart | alt.FacetChart
Specification = dict[str, Any]

# The page's style sheet replaces these by its own, which follow dark mode; all other colours stay.
INK = "#1d2127"
MUTED = "#5d6673"
GRID = "#d9dde3"
GROUND = "#ffffff"
# Words on a coloured ground, which is the same in both modes.
ON_PALE = "#000000"
ON_STRONG = "#fffffe"
BLUE = "#0072B2"
ORANGE = "#D55E00"
GREEN = "#009E73"
DASHES = [4, 3]
FAINT = 0.15

# The page sets these: the id of the chosen segment, 0 for all (ids start at 1), and whether it is narrow.
CHOSEN = "segment"
NARROW = "is_narrow"
IS_CHOSEN = f"{CHOSEN} === 0 || datum.segment === {CHOSEN}"
# The looks of all charts; font and ground are added where they are drawn.
CONFIG: dict[str, Any] = {
    "params": [{"name": CHOSEN, "value": 0}, {"name": NARROW, "value": False}],
    # A chart is one picture with a description: its marks are not read out one by one.
    "aria": False,
    "autosize": {"type": "fit-x", "contains": "padding"},
    "padding": {"left": 0, "right": 6, "top": 4, "bottom": 6},
    "view": {"stroke": None},
    "text": {"color": INK, "fontSize": 12},
    "axis": {
        "domain": False,
        "ticks": False,
        "tickCount": 5,
        "gridColor": GRID,
        "labelColor": INK,
        "labelFontSize": 12,
        "labelLimit": 220,
        "labelPadding": 6,
        "labelSeparation": 8,
        "titleColor": MUTED,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
    "legend": {
        "orient": "top",
        "columns": 2,
        "labelColor": INK,
        "labelFontSize": 12,
        "labelLimit": 160,
        "titleColor": MUTED,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
}
# A name down the side that is longer takes two lines where there is little room.
ONE_LINE = 16
# A number on an axis as `text.compact` writes it, such as 12k; d3 knows other signs, and m for thousandths.
COMPACT = (
    "abs(datum.value) < 1 ? format(datum.value, '~g') : "
    "replace(replace(format(datum.value, '~s'), 'M', 'm'), 'G', 'bn')"
)


def chart_of(values: list[dict[str, Any]]) -> alt.Chart:
    """A chart of these rows, which it carries along."""
    return alt.Chart(alt.InlineData(values=values))


def specification(chart: Drawing, height: int, words: str) -> Specification:
    """The chart as Vega-Lite, as wide as its place; `words` say what it shows to who does not see it."""
    described = chart.properties(width="container", height=height, description=words).to_dict()
    # Altair's own looks; ours are CONFIG.
    described.pop("config", None)
    return dict(described)


def tooltip(**titles: str) -> list[alt.Tooltip]:
    """What hovering over a mark tells: texts by field, each with its title."""
    return [alt.Tooltip(f"{field}:N", title=title) for field, title in titles.items()]


def in_lines(label: str, where: str = NARROW) -> dict[str, Any]:
    """What an axis needs for names down the side; `label` and `where` to break them are expressions."""
    is_long = f"{where} && length({label}) > {ONE_LINE}"
    lines = f"split(replace({label}, regexp('^(.{{1,{ONE_LINE}}}) +'), '$1\\n'), '\\n')"
    return {
        "labelExpr": f"{is_long} ? {lines} : {label}",
        # Both lines together stand at the middle.
        "labelOffset": {"condition": {"test": is_long, "value": -6}, "value": 0},
    }


def at(values: Sequence[float]) -> dict[str, Any]:
    """What an axis needs to have its ticks at these values and nowhere else, all of them."""
    return {"values": list(values), "tickCount": len(values)}


def share_axis(title: str) -> alt.X:
    """The field `share` along the bottom, from 0 to 100 %."""
    return alt.X(
        "share:Q",
        title=title,
        stack="zero",
        axis=alt.Axis(format="%", grid=False),
        scale=alt.Scale(domain=[0, 1]),
    )


def segment_names(data: ReportData) -> list[str]:
    """Short names of the segments, in order of value."""
    labels = data.labels()
    return [labels[segment["segment_id"]] for segment in data.segments]


def segment_axis(data: ReportData) -> alt.Y:
    """Segments down the side, in order of value."""
    return alt.Y("name:N", sort=segment_names(data), title=None, axis=alt.Axis(**in_lines("datum.label")))


def segment_colour(data: ReportData, *, legend: bool = False) -> alt.Color:
    """The colour of each segment, by its name."""
    colours = [data.colours[segment["segment_id"]] for segment in data.segments]
    return alt.Color(
        "name:N",
        title=None,
        scale=alt.Scale(domain=segment_names(data), range=colours),
        legend=alt.Legend(symbolOpacity=1) if legend else None,
    )


def chosen_opacity() -> Any:
    """Full strength for the chosen segment, faint for the others; an opacity to encode."""
    return alt.condition(IS_CHOSEN, alt.value(1), alt.value(FAINT))


def scale_of(low: float, high: float) -> alt.Scale:
    """A logarithmic scale for values from low to high; near 0 it is linear where they reach below 1."""
    if is_logarithmic(low):
        return alt.Scale(type="log", nice=False, domain=[low, max(high, low * 1.1)])
    return alt.Scale(type="symlog", constant=1, nice=False, domain=[low, max(high, low + 1)])
