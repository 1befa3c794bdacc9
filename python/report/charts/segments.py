"""Charts of the segments: sizes, profiles, distributions of features, the grid of scores."""

from typing import Any

import altair as alt

from report.charts.theme import (
    BLUE,
    COMPACT,
    DASHES,
    INK,
    NARROW,
    ON_PALE,
    ON_STRONG,
    Specification,
    at,
    chart_of,
    chosen_opacity,
    scale_of,
    segment_axis,
    segment_colour,
    segment_names,
    specification,
    tooltip,
)
from report.data import ReportData
from report.scales import round_values
from report.text import (
    compact,
    count,
    feature_name,
    feature_title,
    feature_value,
    label,
    number,
    percent,
)

# z-scores beyond this have the strongest colour.
STRONGEST_Z = 2.0
SHAPES = [
    *("circle", "square", "triangle-up", "diamond", "triangle-down"),
    *("cross", "triangle-right", "triangle-left", "wedge", "arrow"),
]
# More features than this are written aslant.
MOST_UPRIGHT = 4


def segment_sizes(data: ReportData) -> Specification:
    """Share of customers against share of revenue, two bars per segment."""
    labels, exact = data.labels(), data.build.currency.exact
    bars = [
        {
            "segment": segment["segment_id"],
            "name": labels[segment["segment_id"]],
            "measure": measure,
            "share": segment[f"share_of_{measure}"],
            "text": percent(segment[f"share_of_{measure}"]),
            "customers": f"{count(segment['n_customers'])} ({percent(segment['share_of_customers'])})",
            "revenue": f"{exact(segment['revenue'])} ({percent(segment['share_of_revenue'])})",
        }
        for segment in data.segments
        for measure in ("customers", "revenue")
    ]
    largest = max(bar["share"] for bar in bars)
    ticks = [step / 10 for step in range(0, 11, 2 if largest > 0.4 else 1) if step / 10 <= largest]
    base = chart_of(bars).encode(
        y=segment_axis(data),
        yOffset=alt.YOffset("measure:N", sort=["customers", "revenue"]),
        x=alt.X(
            "share:Q",
            title="share of the total",
            stack=False,
            axis=alt.Axis(format="%", **at(ticks)),
            # Room for the words at the end of the longest bar.
            scale=alt.Scale(domain=[0, largest * 1.6], nice=False),
        ),
        tooltip=tooltip(name="segment", customers="customers", revenue="revenue"),
        opacity=chosen_opacity(),
    )
    marks = base.mark_bar(cornerRadiusEnd=2, height=alt.RelativeBandSize(0.85)).encode(
        color=segment_colour(data),
        fillOpacity=alt.condition("datum.measure === 'customers'", alt.value(0.45), alt.value(1)),
    )
    # What the number means is said where there is room for it.
    words = base.transform_calculate(words=f"{NARROW} ? datum.text : datum.text + ' of ' + datum.measure")
    words = words.mark_text(align="left", dx=4, fontSize=11).encode(text="words:N")
    return specification(
        marks + words, 46 * len(data.segments), "Bars: share of customers and of revenue by segment."
    )


def profiles(data: ReportData) -> list[dict[str, Any]]:
    """The z-scores of the centroids, one row per segment and feature."""
    assert data.model is not None
    labels = data.labels()
    return [
        {
            "segment": segment["segment_id"],
            "name": labels[segment["segment_id"]],
            "feature": feature,
            "position": position,
            "z": round(z, 4),
            "text": f"{'+' if z > 0 else ''}{number(z)}",
        }
        for segment in data.segments
        for position, (feature, z) in enumerate(
            zip(data.feature_labels(), data.model.centroids[segment["segment_id"]], strict=True)
        )
    ]


def feature_axis(data: ReportData, **places: Any) -> alt.X:
    """The model's features side by side, in its order."""
    assert data.model is not None
    angle = 0 if len(data.model.features) <= MOST_UPRIGHT else -35
    return alt.X(
        "feature:N",
        title=None,
        sort=alt.EncodingSortField("position", op="min"),
        axis=alt.Axis(labelAngle=angle, **places),
    )


def profile_heatmap(data: ReportData) -> Specification:
    """z-scores of the centroids."""
    base = chart_of(profiles(data)).encode(
        x=feature_axis(data, orient="top"),
        y=segment_axis(data),
        opacity=chosen_opacity(),
        tooltip=tooltip(name="segment", feature="feature", text="z-score"),
    )
    squares = base.mark_rect().encode(
        color=alt.Color(
            "z:Q",
            legend=None,
            scale=alt.Scale(
                scheme="redblue", reverse=True, domain=[-STRONGEST_Z, STRONGEST_Z], nice=False, clamp=True
            ),
        )
    )
    words = base.mark_text().encode(
        text="text:N",
        color=alt.condition(f"abs(datum.z) > {0.6 * STRONGEST_Z}", alt.value(ON_STRONG), alt.value(ON_PALE)),
    )
    words_for_it = "Heat map: z-scores of each segment's features."
    return specification(squares + words, 46 * len(data.segments), words_for_it)


