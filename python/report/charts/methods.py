"""Charts of other clustering methods."""

from typing import Any

import altair as alt
import numpy as np

from report.charts.theme import (
    DASHES,
    INK,
    MUTED,
    NARROW,
    ON_PALE,
    ON_STRONG,
    Specification,
    chart_of,
    chosen_opacity,
    segment_axis,
    segment_colour,
    share_axis,
    specification,
    tooltip,
)
from report.data import ReportData
from report.space import ward_tree
from report.text import count, method_name, percent


def method_agreement(data: ReportData) -> Specification:
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
    chart = chart_of(bars).mark_bar()
    chart = chart.encode(
        y=segment_axis(data),
        x=share_axis("share of the segment's customers"),
        color=alt.Color(
            "agreeing:O",
            title="other methods that agree",
            scale=alt.Scale(scheme="viridis"),
            legend=alt.Legend(columns=5),
        ),
        order=alt.Order("agreeing:O"),
        opacity=chosen_opacity(),
        tooltip=tooltip(name="segment", agreeing="methods that agree", text="customers"),
    )
    return specification(
        chart, 30 * len(data.segments), "Stacked bars: with how many other methods each segment agrees."
    )


def method_placements(data: ReportData) -> Specification:
    """What share of each segment a method keeps in one cluster, and what share it calls noise."""
    labels = data.labels()
    cells = [
        {
            "segment": row["segment_id"],
            "name": labels[row["segment_id"]],
            "method": method_name(row["method"]),
            "share": row["n_together"] / row["n_customers"],
            "together": percent(row["n_together"] / row["n_customers"]),
            "noise": percent(row["n_noise"] / row["n_customers"]) if row["n_noise"] else "",
        }
        for row in data.placements
    ]
    base = chart_of(cells).encode(
        # A method's name takes a line for each word, so that it stays above its column.
        x=alt.X(
            "method:N",
            title=None,
            axis=alt.Axis(
                orient="top",
                labelAngle=0,
                labelExpr="split(datum.label, ' ')",
                labelFontSize={"expr": f"{NARROW} ? 10 : 12"},
                labelPadding={
                    "condition": {"test": "indexof(datum.label, ' ') > 0", "value": 18},
                    "value": 6,
                },
            ),
        ),
        y=segment_axis(data),
        opacity=chosen_opacity(),
        tooltip=tooltip(name="segment", method="method", together="kept together", noise="noise"),
    )
    squares = base.mark_rect().encode(
        color=alt.Color("share:Q", scale=alt.Scale(scheme="cividis", domain=[0, 1]), legend=None)
    )
    colour = alt.condition("datum.share > 0.5", alt.value(ON_PALE), alt.value(ON_STRONG))
    together = base.mark_text(dy=-7).encode(text="together:N", color=colour)
    words = f"datum.noise === '' ? 'no noise' : {NARROW} ? datum.noise : 'noise ' + datum.noise"
    noise = base.transform_calculate(words=words).mark_text(dy=9, fontSize=10)
    return specification(
        squares + together + noise.encode(text="words:N", color=colour),
        46 * len(data.segments),
        "Heat map: share of each segment that other methods keep together, and that they call noise.",
    )


def dendrogram(data: ReportData) -> Specification | None:
    """The largest branches of Ward's tree; a leaf has the colour of most of its customers' segment.

    None where there are too few customers for a tree.
    """
    assert data.z is not None
    tree = ward_tree(data.z)
    if tree is None:
        return None
    labels = data.labels()
    corners = [
        {"link": number, "corner": corner, "x": x, "height": height}
        for number, link in enumerate(tree.links)
        for corner, (x, height) in enumerate(link)
    ]
    leaves: list[dict[str, Any]] = []
    for position, leaf in enumerate(tree.leaves):
        ids, counts = np.unique(data.sample.segment_ids[leaf], return_counts=True)
        segment_id = int(ids[counts.argmax()])
        leaves.append(
            {
                "segment": segment_id,
                "name": labels[segment_id],
                "x": position,
                "height": 0,
                "share": len(leaf) / tree.n_rows,
                "text": count(len(leaf)),
            }
        )
    n_leaves = len(tree.leaves)
    # Room beside the last branch for the words, which on the tree would lie on branches.
    x = alt.X(
        "x:Q",
        title=f"branches of a tree of {count(tree.n_rows)} customers",
        scale=alt.Scale(domain=[-0.5, 1.16 * n_leaves], nice=False),
        axis=alt.Axis(labels=False, grid=False, titlePadding=14),
    )
    y = alt.Y("height:Q", title="height of the merge (Ward)")
    branches = chart_of(corners).mark_line(color=MUTED, strokeWidth=1.3)
    branches = branches.encode(x=x, y=y, detail="link:N", order="corner:Q")
    dots = chart_of(leaves).mark_circle(opacity=1)
    dots = dots.encode(
        x="x:Q",
        y="height:Q",
        size=alt.Size("share:Q", scale=alt.Scale(domain=[0, 1], range=[30, 700]), legend=None),
        color=segment_colour(data, legend=True),
        opacity=chosen_opacity(),
        tooltip=tooltip(name="most are", text="customers"),
    )
    n_clusters = next(
        (row["n_clusters"] for row in data.methods if row["method"] == "ward" and row["n_clusters"]), 0
    )
    cuts = []
    if 2 <= n_clusters < len(tree.heights):
        height = float(tree.heights[-n_clusters] + tree.heights[1 - n_clusters]) / 2
        words = ["cut", f"into {n_clusters}"]
        cuts = [{"x": -0.5, "end": n_leaves - 0.5, "height": height, "text": words}]
    cut = chart_of(cuts).encode(y="height:Q")
    line = cut.mark_rule(color=INK, strokeDash=DASHES).encode(x="x:Q", x2="end:Q")
    word = cut.mark_text(align="left", dx=4, dy=-6).encode(x="end:Q", text="text:N")
    return specification(
        branches + line + word + dots,
        300,
        "Dendrogram of Ward's clustering; leaves have the colour of their customers' segment.",
    )
