"""The still figures, for slides and for the page."""

import re
import shutil
from functools import partial
from pathlib import Path

from report.data import ReportData
from report.figures.k_choice import elbow, silhouette_by_k, silhouette_plot, stability
from report.figures.maps import customer_map, rfm_map
from report.figures.methods import dendrogram, method_placements
from report.figures.quality import ledger_waterfall, shown_rules
from report.figures.revenue import pareto, segment_mix
from report.figures.segments import feature_boxes, profile_heatmap, rfm_grid, segment_sizes, snake_plot
from report.figures.still import Still, draw_still
from report.revenue import Revenue, mixed_rows
from report.text import feature_name


def draw_figures(data: ReportData, folder: Path) -> dict[str, tuple[Still, bytes]]:
    """Draw every figure that the data allow into the folder; returns them by name with their SVG.

    Figures of an earlier report there are removed, so that none stays that no longer holds.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return {still.name: (still, draw_still(still, data, folder)) for still in stills(data)}


def stills(data: ReportData) -> list[Still]:
    """The figures that the data allow."""
    figures = []
    if data.segments:
        figures += segment_figures(data)
    if data.segments and data.k_scan:
        figures += k_figures(data)
    if data.placements:
        height = 1.1 + 0.55 * len(data.segments)
        alt = "Heat map: share of each segment that other methods keep together, and that they call noise."
        figures.append(Still("method_placements", height, alt, method_placements))
    if data.z is not None and any(row["method"] == "ward" and row["status"] == "ok" for row in data.methods):
        alt = "Dendrogram of Ward's clustering; leaves have the colour of their customers' segment."
        figures.append(Still("dendrogram", 4.3, alt, dendrogram))
    figures += revenue_figures("country", "countries", data.countries)
    figures += revenue_figures("product", "products", data.products)
    for measure, unit in (("lines", "lines"), ("value", "money")):
        if data.ledger:
            height = 1.6 + 0.4 * len(shown_rules(data, measure))
            alt = f"Waterfall from the input to the revenue of customers, rule by rule, in {unit}."
            draw = partial(ledger_waterfall, measure=measure)
            figures.append(Still(f"ledger_{measure}", height, alt, draw))
    return figures


def segment_figures(data: ReportData) -> list[Still]:
    """Figures of segments and customers."""
    n = len(data.segments)
    figures = [
        Still(
            "segment_sizes",
            1.0 + 0.62 * n,
            "Bars: share of customers and of revenue by segment.",
            segment_sizes,
        ),
        Still(
            "profile_heatmap",
            1.0 + 0.5 * n,
            "Heat map: z-scores of each segment's features.",
            profile_heatmap,
        ),
        Still("snake_plot", 4.0, "Lines: z-scores of each segment's features.", snake_plot),
        Still("rfm_map", 4.8, "Scatter plot of customers by recency, monetary and frequency.", rfm_map),
    ]
    for position, feature in enumerate(data.features, start=1):
        alt = f"Boxes: {feature_name(feature)} in each segment on a logarithmic axis."
        draw = partial(feature_boxes, feature=feature)
        figures.append(Still(f"boxes_{position}_{file_name(feature)}", 1.0 + 0.45 * n, alt, draw))
    for measure in ("customers", "revenue"):
        alt = f"Heat map: {measure} by recency and frequency score."
        figures.append(Still(f"rfm_grid_{measure}", 3.9, alt, partial(rfm_grid, measure=measure)))
    if data.components is not None:
        alt = "Scatter plot of customers on two principal components, with the features' loadings as arrows."
        figures.append(Still("customer_map", 4.9, alt, customer_map))
    return figures


def file_name(text: str) -> str:
    """The text as part of a file's name."""
    return re.sub(r"[^A-Za-z0-9]+", "_", text)[:40].strip("_")


def k_figures(data: ReportData) -> list[Still]:
    """Figures of the choice of k."""
    figures = [
        Still("elbow", 3.1, "Line: inertia by number of clusters, the elbow marked.", elbow),
        Still(
            "silhouette_by_k",
            3.1,
            "Line: silhouette by number of clusters, above shuffled columns.",
            silhouette_by_k,
        ),
        Still("stability", 3.1, "Lines: bootstrap stability by number of clusters.", stability),
    ]
    if data.z is not None and len(set(data.sample.segment_ids.tolist())) > 1:
        alt = "Silhouette plot: one bar per customer, by segment."
        figures.append(Still("silhouette_plot", 3.1, alt, silhouette_plot))
    return figures


def revenue_figures(kind: str, noun: str, revenue: Revenue) -> list[Still]:
    """Figures of countries or products."""
    figures = []
    if revenue.totals["n_rows"]:
        draw = partial(pareto, revenue=revenue, noun=noun)
        figures.append(
            Still(f"{kind}_pareto", 3.1, f"Pareto curve: share of revenue by number of {noun}.", draw)
        )
    if mixed := mixed_rows(revenue):
        alt = f"Stacked bars: share of each segment in the sales of the largest {noun}."
        height = 1.6 + 0.33 * len(mixed)
        figures.append(Still(f"{kind}_mix", height, alt, partial(segment_mix, revenue=revenue)))
    return figures
