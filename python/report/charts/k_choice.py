"""Charts of the choice of k."""

from itertools import chain
from typing import Any

import altair as alt

from report.charts.theme import (
    BLUE,
    COMPACT,
    DASHES,
    GRID,
    INK,
    MUTED,
    ORANGE,
    Drawing,
    Specification,
    at,
    chart_of,
    chosen_opacity,
    in_lines,
    segment_colour,
    specification,
    tooltip,
)
from report.data import ReportData
from report.space import silhouettes
from report.text import number

STABLE = 0.75
HEIGHT = 250
TENTHS = "format(datum.value, '.1f')"
# Blank rows between two segments of the silhouette plot, and above the first for the words, of all rows.
GAP = 0.015
HEADROOM = 0.08


def measured(data: ReportData, **fields: str) -> list[dict[str, Any]]:
    """Rows of the scan where these columns were measured, by the fields' names, with the values as text."""
    return [
        {
            "k": row["k"],
            **{field: row[column] for field, column in fields.items()},
            **{f"{field}_text": number(row[column], 3) for field, column in fields.items()},
        }
        for row in data.k_scan
        if all(row[column] is not None for column in fields.values())
    ]


def by_k(data: ReportData, title: str, low: float, high: float, number_format: str) -> Drawing:
    """Axes with every candidate, the chosen one marked, and room for words above the highest value."""
    candidates = [row["k"] for row in data.k_scan]
    chosen = [
        {
            "k": row["k"],
            "left": row["k"] - 0.4,
            "right": row["k"] + 0.4,
            "low": low,
            "high": low + 1.15 * (high - low),
            "text": "chosen",
        }
        for row in data.k_scan
        if row["is_chosen"]
    ]
    x = alt.X(
        "left:Q",
        title="number of clusters k",
        scale=alt.Scale(domain=[min(candidates) - 0.6, max(candidates) + 0.6], nice=False),
        axis=alt.Axis(format="d", grid=False, **at(candidates)),
    )
    y = alt.Y(
        "low:Q",
        title=title,
        scale=alt.Scale(domain=[low, low + 1.15 * (high - low) or 1.0], nice=False),
        axis=alt.Axis(labelExpr=number_format),
    )
    band = chart_of(chosen).mark_rect(color=GRID, opacity=0.6).encode(x=x, x2="right:Q", y=y, y2="high:Q")
    word = chart_of(chosen).mark_text().encode(x="k:Q", y=alt.value(9), text="text:N")
    return alt.layer(band, word)


def elbow(data: ReportData) -> Specification:
    """Inertia by k, with the elbow."""
    rows = measured(data, value="inertia")
    base = chart_of(rows).encode(x="k:Q", y="value:Q", tooltip=tooltip(k="k", value_text="inertia"))
    line = base.mark_line(color=BLUE) + base.mark_circle(color=BLUE, size=55, opacity=1)
    elbows = {row["k"] for row in data.k_scan if row["is_elbow"]}
    found = chart_of([row | {"text": "elbow"} for row in rows if row["k"] in elbows])
    found = found.encode(x="k:Q", y="value:Q")
    ring = found.mark_point(color=ORANGE, size=220, strokeWidth=2, opacity=1)
    # Above the falling line; at the last candidate there is no room to the right of it.
    is_last = f"datum.k === {data.k_scan[-1]['k']}"
    word = found.mark_text(
        color=ORANGE,
        align={"expr": f"{is_last} ? 'center' : 'left'"},
        dx={"expr": f"{is_last} ? 0 : 11"},
        dy={"expr": f"{is_last} ? -20 : -11"},
    ).encode(text="text:N")
    axes = by_k(data, "inertia (sum of squares)", 0.0, max(row["value"] for row in rows), COMPACT)
    return specification(
        axes + line + ring + word, HEIGHT, "Line: inertia by number of clusters, the elbow marked."
    )


