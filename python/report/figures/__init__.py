"""The still figures, for slides and for the page."""

from pathlib import Path

from report.data import ReportData
from report.figures.still import Still, draw_still


def draw_figures(data: ReportData, folder: Path) -> dict[str, tuple[Still, bytes]]:
    """Draw every figure that the data allow into the folder; returns them by name with their SVG."""
    folder.mkdir(exist_ok=True)
    return {still.name: (still, draw_still(still, data, folder)) for still in stills(data)}


def stills(data: ReportData) -> list[Still]:
    """The figures that the data allow."""
    return []
