"""Chart of how far other clustering methods agree with the segments."""

from typing import Any

import altair as alt

from report.charts.theme import chart_of, chosen_opacity, segment_axis, specification
from report.data import ReportData
from report.text import count, percent


def method_agreement(data: ReportData) -> dict[str, Any]:
    """Of how many other methods' clusters, matched to the segments, the customers of a segment are part."""
    labels = data.labels()
    sizes: dict[int, int] = {}
    for row in data.agreement:
        sizes[row["segment_id"]] = sizes.get(row["segment_id"], 0) + row["n_customers"]
    bars = [
        {
            "segment": row["segment_id"],
            "name": labels[row["segment_id"]],
            "agreeing": row["n_agreeing_methods"],
            "share": row["n_customers"] / sizes[row["segment_id"]],
            "text": f"{count(row['n_customers'])} ({percent(row['n_customers'] / sizes[row['segment_id']])})",
        }
        for row in data.agreement
    ]
    chart = (
        chart_of(bars)
        .mark_bar()
        .encode(
            y=segment_axis(data),
            x=alt.X(
                "share:Q",
                title="share of the segment's customers",
                axis=alt.Axis(format="%"),
                scale=alt.Scale(domain=[0, 1]),
            ),
            color=alt.Color(
                "agreeing:O",
                title="other methods that agree",
                scale=alt.Scale(scheme="viridis"),
                legend=alt.Legend(columns=5),
            ),
            order=alt.Order("agreeing:O"),
            opacity=chosen_opacity(),
            tooltip=[
                alt.Tooltip("name:N", title="segment"),
                alt.Tooltip("agreeing:O", title="methods that agree"),
                alt.Tooltip("text:N", title="customers"),
            ],
        )
    )
    return specification(chart, 30 * len(data.segments) + 10, "Agreement of other methods by segment")
