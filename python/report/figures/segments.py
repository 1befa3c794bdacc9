"""Figures of the segments: sizes, profiles, distributions, the grid of scores."""

import numpy as np
from matplotlib.figure import Figure

from report.data import ReportData
from report.figures.axes import magnitude_axis, percent_axis, plain
from report.figures.still import BLUE, GROUND, INK
from report.text import compact, feature_name, feature_title, label, number, percent

# Words on a coloured ground keep their colour in dark mode, so it is not that of the page's ink.
ON_PALE = "#000000"
ON_STRONG = "#fffffe"
# z-scores beyond this have the strongest colour.
STRONGEST_Z = 2.0
MARKERS = "os^Dv<>Phx"


def names(data: ReportData) -> list[str]:
    """Short names of the segments, in order of value."""
    labels = data.labels()
    return [labels[segment["segment_id"]] for segment in data.segments]


def segment_sizes(figure: Figure, data: ReportData) -> None:
    """Share of customers against share of revenue."""
    axes = figure.add_subplot()
    for position, segment in enumerate(data.segments):
        colour = data.colours[segment["segment_id"]]
        for offset, measure, alpha in ((-0.2, "customers", 0.45), (0.2, "revenue", 1.0)):
            share = segment[f"share_of_{measure}"]
            axes.barh(position + offset, share, height=0.36, color=colour, alpha=alpha)
            axes.text(
                share + 0.008, position + offset, f"{percent(share)} of {measure}", va="center", fontsize=9
            )
    axes.set_yticks(range(len(data.segments)), names(data))
    axes.invert_yaxis()
    largest = max(
        max(segment["share_of_customers"], segment["share_of_revenue"]) for segment in data.segments
    )
    axes.set_xlim(0, largest * 1.75)
    axes.set_xticks([tick / 5 for tick in range(6) if tick / 5 <= largest])
    axes.set_xlabel("share of the total")
    percent_axis(axes, "x")
    plain(axes, "x")


def profile_heatmap(figure: Figure, data: ReportData) -> None:
    """z-scores of the centroids."""
    assert data.model is not None
    z = np.array([data.model.centroids[segment["segment_id"]] for segment in data.segments])
    axes = figure.add_subplot()
    axes.imshow(z, cmap="RdBu_r", vmin=-STRONGEST_Z, vmax=STRONGEST_Z, aspect="auto")
    for (row, column), value in np.ndenumerate(z):
        colour = ON_STRONG if abs(value) > 0.6 * STRONGEST_Z else ON_PALE
        axes.text(
            column, row, f"{'+' if value > 0 else ''}{number(value)}", ha="center", va="center", color=colour
        )
    features = [label(feature_name(feature)) for feature in data.model.features]
    crowded = len(features) > 4
    axes.set_xticks(
        range(len(features)), features, rotation=35 if crowded else 0, ha="left" if crowded else "center"
    )
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(data.segments)), names(data))
    plain(axes, "none")


def snake_plot(figure: Figure, data: ReportData) -> None:
    """z-scores of the centroids as one line per segment."""
    assert data.model is not None
    axes = figure.add_subplot()
    positions = range(len(data.model.features))
    for order, segment in enumerate(data.segments):
        axes.plot(
            positions,
            data.model.centroids[segment["segment_id"]],
            color=data.colours[segment["segment_id"]],
            marker=MARKERS[order % len(MARKERS)],
            linewidth=2,
            markersize=6,
            label=data.label(segment["segment_id"]),
        )
    axes.axhline(0, color=INK, linewidth=0.8, linestyle=(0, (4, 3)))
    features = [label(feature_name(feature)) for feature in data.model.features]
    axes.set_xticks(positions, features, rotation=35 if len(features) > 4 else 0)
    axes.margins(x=0.08)
    axes.set_ylabel("z-score (0 = average customer)")
    plain(axes, "y")
    figure.legend(loc="outside lower center", ncols=2)


def feature_boxes(figure: Figure, data: ReportData, feature: str) -> None:
    """Quantiles of a feature in each segment, in its own unit."""
    axes = figure.add_subplot()
    quantiles = {
        row["segment_id"]: [float(value) for value in row["quantiles"]] for row in data.quantiles[feature]
    }
    shown = [segment["segment_id"] for segment in data.segments if segment["segment_id"] in quantiles]
    for position, segment_id in enumerate(shown):
        low, lower, median, upper, high = quantiles[segment_id]
        colour = data.colours[segment_id]
        axes.plot([low, high], [position, position], color=colour, linewidth=1.8)
        axes.barh(position, upper - lower, left=lower, height=0.45, color=colour)
        axes.plot([median, median], [position - 0.32, position + 0.32], color=INK, linewidth=2.2)
    lows, highs = [values[0] for values in quantiles.values()], [values[-1] for values in quantiles.values()]
    magnitude_axis(axes, "x", min(lows), max(highs))
    axes.set_yticks(range(len(shown)), [data.label(segment_id) for segment_id in shown])
    axes.invert_yaxis()
    axes.set_xlabel(feature_title(feature, data.build.currency))
    plain(axes, "x")


def rfm_grid(figure: Figure, data: ReportData, measure: str) -> None:
    """Customers or revenue in each cell of recency and frequency scores."""
    column = "n_customers" if measure == "customers" else "monetary"
    cells = np.zeros((5, 5))
    for row in data.grid:
        if row["segment_id"] is None:
            cells[5 - row["r_score"], row["f_score"] - 1] = float(row[column])
    axes = figure.add_subplot()
    strength = np.clip(cells / (cells.max() or 1.0), 0.0, 1.0)
    for (y, x), value in np.ndenumerate(strength):
        axes.barh(y, 0.96, left=x - 0.48, height=0.94, color=BLUE, alpha=0.06 + 0.94 * value)
        colour = ON_STRONG if value > 0.85 else INK
        axes.text(x, y, compact(float(cells[y, x])), ha="center", va="center", color=colour)
    axes.set_xticks(range(5), ["1", "2", "3", "4", "5"])
    axes.set_yticks(range(5), ["5", "4", "3", "2", "1"])
    axes.set_xlim(-0.5, 4.5)
    axes.set_ylim(4.5, -0.5)
    axes.set_xlabel("frequency score (5 = most orders)")
    axes.set_ylabel("recency score (5 = most recent)")
    axes.set_facecolor(GROUND)
    plain(axes, "none")
