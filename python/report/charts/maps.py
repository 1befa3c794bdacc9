"""Charts of sampled single customers."""

from typing import Any

import altair as alt

from report.charts.theme import IS_CHOSEN, chart_of, scale_of, segment_colour, specification
from report.customers import SHOWN_ROWS
from report.data import ReportData
from report.scales import round_values
from report.text import clipped, count, feature_title, percent

# Ids are shown in a tooltip.
ID_LIMIT = 40


def points(data: ReportData) -> list[dict[str, Any]]:
    """The customers to draw, first those of the smallest MD5."""
    labels = data.labels()
    sample = data.sample
    columns = {
        feature: sample.column(feature).tolist() for feature in ("recency_days", "frequency", "monetary")
    }
    return [
        {
            "segment": int(sample.segment_ids[row]),
            "name": labels[int(sample.segment_ids[row])],
            "id": clipped(sample.ids[row], ID_LIMIT),
            "recency": columns["recency_days"][row],
            "frequency": columns["frequency"][row],
            "monetary": columns["monetary"][row],
            "monetary_text": data.build.currency.exact(sample.monetary[row]),
            "recency_text": count(int(columns["recency_days"][row])),
            "frequency_text": count(int(columns["frequency"][row])),
        }
        for row in range(min(len(sample.ids), SHOWN_ROWS))
    ]


def tooltip() -> list[alt.Tooltip]:
    """What hovering over a customer tells."""
    return [
        alt.Tooltip("id:N", title="customer"),
        alt.Tooltip("name:N", title="segment"),
        alt.Tooltip("recency_text:N", title="days since the last order"),
        alt.Tooltip("frequency_text:N", title="orders"),
        alt.Tooltip("monetary_text:N", title="revenue"),
    ]


def customer_map(data: ReportData) -> dict[str, Any]:
    """The customers on the two directions in which their features differ most."""
    assert data.components is not None
    shown = points(data)
    for point, scores in zip(shown, data.components.scores.tolist(), strict=False):
        point["first"], point["second"] = round(scores[0], 4), round(scores[1], 4)
    first, second = (percent(share) for share in data.components.explained[:2].tolist())
    chart = (
        chart_of(shown)
        .transform_filter(IS_CHOSEN)
        .mark_circle(size=26, opacity=0.7)
        .encode(
            x=alt.X("first:Q", title=f"component 1 ({first} of the variance)", scale=extent(shown, "first")),
            y=alt.Y("second:Q", title=f"component 2 ({second})", scale=extent(shown, "second")),
            color=segment_colour(data, legend=True),
            tooltip=tooltip(),
        )
    )
    return specification(chart, 400, "Customers on the first two principal components")


def rfm_map(data: ReportData) -> dict[str, Any]:
    """Recency against monetary; the area of a point is its frequency."""
    shown = points(data)
    currency = data.build.currency
    recency = [point["recency"] for point in shown]
    monetary = [point["monetary"] for point in shown]
    chart = (
        chart_of(shown)
        .transform_filter(IS_CHOSEN)
        .mark_circle(opacity=0.6)
        .encode(
            x=alt.X(
                "recency:Q",
                title=feature_title("recency_days", currency),
                scale=alt.Scale(domain=[0, max(recency) or 1]),
            ),
            y=alt.Y(
                "monetary:Q",
                title=feature_title("monetary", currency),
                scale=scale_of(min(monetary), max(monetary)),
                axis=alt.Axis(format="~s", values=round_values(min(monetary), max(monetary))),
            ),
            size=alt.Size(
                "frequency:Q",
                title="orders",
                scale=alt.Scale(range=[12, 400], domain=[0, max(max(p["frequency"] for p in shown), 1)]),
                legend=alt.Legend(
                    values=frequency_values(shown),
                    format="d",
                    columns=4,
                    symbolFillColor="#8A8A8A",
                    symbolStrokeWidth=0,
                ),
            ),
            color=segment_colour(data),
            tooltip=tooltip(),
        )
    )
    return specification(chart, 400, "Customers by recency, monetary and frequency")


def frequency_values(shown: list[dict[str, Any]]) -> list[int]:
    """Round numbers of orders for the legend, up to the largest."""
    largest = max(point["frequency"] for point in shown)
    return [value for value in (1, 5, 20, 100, 500, 2_000, 10_000) if value <= max(largest, 1)]


def extent(shown: list[dict[str, Any]], column: str) -> alt.Scale:
    """The scale that holds all points, so that it stays when a segment is chosen."""
    values = [point[column] for point in shown]
    return alt.Scale(domain=[min(values), max(values)], nice=True, zero=False)
