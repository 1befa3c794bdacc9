"""Figures of other clustering methods."""

import numpy as np
from matplotlib.figure import Figure

from report.data import ReportData
from report.figures.axes import plain
from report.figures.segments import ON_PALE, ON_STRONG, names
from report.figures.still import INK, MUTED
from report.space import ward_tree
from report.text import method_name, percent


def method_placements(figure: Figure, data: ReportData) -> None:
    """What share of each segment a method keeps in one cluster, and what share it calls noise."""
    methods = sorted({row["method"] for row in data.placements})
    positions = {segment["segment_id"]: row for row, segment in enumerate(data.segments)}
    together = np.full((len(data.segments), len(methods)), np.nan)
    axes = figure.add_subplot()
    for row in data.placements:
        y, x = positions[row["segment_id"]], methods.index(row["method"])
        together[y, x] = row["n_together"] / row["n_customers"]
    axes.imshow(together, cmap="cividis", vmin=0, vmax=1, aspect="auto")
    for row in data.placements:
        y, x = positions[row["segment_id"]], methods.index(row["method"])
        colour = ON_PALE if together[y, x] > 0.5 else ON_STRONG
        axes.text(x, y - 0.13, percent(together[y, x]), ha="center", va="center", color=colour)
        noise = f"noise {percent(row['n_noise'] / row['n_customers'])}" if row["n_noise"] else "no noise"
        axes.text(x, y + 0.22, noise, ha="center", va="center", color=colour, fontsize=8)
    axes.set_xticks(range(len(methods)), [method_name(method).replace(" ", "\n") for method in methods])
    axes.xaxis.tick_top()
    axes.set_yticks(range(len(data.segments)), names(data))
    plain(axes, "none")


def dendrogram(figure: Figure, data: ReportData) -> None:
    """The largest branches of Ward's tree; a leaf has the colour of most of its customers' segment."""
    assert data.z is not None
    axes = figure.add_subplot()
    tree = ward_tree(data.z)
    if tree is None:
        return
    for link in tree.links:
        axes.plot([x for x, _ in link], [height for _, height in link], color=MUTED, linewidth=1.3)
    for position, leaf in enumerate(tree.leaves):
        ids, counts = np.unique(data.sample.segment_ids[leaf], return_counts=True)
        # Few customers, small point: the area is their number.
        area = 20 + 400 * len(leaf) / tree.n_rows
        colour = data.colours[int(ids[counts.argmax()])]
        axes.scatter([position], [0], s=area, color=colour, zorder=3, clip_on=False)
    for segment in data.segments:
        segment_id = segment["segment_id"]
        axes.scatter([], [], s=45, color=data.colours[segment_id], label=data.label(segment_id))
    n_clusters = next(
        (row["n_clusters"] for row in data.methods if row["method"] == "ward" and row["n_clusters"]), 0
    )
    if 2 <= n_clusters < len(tree.heights):
        cut = float(tree.heights[-n_clusters] + tree.heights[1 - n_clusters]) / 2
        # Named in the legend: beside the line the words would lie on branches of some tree.
        axes.hlines(
            cut,
            -0.5,
            len(tree.leaves) - 0.5,
            color=INK,
            linewidth=1.1,
            linestyle=(0, (4, 3)),
            label=f"cut into {n_clusters}",
        )
    axes.set_xticks([])
    axes.set_xlabel(f"branches of a tree of {tree.n_rows:,} customers", labelpad=12)
    axes.set_ylabel("height of the merge (Ward)")
    axes.set_ylim(bottom=0)
    plain(axes, "y")
    figure.legend(loc="outside lower center", ncols=2)
