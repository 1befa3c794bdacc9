"""The charts, each as one Vega-Lite specification: the page draws it, and slides get it as PNG and SVG."""

import re
from collections.abc import Iterator

from report.charts.k_choice import elbow, silhouette_by_k, silhouette_plot, stability
from report.charts.maps import customer_map, rfm_map
from report.charts.methods import dendrogram, method_agreement, method_placements
from report.charts.quality import ledger_waterfall
from report.charts.revenue import pareto_curve, segment_mix
from report.charts.segments import feature_boxes, profile_heatmap, rfm_grid, segment_sizes, snake_plot
from report.charts.theme import Specification
from report.data import ReportData
from report.revenue import mixed_rows


def draw_charts(data: ReportData) -> dict[str, Specification]:
    """Every chart of the page that the data allow, by the name of its place and of its files."""
    return {name: chart for name, chart in possible_charts(data) if chart is not None}


def possible_charts(data: ReportData) -> Iterator[tuple[str, Specification | None]]:
    """Name and chart; None where a chart finds on drawing that the data are too few."""
    if data.segments:
        yield "segment_sizes", segment_sizes(data)
        yield "profile_heatmap", profile_heatmap(data)
        yield "snake_plot", snake_plot(data)
        for position, feature in enumerate(data.features, start=1):
            yield f"boxes_{position}_{file_name(feature)}", feature_boxes(data, feature)
        for measure in ("customers", "revenue"):
            yield f"rfm_grid_{measure}", rfm_grid(data, measure)
        yield "rfm_map", rfm_map(data)
        if data.components is not None:
            yield "customer_map", customer_map(data)
    # With too few different customers no candidate can be measured.
    if data.segments and any(row["inertia"] is not None for row in data.k_scan):
        yield "elbow", elbow(data)
        yield "silhouette_by_k", silhouette_by_k(data)
        yield "stability", stability(data)
        if data.z is not None:
            yield "silhouette_plot", silhouette_plot(data)
    if data.agreement:
        yield "method_agreement", method_agreement(data)
    if data.placements:
        yield "method_placements", method_placements(data)
    if data.z is not None and any(row["method"] == "ward" and row["status"] == "ok" for row in data.methods):
        yield "dendrogram", dendrogram(data)
    for kind, noun, revenue in (
        ("country", "countries", data.countries),
        ("product", "products", data.products),
    ):
        if revenue.totals["n_rows"]:
            yield f"{kind}_pareto", pareto_curve(revenue, noun)
        if mixed_rows(revenue):
            yield f"{kind}_mix", segment_mix(data, revenue, kind, noun)


def draw_ledger(data: ReportData) -> dict[str, Specification]:
    """The ledger for slides; the page has it as a table with bars."""
    if not data.ledger:
        return {}
    units = {"lines": "lines", "value": "money"}
    return {f"ledger_{measure}": ledger_waterfall(data, measure, unit) for measure, unit in units.items()}


def file_name(text: str) -> str:
    """The text as part of a file's name."""
    return re.sub(r"[^A-Za-z0-9]+", "_", text)[:40].strip("_")
