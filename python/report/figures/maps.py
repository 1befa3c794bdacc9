"""Figures of sampled single customers."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patheffects import withStroke

from report.data import ReportData
from report.figures.axes import magnitude_axis, plain
from report.figures.still import GROUND, INK
from report.space import FloatArray
from report.text import feature_name, feature_title, label, percent

# Arrows of more features than this would hide each other.
MOST_ARROWS = 6


def customer_map(figure: Figure, data: ReportData) -> None:
    """Sampled customers on the first two principal components, with the loadings as arrows."""
    assert data.components is not None and data.model is not None
    axes = figure.add_subplot()
    scores = data.components.scores
    draw_points(axes, data, scores[:, 0], scores[:, 1], np.full(len(scores), 9.0))
    strongest = np.argsort(-np.hypot(*data.components.loadings[:, :2].T), kind="stable")[:MOST_ARROWS]
    for feature, (x, y) in zip(
        strongest, arrow_ends(scores, data.components.loadings[strongest]), strict=True
    ):
        axes.annotate("", (x, y), (0, 0), arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.3})
        words = axes.text(x, y, label(feature_name(data.model.features[feature])), ha="center", va="bottom")
        words.set_path_effects([withStroke(linewidth=3, foreground=GROUND)])
    first, second = (percent(share) for share in data.components.explained[:2].tolist())
    axes.set_xlabel(f"component 1 ({first} of the variance)")
    axes.set_ylabel(f"component 2 ({second})")
    axes.margins(0.08)
    plain(axes)
    figure.legend(loc="outside lower center", ncols=2, markerscale=2.5)


def arrow_ends(scores: FloatArray, loadings: FloatArray) -> FloatArray:
    """Ends (d, 2) of the arrows: the loadings, all stretched alike, as far as the points reach."""
    reach = np.where(loadings[:, :2] < 0, -scores[:, :2].min(axis=0), scores[:, :2].max(axis=0))
    size = np.abs(loadings[:, :2])
    longest = np.divide(reach, size, out=np.full(size.shape, np.inf), where=size > 0).min()
    return np.asarray(0.9 * longest * loadings[:, :2], dtype=np.float64)


def rfm_map(figure: Figure, data: ReportData) -> None:
    """Sampled customers by recency and monetary; the area of a point is the frequency."""
    axes = figure.add_subplot()
    sample = data.sample
    monetary, frequency = sample.column("monetary"), sample.column("frequency")
    areas = 4 + 120 * frequency / max(frequency.max(), 1.0)
    draw_points(axes, data, sample.column("recency_days"), monetary, areas)
    magnitude_axis(axes, "y", float(monetary.min()), float(monetary.max()))
    axes.set_xlabel(feature_title("recency_days", data.build.currency))
    axes.set_ylabel(feature_title("monetary", data.build.currency))
    plain(axes)
    legend = figure.legend(loc="outside lower center", ncols=2)
    for handle in legend.legend_handles:
        if handle is not None:
            handle.set_sizes([40.0])  # type: ignore[attr-defined]


def draw_points(
    axes: Axes,
    data: ReportData,
    x: FloatArray,
    y: FloatArray,
    areas: FloatArray,
) -> None:
    """One point per sampled customer in its segment's colour; a picture inside the SVG keeps that small."""
    for segment in data.segments:
        members = data.sample.segment_ids == segment["segment_id"]
        axes.scatter(
            x[members],
            y[members],
            s=areas[members],
            color=data.colours[segment["segment_id"]],
            alpha=0.6,
            linewidths=0,
            rasterized=True,
            label=data.label(segment["segment_id"]),
        )
