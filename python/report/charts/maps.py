"""Charts of sampled single customers."""

from typing import Any

import altair as alt
import numpy as np

from report.charts.theme import (
    COMPACT,
    GROUND,
    INK,
    IS_CHOSEN,
    MUTED,
    Drawing,
    Specification,
    at,
    chart_of,
    scale_of,
    segment_colour,
    specification,
    tooltip,
)
from report.customers import SHOWN_ROWS
from report.data import ReportData
from report.scales import round_values
from report.space import FloatArray
from report.text import clipped, count, feature_title, percent

# Ids are shown in a tooltip.
ID_LIMIT = 40
# Arrows of more features than this would hide each other.
MOST_ARROWS = 6
HEIGHT = 400


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


def customer_marks(shown: list[dict[str, Any]], data: ReportData, **looks: Any) -> alt.Chart:
    """One point per customer in its segment's colour, those of the chosen segment only."""
    circles: alt.Chart = chart_of(shown).transform_filter(IS_CHOSEN).mark_circle(**looks)
    return circles.encode(
        color=segment_colour(data, legend=True),
        tooltip=tooltip(
            id="customer",
            name="segment",
            recency_text="days since the last order",
            frequency_text="orders",
            monetary_text="revenue",
        ),
    )


def customer_map(data: ReportData) -> Specification:
    """The customers on the two directions in which they differ most; arrows are the features' loadings."""
    assert data.components is not None
    shown = points(data)
    scores = data.components.scores[: len(shown), :2]
    for point, (first, second) in zip(shown, scores.tolist(), strict=True):
        point["first"], point["second"] = round(first, 4), round(second, 4)
    shares = [percent(share) for share in data.components.explained[:2].tolist()]
    # The scales hold all points, so that they stay when a segment is chosen.
    margin = np.maximum(0.06 * np.ptp(scores, axis=0), 1e-6)
    low, high = scores.min(axis=0) - margin, scores.max(axis=0) + margin
    x_scale, y_scale = (
        alt.Scale(domain=domain, nice=False, zero=False) for domain in np.column_stack([low, high]).tolist()
    )
    customers = customer_marks(shown, data, size=26, opacity=0.7).encode(
        x=alt.X("first:Q", title=f"component 1 ({shares[0]} of the variance)", scale=x_scale),
        y=alt.Y("second:Q", title=f"component 2 ({shares[1]})", scale=y_scale),
    )
    return specification(
        alt.layer(customers, arrows(data, scores, high - low)),
        HEIGHT,
        "Scatter plot of customers on two principal components, with the features' loadings as arrows.",
    )


def arrows(data: ReportData, scores: FloatArray, spans: FloatArray) -> Drawing:
    """The loadings of the strongest features, from the middle outwards; `spans` (2,) of the axes."""
    assert data.components is not None and data.model is not None
    loadings = data.components.loadings[:, :2]
    strongest = np.argsort(-np.hypot(*loadings.T), kind="stable")[:MOST_ARROWS]
    names = data.feature_labels()
    ends = arrow_ends(scores, loadings[strongest]).round(4).tolist()
    rows = [
        {
            "zero": 0,
            "first": x,
            "second": y,
            "feature": names[feature],
            # Away from the edge that the arrow points to, and from the name of an arrow close above.
            "align": "right" if 4 * x > spans[0] else "left" if -4 * x > spans[0] else "center",
            "is_below": bool(y < 0 or any(0 < other - y < 0.06 * spans[1] for _, other in ends)),
        }
        for feature, (x, y) in zip(strongest.tolist(), ends, strict=True)
    ]
    # Clockwise from upright, in pixels: what a unit of each axis comes to.
    angle = f"atan2(datum.first * width / {spans[0]}, datum.second * {HEIGHT} / {spans[1]}) * 180 / PI"
    base = chart_of(rows).transform_calculate(angle=angle).encode(x="first:Q", y="second:Q")
    shafts = base.mark_rule(color=INK, strokeWidth=1.3).encode(x2="zero:Q", y2="zero:Q")
    heads = base.mark_point(shape="triangle", filled=True, color=INK, opacity=1, size=60).encode(
        angle=alt.Angle("angle:Q", scale=None)
    )
    looks: dict[str, Any] = {
        "align": {"expr": "datum.align"},
        "dy": {"expr": "datum.is_below ? 11 : -9"},
    }
    halo = base.mark_text(stroke=GROUND, strokeWidth=3, strokeJoin="round", **looks).encode(text="feature:N")
    words = base.mark_text(**looks).encode(text="feature:N")
    return alt.layer(shafts, heads, halo, words)


def arrow_ends(scores: FloatArray, loadings: FloatArray) -> FloatArray:
    """Ends (d, 2) of arrows: the loadings (d, 2), all stretched alike, as far as the points (n, 2) reach."""
    reach = np.where(loadings < 0, -scores.min(axis=0), scores.max(axis=0))
    size = np.abs(loadings)
    longest = np.divide(reach, size, out=np.full(size.shape, np.inf), where=size > 0).min()
    return np.asarray(0.9 * longest * loadings, dtype=np.float64)


def rfm_map(data: ReportData) -> Specification:
    """Recency against monetary; the area of a point is its frequency."""
    shown = points(data)
    currency = data.build.currency
    monetary = [point["monetary"] for point in shown]
    most_orders = max(1, *(point["frequency"] for point in shown))
    orders = alt.Size(
        "frequency:Q",
        title="orders",
        scale=alt.Scale(range=[12, 400], domain=[0, most_orders]),
        legend=alt.Legend(
            values=[value for value in (1, 5, 20, 100, 500, 2_000, 10_000) if value <= most_orders],
            format="d",
            orient="bottom",
            columns=4,
            symbolFillColor=MUTED,
            symbolStrokeWidth=0,
        ),
    )
    chart = customer_marks(shown, data, opacity=0.6).encode(
        x=alt.X(
            "recency:Q",
            title=feature_title("recency_days", currency),
            scale=alt.Scale(domain=[0, max(point["recency"] for point in shown) or 1]),
        ),
        y=alt.Y(
            "monetary:Q",
            title=feature_title("monetary", currency),
            scale=scale_of(min(monetary), max(monetary)),
            axis=alt.Axis(labelExpr=COMPACT, **at(round_values(min(monetary), max(monetary)))),
        ),
        size=orders,
    )
    return specification(chart, HEIGHT, "Scatter plot of customers by recency, monetary and frequency.")
