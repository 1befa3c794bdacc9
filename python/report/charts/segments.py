"""Charts of the segments: sizes, distributions of features, the grid of scores."""

from typing import Any

import altair as alt

from report.charts.theme import (
    BLUE,
    INK,
    chart_of,
    chosen_opacity,
    scale_of,
    segment_axis,
    segment_colour,
    specification,
)
from report.data import ReportData
from report.scales import round_values
from report.text import compact, count, feature_name, feature_title, feature_value, percent


def segment_sizes(data: ReportData) -> dict[str, Any]:
    """Share of customers against share of revenue, two bars per segment."""
    labels, exact = data.labels(), data.build.currency.exact
    bars = []
    for segment in data.segments:
        tooltip = {
            "customers": f"{count(segment['n_customers'])} ({percent(segment['share_of_customers'])})",
            "revenue": f"{exact(segment['revenue'])} ({percent(segment['share_of_revenue'])})",
        }
        for measure in ("customers", "revenue"):
            bars.append(
                {
                    "segment": segment["segment_id"],
                    "name": labels[segment["segment_id"]],
                    "measure": measure,
                    "share": segment[f"share_of_{measure}"],
                    "text": percent(segment[f"share_of_{measure}"]),
                    **{f"{name}_text": text for name, text in tooltip.items()},
                }
            )
    largest = max(bar["share"] for bar in bars)
    # What the number means is said where there is room for it.
    words_where_wide = "width < 360 ? datum.text : datum.text + ' of ' + datum.measure"
    base = chart_of(bars).transform_calculate(words=words_where_wide)
    base = base.encode(
        y=segment_axis(data),
        yOffset=alt.YOffset("measure:N", sort=["customers", "revenue"]),
        x=alt.X(
            "share:Q",
            title="share of the total",
            axis=alt.Axis(format="%", values=[0, 0.2, 0.4, 0.6, 0.8, 1]),
            # Room for the words at the end of the longest bar.
            scale=alt.Scale(domain=[0, largest * 1.6], nice=False),
        ),
        tooltip=[
            alt.Tooltip("name:N", title="segment"),
            alt.Tooltip("customers_text:N", title="customers"),
            alt.Tooltip("revenue_text:N", title="revenue"),
        ],
    )
    pale_or_strong = alt.condition("datum.measure === 'customers'", alt.value(0.45), alt.value(1))
    marks = base.mark_bar(cornerRadiusEnd=2, height=alt.RelativeBandSize(0.85)).encode(
        color=segment_colour(data), fillOpacity=pale_or_strong, opacity=chosen_opacity()
    )
    words = base.mark_text(align="left", dx=4, fontSize=11).encode(text="words:N", opacity=chosen_opacity())
    return specification(
        marks + words, 46 * len(data.segments), "Share of customers and of revenue by segment"
    )


def feature_boxes(data: ReportData, feature: str) -> dict[str, Any]:
    """Where the values of a feature lie in each segment: 5, 25, 50, 75 and 95 percent of its customers."""
    labels = data.labels()
    currency = data.build.currency
    boxes = []
    for row in data.quantiles[feature]:
        box: dict[str, Any] = {"segment": row["segment_id"], "name": labels[row["segment_id"]]}
        for name, value in zip(("q05", "q25", "q50", "q75", "q95"), row["quantiles"], strict=True):
            box[name] = float(value)
            box[f"{name}_text"] = feature_value(feature, value, currency)
        boxes.append(box)
    low, high = min(box["q05"] for box in boxes), max(box["q95"] for box in boxes)
    scale = scale_of(low, high)
    axis = alt.Axis(format="~s", values=round_values(low, high), labelOverlap=True, grid=True)
    base = chart_of(boxes).encode(
        y=segment_axis(data),
        color=segment_colour(data),
        opacity=chosen_opacity(),
        tooltip=[
            alt.Tooltip("name:N", title="segment"),
            alt.Tooltip("q95_text:N", title="95% have at most"),
            alt.Tooltip("q75_text:N", title="75% have at most"),
            alt.Tooltip("q50_text:N", title="half have at most"),
            alt.Tooltip("q25_text:N", title="25% have at most"),
            alt.Tooltip("q05_text:N", title="5% have at most"),
        ],
    )
    title = feature_title(feature, currency)
    whiskers = base.mark_rule(strokeWidth=1.5).encode(
        x=alt.X("q05:Q", title=title, scale=scale, axis=axis), x2="q95:Q"
    )
    middle = base.mark_bar(height=12).encode(x=alt.X("q25:Q", scale=scale), x2="q75:Q")
    median = base.mark_tick(thickness=2.5, height=19).encode(
        x=alt.X("q50:Q", scale=scale), color=alt.value(INK)
    )
    return specification(
        whiskers + middle + median, 25 * len(data.segments) + 8, f"{feature_name(feature)} by segment"
    )


def rfm_grid(data: ReportData, measure: str) -> dict[str, Any]:
    """Customers or revenue in each cell of recency and frequency scores, of the chosen segment or of all."""
    currency = data.build.currency
    column = "n_customers" if measure == "customers" else "monetary"
    largest: dict[int, float] = {}
    for row in data.grid:
        segment = row["segment_id"] or 0
        largest[segment] = max(largest.get(segment, 0.0), float(row[column]))
    cells = []
    for row in data.grid:
        segment = row["segment_id"] or 0
        cells.append(
            {
                "segment": segment,
                "r": row["r_score"],
                "f": row["f_score"],
                "cell": row["rfm_segment"],
                "strength": round(float(row[column]) / (largest[segment] or 1.0), 4),
                "text": compact(float(row[column])),
                "customers": count(row["n_customers"]),
                "revenue": currency.exact(row["monetary"]),
            }
        )
    scores = [1, 2, 3, 4, 5]
    base = (
        chart_of(cells)
        .transform_filter("datum.segment === segment")
        .encode(
            x=alt.X(
                "f:O",
                title="frequency score (5 = most orders)",
                scale=alt.Scale(domain=scores),
                axis=alt.Axis(labelAngle=0, ticks=False),
            ),
            y=alt.Y(
                "r:O",
                title="recency score (5 = most recent)",
                scale=alt.Scale(domain=scores[::-1]),
                axis=alt.Axis(ticks=False),
            ),
            tooltip=[
                alt.Tooltip("cell:N", title="rule grid"),
                alt.Tooltip("r:O", title="recency score"),
                alt.Tooltip("f:O", title="frequency score"),
                alt.Tooltip("customers:N", title="customers"),
                alt.Tooltip("revenue:N", title="revenue"),
            ],
        )
    )
    squares = base.mark_rect(color=BLUE, cornerRadius=3).encode(
        fillOpacity=alt.FillOpacity(
            "strength:Q", scale=alt.Scale(domain=[0, 1], range=[0.08, 1]), legend=None
        )
    )
    # On strong cells the words are white in both modes; on weak ones they take the page's ink.
    on_strong = base.transform_filter("datum.strength > 0.85").mark_text(
        fontSize=12, color="white", fontWeight=600
    )
    on_weak = base.transform_filter("datum.strength <= 0.85").mark_text(fontSize=12)
    return specification(
        squares + on_strong.encode(text="text:N") + on_weak.encode(text="text:N"),
        290,
        f"{measure.capitalize()} by recency and frequency score",
    )