def snake_plot(data: ReportData) -> Specification:
    """z-scores of the centroids as one line per segment."""
    base = chart_of(profiles(data)).encode(
        x=feature_axis(data, grid=False),
        y=alt.Y("z:Q", title="z-score (0 = average customer)"),
        color=segment_colour(data, legend=True),
        opacity=chosen_opacity(),
        tooltip=tooltip(name="segment", feature="feature", text="z-score"),
    )
    names = segment_names(data)
    shapes = alt.Shape(
        "name:N",
        title=None,
        scale=alt.Scale(domain=names, range=[SHAPES[i % len(SHAPES)] for i in range(len(names))]),
    )
    average = chart_of([{"z": 0}]).mark_rule(color=INK, strokeDash=DASHES).encode(y="z:Q")
    lines = base.mark_line(strokeWidth=2) + base.mark_point(filled=True, size=60).encode(shape=shapes)
    return specification(average + lines, 380, "Lines: z-scores of each segment's features.")


def feature_boxes(data: ReportData, feature: str) -> Specification:
    """Where the values of a feature lie in each segment: 5, 25, 50, 75 and 95 percent of its customers."""
    labels, currency = data.labels(), data.build.currency
    names = ("q05", "q25", "q50", "q75", "q95")
    boxes = [
        {
            "segment": row["segment_id"],
            "name": labels[row["segment_id"]],
            **{name: float(value) for name, value in zip(names, row["quantiles"], strict=True)},
            **{
                f"{name}_text": feature_value(feature, value, currency)
                for name, value in zip(names, row["quantiles"], strict=True)
            },
        }
        for row in data.quantiles[feature]
    ]
    low, high = min(box["q05"] for box in boxes), max(box["q95"] for box in boxes)
    scale = scale_of(low, high)
    axis = alt.Axis(labelExpr=COMPACT, labelOverlap=True, **at(round_values(low, high)))
    base = chart_of(boxes).encode(
        y=segment_axis(data),
        color=segment_colour(data),
        opacity=chosen_opacity(),
        tooltip=tooltip(
            name="segment",
            q95_text="95% have at most",
            q75_text="75% have at most",
            q50_text="half have at most",
            q25_text="25% have at most",
            q05_text="5% have at most",
        ),
    )
    whiskers = base.mark_rule(strokeWidth=1.5).encode(
        x=alt.X("q05:Q", title=feature_title(feature, currency), scale=scale, axis=axis), x2="q95:Q"
    )
    middle = base.mark_bar(height=12).encode(x=alt.X("q25:Q", scale=scale), x2="q75:Q")
    median = base.mark_tick(thickness=2.5, height=19).encode(
        x=alt.X("q50:Q", scale=scale), color=alt.value(INK)
    )
    return specification(
        whiskers + middle + median,
        30 * len(data.segments),
        f"Boxes: {label(feature_name(feature))} in each segment on a logarithmic axis.",
    )


def rfm_grid(data: ReportData, measure: str) -> Specification:
    """Customers or revenue in each cell of recency and frequency scores, of the chosen segment or of all."""
    currency = data.build.currency
    column = "n_customers" if measure == "customers" else "monetary"
    largest: dict[int, float] = {}
    for row in data.grid:
        segment = row["segment_id"] or 0
        largest[segment] = max(largest.get(segment, 0.0), float(row[column]))
    cells = [
        {
            "segment": row["segment_id"] or 0,
            "r": row["r_score"],
            "f": row["f_score"],
            "cell": row["rfm_segment"],
            "strength": round(float(row[column]) / (largest[row["segment_id"] or 0] or 1.0), 4),
            "text": compact(float(row[column])),
            "customers": count(row["n_customers"]),
            "revenue": currency.exact(row["monetary"]),
        }
        for row in data.grid
    ]
    scores = [1, 2, 3, 4, 5]
    base = chart_of(cells).encode(
        x=alt.X(
            "f:O",
            title="frequency score (5 = most orders)",
            scale=alt.Scale(domain=scores),
            axis=alt.Axis(labelAngle=0),
        ),
        y=alt.Y("r:O", title="recency score (5 = most recent)", scale=alt.Scale(domain=scores[::-1])),
        tooltip=tooltip(
            cell="rule grid",
            r="recency score",
            f="frequency score",
            customers="customers",
            revenue="revenue",
        ),
    )
    base = base.transform_filter("datum.segment === segment")
    strength = alt.FillOpacity("strength:Q", scale=alt.Scale(domain=[0, 1], range=[0.08, 1]), legend=None)
    squares = base.mark_rect(color=BLUE, cornerRadius=3).encode(fillOpacity=strength)
    words = base.mark_text().encode(
        text="text:N",
        color=alt.condition("datum.strength > 0.85", alt.value(ON_STRONG), alt.value(INK)),
    )
    return specification(squares + words, 290, f"Heat map: {measure} by recency and frequency score.")
