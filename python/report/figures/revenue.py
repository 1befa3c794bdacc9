"""Figures of countries and products."""

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from report.data import ReportData
from report.figures.axes import note, percent_axis, plain
from report.figures.still import BLUE, MUTED
from report.revenue import Revenue, mixed_rows
from report.text import compact


def pareto(figure: Figure, data: ReportData, revenue: Revenue, noun: str) -> None:
    """Share of revenue held by the largest countries or products together."""
    axes = figure.add_subplot()
    curve = [row for row in revenue.curve if row["cumulative_share_of_revenue"] is not None]
    axes.plot(
        [0, *(row["revenue_rank"] for row in curve)],
        [0.0, *(row["cumulative_share_of_revenue"] for row in curve)],
        color=BLUE,
        linewidth=2,
        marker="o" if len(curve) <= 40 else "",
        markersize=4,
    )
    for limit, name in ((0.8, "A"), (0.95, "B")):
        axes.axhline(limit, color=MUTED, linewidth=1, linestyle=(0, (4, 3)))
        note(axes, revenue.totals["n_rows"], limit - 0.01, f"class {name} ends", va="top", ha="right")
    axes.set_xlim(0, revenue.totals["n_rows"])
    axes.set_ylim(0, 1.03)
    axes.xaxis.set_major_locator(MaxNLocator(6, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: compact(value)))
    axes.set_xlabel(f"{noun}, highest revenue first")
    axes.set_ylabel("share of revenue")
    percent_axis(axes, "y")
    plain(axes)


def segment_mix(figure: Figure, data: ReportData, revenue: Revenue) -> None:
    """Which segments buy in the largest countries, or buy the largest products."""
    axes = figure.add_subplot()
    shown = mixed_rows(revenue)
    start = [0.0] * len(shown)
    for segment in data.segments:
        segment_id = segment["segment_id"]
        # The published shares are rounded to a tenth of a percent.
        shares = [row["shares"].get(segment_id, 0.0) / sum(row["shares"].values()) for _, row in shown]
        axes.barh(
            range(len(shown)),
            shares,
            left=start,
            height=0.75,
            color=data.colours[segment_id],
            label=data.label(segment_id),
        )
        start = [left + share for left, share in zip(start, shares, strict=True)]
    axes.set_yticks(range(len(shown)), [name for name, _ in shown])
    axes.invert_yaxis()
    axes.set_xlim(0, 1)
    axes.set_xlabel("share of sales")
    percent_axis(axes, "x")
    plain(axes, "x")
    figure.legend(loc="outside lower center", ncols=2)
