"""From the published database to the report and its figures."""

from collections.abc import Callable
from pathlib import Path

import duckdb

from report.charts import draw_charts, draw_ledger
from report.charts.stills import save_stills
from report.data import read_report_data
from report.page import page

# The page stays below this, whatever the data.
SIZE_LIMIT = 5_000_000
# Names are shown whole up to the first length; where that makes the page too large they are cut further.
TEXT_LIMITS = (10_000, 1_000, 100)
# What `render` tells of its progress, for a bar.
STEPS = (
    "Customers",
    "Distributions",
    "Sample",
    "Other methods",
    "Countries and products",
    "Page",
    "Figures",
)


def render(database: Path, folder: Path, step: Callable[[str], None] = lambda name: None) -> None:
    """Write `report.html` and the figures, as SVG and PNG in `figures/`, into the folder.

    Equal marts give equal files.

    Args:
        database: The published database; opened read-only.
        folder: Where the files go; it exists.
        step: Told each of `STEPS` when it begins.
    """
    for text_limit in TEXT_LIMITS:
        with duckdb.connect(str(database), read_only=True) as connection:
            # DuckDB's own bar would be written over ours, and into the log of a build.
            connection.execute("set enable_progress_bar = false")
            data = read_report_data(connection, text_limit, step)
        step("Page")
        charts = draw_charts(data)
        html = page(data, charts)
        if len(html.encode()) < SIZE_LIMIT:
            break
    (folder / "report.html").write_text(html, encoding="utf-8", newline="\n")
    step("Figures")
    save_stills(charts | draw_ledger(data), folder / "figures")
