"""Figures of the choice of k."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from report.data import ReportData
from report.figures.axes import note, plain
from report.figures.still import BLUE, GRID, INK, MUTED, ORANGE
from report.space import silhouettes
from report.text import compact

STABLE = 0.75


def column(data: ReportData, name: str) -> NDArray[np.float64]:
    """A column of the scan, one value per k; nan where it could not be measured."""
    return np.array([np.nan if row[name] is None else row[name] for row in data.k_scan], dtype=np.float64)


def k_axes(figure: Figure, data: ReportData) -> tuple[Axes, list[int]]:
    """Axes with every candidate on the x axis and the chosen one marked."""
    axes = figure.add_subplot()
    candidates = [row["k"] for row in data.k_scan]
    for row in data.k_scan:
        if row["is_chosen"]:
            axes.axvspan(row["k"] - 0.4, row["k"] + 0.4, color=GRID, alpha=0.6, linewidth=0)
            axes.text(
                row["k"],
                1.01,
                "chosen",
                transform=axes.get_xaxis_transform(),
                ha="center",
                fontsize=9.5,
                color=INK,
            )
    axes.set_xticks(candidates)
    axes.set_xlim(min(candidates) - 0.6, max(candidates) + 0.6)
    axes.set_xlabel("number of clusters k")
    plain(axes, "y")
    return axes, candidates


def elbow(figure: Figure, data: ReportData) -> None:
    """Inertia by k, with the elbow."""
    axes, candidates = k_axes(figure, data)
    inertia = column(data, "inertia")
    axes.plot(candidates, inertia, color=BLUE, marker="o", linewidth=2)
    for k, value, row in zip(candidates, inertia, data.k_scan, strict=True):
        if row["is_elbow"]:
            axes.plot(
                [k],
                [value],
                marker="o",
                markersize=13,
                markerfacecolor="none",
                color=ORANGE,
                markeredgewidth=2,
            )
            axes.annotate("elbow", (k, value), (10, 12), textcoords="offset points", color=ORANGE)
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: compact(value)))
    axes.set_ylabel("inertia (sum of squares)")
    axes.set_ylim(bottom=0)


def silhouette_by_k(figure: Figure, data: ReportData) -> None:
    """Silhouette by k with its interval, and what shuffled columns reach."""
    axes, candidates = k_axes(figure, data)
    mean = column(data, "silhouette")
    # From each figure down and up to the ends of its interval.
    errors = np.abs(
        np.vstack([mean - column(data, "silhouette_low"), column(data, "silhouette_high") - mean])
    )
    chance, largest = column(data, "null_silhouette_mean"), column(data, "null_silhouette_max")
    axes.fill_between(candidates, chance, largest, color=MUTED, alpha=0.35, linewidth=0)
    axes.plot(candidates, chance, color=MUTED, linewidth=1.5, linestyle=(0, (4, 3)))
    axes.errorbar(candidates, mean, yerr=errors, color=BLUE, marker="o", linewidth=2, capsize=4)
    axes.set_ylabel("silhouette")
    axes.set_ylim(bottom=min(0.0, float(np.nanmin(np.append(mean, 0.0)))))
    if np.isfinite(chance[0]):
        note(axes, candidates[0], chance[0] - 0.012, "shuffled columns: mean to largest", va="top", ha="left")


def stability(figure: Figure, data: ReportData) -> None:
    """Bootstrap stability of the worst and of the average cluster."""
    axes, candidates = k_axes(figure, data)
    mean, worst = column(data, "mean_jaccard"), column(data, "worst_jaccard")
    axes.plot(candidates, mean, color=MUTED, marker="s", linewidth=1.5, label="mean of the clusters")
    axes.plot(candidates, worst, color=BLUE, marker="o", linewidth=2, label="least stable cluster")
    axes.axhline(STABLE, color=ORANGE, linewidth=1.3, linestyle=(0, (4, 3)))
    note(axes, candidates[0] - 0.5, STABLE - 0.015, f"at least {STABLE}", va="top", ha="left")
    axes.set_ylim(0, 1.05)
    axes.set_ylabel("Jaccard similarity")
    axes.legend(loc="lower left")


def silhouette_plot(figure: Figure, data: ReportData) -> None:
    """Silhouette of single customers, by segment."""
    assert data.z is not None and data.model is not None
    sampled = silhouettes(data.z, data.sample, data.model)
    axes = figure.add_subplot()
    if sampled is None:
        return
    start, positions, shown = 0, [], []
    for segment in data.segments:
        values = sampled.silhouettes[sampled.labels == segment["segment_id"]].round(4)
        if len(values) == 0:
            continue
        rows = np.arange(start, start + len(values) + 1)
        colour = data.colours[segment["segment_id"]]
        axes.fill_betweenx(rows, np.append(values, values[-1]), step="post", color=colour, linewidth=0)
        positions.append(start + len(values) / 2)
        shown.append(data.label(segment["segment_id"]))
        start += len(values) + 12
    mean = float(sampled.silhouettes.mean())
    axes.axvline(mean, color=INK, linewidth=1.2, linestyle=(0, (4, 3)))
    axes.text(mean, 1.01, f"mean {mean:.2f}", transform=axes.get_xaxis_transform(), ha="center", fontsize=9.5)
    axes.set_yticks(positions, shown)
    axes.set_ylim(start, -12)
    axes.set_xlabel("silhouette of a customer")
    plain(axes, "x")
