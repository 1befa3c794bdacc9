"""Charts of countries and products."""

from typing import Any

import altair as alt

from report.charts.theme import BLUE, chart_of, chosen_opacity, segment_colour, specification
from report.data import ReportData
from report.revenue import Revenue, mixed_rows
from report.text import count, percent


def pareto_curve(revenue: Revenue, noun: str) -> dict[str, Any]:
    """Share of revenue held by the largest countries or products together."""
    n_rows = revenue.totals["n_rows"]
    curve = [
        {"rank": 0, "share": 0.0, "rank_text": "0", "share_text": percent(0.0)},
        *(
            {
                "rank": row["revenue_rank"],
                "share": row["cumulative_share_of_revenue"],
                "rank_text": f"{count(row['revenue_rank'])} of {count(n_rows)}",
                "share_text": percent(row["cumulative_share_of_revenue"]),
                "class": row["abc_class"],
            }
            for row in revenue.curve
            if row["cumulative_share_of_revenue"] is not None
        ),
    ]
    base = chart_of(curve).encode(
        x=alt.X(
            "rank:Q",
            title=f"{noun}, highest revenue first",
            scale=alt.Scale(domain=[0, n_rows], nice=False),
            axis=alt.Axis(format="~s", tickMinStep=1),
        ),
        y=alt.Y(
            "share:Q", title="share of revenue", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])
        ),
        tooltip=[
            alt.Tooltip("rank_text:N", title=f"largest {noun}"),
            alt.Tooltip("share_text:N", title="hold of the revenue"),
            alt.Tooltip("class:N", title="class"),
        ],
    )
    line = base.mark_line(color=BLUE, strokeWidth=2)
    # Many points are a line already; there they only answer to the pointer.
    dots = base.mark_circle(color=BLUE, size=50, opacity=0.9 if len(curve) <= 40 else 0)
    limits = (
        chart_of([{"limit": 0.8}, {"limit": 0.95}])
        .mark_rule(strokeDash=[4, 4], color="#8A8A8A")
        .encode(y="limit:Q")
    )
    return specification(limits + line + dots, 240, f"Pareto curve of {noun}")


def segment_mix(data: ReportData, revenue: Revenue, kind: str) -> dict[str, Any]:
    """Which segments buy in the largest countries, or buy the largest products."""
    labels = data.labels()
    ranks = {segment["segment_id"]: position for position, segment in enumerate(data.segments)}
    bars = []
    shown = mixed_rows(revenue)
    names = [name for name, _ in shown]
    for name, row in shown:
        for segment_id, share in sorted(row["shares"].items(), key=lambda item: ranks[item[0]]):
            bars.append(
                {
                    "row": name,
                    "segment": segment_id,
                    "name": labels[segment_id],
                    "rank": ranks[segment_id],
                    "share": share,
                    "text": percent(share),
                    "revenue": data.build.currency.exact(row["revenue"]),
                }
            )
    chart = (
        chart_of(bars)
        .mark_bar()
        .encode(
            y=alt.Y("row:N", sort=names, title=None, axis=alt.Axis(ticks=False, labelPadding=6)),
            x=alt.X(
                "share:Q",
                title="share of sales",
                stack="normalize",
                axis=alt.Axis(format="%"),
            ),
            color=segment_colour(data),
            order=alt.Order("rank:Q"),
            opacity=chosen_opacity(),
            tooltip=[
                alt.Tooltip("row:N", title=kind),
                alt.Tooltip("name:N", title="segment"),
                alt.Tooltip("text:N", title="share of its sales"),
                alt.Tooltip("revenue:N", title=f"revenue of the {kind}"),
            ],
        )
    )
    return specification(chart, 24 * len(names) + 10, f"Mix of segments by {kind}")
