"""The interactive charts of the page, as Vega-Lite specifications by name."""

from typing import Any

from report.charts.maps import customer_map, rfm_map
from report.charts.methods import method_agreement
from report.charts.revenue import pareto_curve, segment_mix
from report.charts.segments import feature_boxes, rfm_grid, segment_sizes
from report.data import ReportData


def draw_charts(data: ReportData) -> dict[str, dict[str, Any]]:
    """Every chart that the data allow."""
    if not data.segments:
        return {}
    charts = {
        "segment-sizes": segment_sizes(data),
        "grid-customers": rfm_grid(data, "customers"),
        "grid-revenue": rfm_grid(data, "revenue"),
        "rfm-map": rfm_map(data),
    }
    for position, feature in enumerate(data.features, start=1):
        charts[f"boxes-{position}"] = feature_boxes(data, feature)
    if data.components is not None:
        charts["customer-map"] = customer_map(data)
    if data.agreement:
        charts["method-agreement"] = method_agreement(data)
    for name, noun, revenue in (
        ("country", "countries", data.countries),
        ("product", "products", data.products),
    ):
        if revenue.totals["n_rows"]:
            charts[f"{name}-pareto"] = pareto_curve(revenue, noun)
        if any(row["shares"] for row in revenue.largest):
            charts[f"{name}-mix"] = segment_mix(data, revenue, name)
    return charts