def silhouette_by_k(data: ReportData) -> Specification:
    """Silhouette by k with its interval, and what shuffled columns reach."""
    rows = measured(data, value="silhouette", low="silhouette_low", high="silhouette_high")
    chance = measured(data, low="null_silhouette_mean", high="null_silhouette_max")
    base = chart_of(rows).encode(
        x="k:Q",
        tooltip=tooltip(k="k", value_text="silhouette", low_text="interval from", high_text="to"),
    )
    line = base.mark_line(color=BLUE).encode(y="value:Q")
    interval = base.mark_rule(color=BLUE, strokeWidth=2).encode(y="low:Q", y2="high:Q")
    dots = base.mark_circle(color=BLUE, size=55, opacity=1).encode(y="value:Q")
    shuffled = chart_of(chance).encode(x="k:Q", y="low:Q")
    area = shuffled.mark_area(color=MUTED, opacity=0.35).encode(y2="high:Q")
    mean = shuffled.mark_line(color=MUTED, strokeDash=DASHES, strokeWidth=1.5)
    note = chart_of([row | {"text": "shuffled columns: mean to largest"} for row in chance[:1]])
    words = note.mark_text(color=MUTED, align="left", dy=13).encode(x="k:Q", y="low:Q", text="text:N")
    values = [0.0, *(row[field] for row in rows + chance for field in ("low", "high"))]
    axes = by_k(data, "silhouette", min(values), max(values), TENTHS)
    return specification(
        axes + area + mean + words + line + interval + dots,
        HEIGHT,
        "Line: silhouette by number of clusters, above shuffled columns.",
    )


def stability(data: ReportData) -> Specification:
    """Bootstrap stability of the worst and of the average cluster."""
    kinds = {"mean of the clusters": "mean_jaccard", "least stable cluster": "worst_jaccard"}
    rows = [row | {"name": name} for name, column in kinds.items() for row in measured(data, value=column)]
    names = list(kinds)
    base = chart_of(rows).encode(
        x="k:Q",
        y="value:Q",
        color=alt.Color("name:N", title=None, scale=alt.Scale(domain=names, range=[MUTED, BLUE])),
        tooltip=tooltip(k="k", name="of the", value_text="Jaccard similarity"),
    )
    shapes = alt.Shape("name:N", title=None, scale=alt.Scale(domain=names, range=["square", "circle"]))
    lines = base.mark_line() + base.mark_point(filled=True, size=50, opacity=1).encode(shape=shapes)
    least = chart_of([{"value": STABLE, "text": f"at least {STABLE}"}]).encode(y="value:Q")
    limit = least.mark_rule(color=ORANGE, strokeDash=DASHES)
    word = least.mark_text(color=MUTED, align="left", dx=4, dy=10).encode(x=alt.value(0), text="text:N")
    axes = by_k(data, "Jaccard similarity", 0.0, 1.0, TENTHS)
    return specification(
        axes + limit + word + lines, HEIGHT, "Lines: bootstrap stability by number of clusters."
    )


def silhouette_plot(data: ReportData) -> Specification | None:
    """Silhouette of single customers, by segment; None where fewer than two segments are sampled."""
    assert data.z is not None and data.model is not None
    sampled = silhouettes(data.z, data.sample, data.model)
    if sampled is None:
        return None
    labels = data.labels()
    steps: list[dict[str, Any]] = []
    names, middles = [], []
    n_rows = len(sampled.silhouettes)
    start = HEADROOM * n_rows
    for segment in data.segments:
        segment_id = segment["segment_id"]
        values = sampled.silhouettes[sampled.labels == segment_id].round(4).tolist()
        if not values:
            continue
        steps += [
            {"segment": segment_id, "name": labels[segment_id], "row": start + row, "value": value}
            # The last step ends where the next one would begin.
            for row, value in enumerate(chain(values, values[-1:]))
        ]
        names.append(labels[segment_id])
        middles.append(start + len(values) / 2)
        start += len(values) + GAP * n_rows
    mean = float(sampled.silhouettes.mean())
    y = alt.Y(
        "row:Q",
        title=None,
        scale=alt.Scale(domain=[start, 0], nice=False),
        axis=alt.Axis(
            labelOverlap=False, grid=False, **at(middles), **in_lines("names[indexof(middles, datum.value)]")
        ),
    )
    areas = (
        chart_of(steps)
        .mark_area(orient="horizontal", interpolate="step-after")
        .encode(
            x=alt.X("value:Q", title="silhouette of a customer"),
            y=y,
            color=segment_colour(data),
            opacity=chosen_opacity(),
        )
    )
    of_all = chart_of([{"value": mean, "text": f"mean {mean:.2f}"}]).encode(x="value:Q")
    line = of_all.mark_rule(color=INK, strokeDash=DASHES)
    # On the side where there is more room.
    values = sampled.silhouettes
    is_left = mean < (values.max() + min(values.min(), 0)) / 2
    word = of_all.mark_text(align="left" if is_left else "right", dx=4 if is_left else -4)
    word = word.encode(y=alt.value(8), text="text:N")
    chart = (areas + line + word).add_params(
        alt.param(name="names", value=names), alt.param(name="middles", value=middles)
    )
    height = max(HEIGHT, 30 * len(names))
    return specification(chart, height, "Silhouette plot: one bar per customer, by segment.")
