"""Charts of countries and products."""

import altair as alt

from report.charts.theme import (
    BLUE,
    COMPACT,
    DASHES,
    MUTED,
    Specification,
    chart_of,
    chosen_opacity,
    in_lines,
    segment_colour,
    share_axis,
    specification,
    tooltip,
)
from report.data import ReportData
from report.revenue import Revenue, mixed_rows
from report.text import count, percent


def pareto_curve(revenue: Revenue, noun: str) -> Specification:
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
            axis=alt.Axis(labelExpr=COMPACT, tickMinStep=1, grid=False),
        ),
        y=alt.Y(
            "share:Q", title="share of revenue", axis=alt.Axis(format="%"), scale=alt.Scale(domain=[0, 1])
        ),
        tooltip=tooltip(rank_text=f"largest {noun}", share_text="hold of the revenue", **{"class": "class"}),
    )
    line = base.mark_line(color=BLUE, strokeWidth=2)
    # Many points are a line already; there they only answer to the pointer.
    dots = base.mark_circle(color=BLUE, size=50, opacity=0.9 if len(curve) <= 40 else 0)
    ends = chart_of([{"share": 0.8, "text": "class A ends"}, {"share": 0.95, "text": "class B ends"}])
    limits = ends.mark_rule(strokeDash=DASHES, color=MUTED).encode(y="share:Q")
    words = ends.mark_text(color=MUTED, align="right", dx=-2, dy=9, fontSize=11)
    words = words.encode(y="share:Q", x=alt.value("width"), text="text:N")
    return specification(
        limits + words + line + dots, 240, f"Pareto curve: share of revenue by number of {noun}."
    )


def segment_mix(data: ReportData, revenue: Revenue, kind: str, noun: str) -> Specification:
    """Which segments buy in the largest countries, or buy the largest products."""
    labels = data.labels()
    ranks = {segment["segment_id"]: position for position, segment in enumerate(data.segments)}
    shown = mixed_rows(revenue)
    bars = [
        {
            "name": labels[segment_id],
            "row": name,
            "segment": segment_id,
            "rank": ranks[segment_id],
            # The published shares are rounded to a tenth of a percent.
            "share": share / sum(row["shares"].values()),
            "text": percent(share),
            "revenue": data.build.currency.exact(row["revenue"]),
        }
        for name, row in shown
        for segment_id, share in sorted(row["shares"].items(), key=lambda item: ranks[item[0]])
    ]
    chart = chart_of(bars).mark_bar()
    chart = chart.encode(
        # With long names down the side there would be no room for the legend.
        y=alt.Y(
            "row:N",
            sort=[name for name, _ in shown],
            title=None,
            axis=alt.Axis(labelLimit=130, **in_lines("datum.label", "true")),
        ),
        x=share_axis("share of sales"),
        color=segment_colour(data, legend=True),
        order=alt.Order("rank:Q"),
        opacity=chosen_opacity(),
        tooltip=tooltip(
            row=kind, name="segment", text="share of its sales", revenue=f"revenue of the {kind}"
        ),
    )
    return specification(
        chart,
        32 * len(shown),
        f"Stacked bars: share of each segment in the sales of the largest {noun}.",
    )
