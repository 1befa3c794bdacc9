"""How a still figure is drawn and saved: the same bytes for the same data."""

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from report.data import ReportData

INK = "#1d2127"
MUTED = "#5d6673"
GRID = "#d9dde3"
GROUND = "#ffffff"
# The same on a dark ground: the picture in the page follows the reader's setting.
DARK = {INK: "#e8eaee", MUTED: "#a8b0bc", GRID: "#3a404a", GROUND: "#1b1e24"}
BLUE = "#0072B2"
ORANGE = "#D55E00"

# In inches: small, so that words of this size stay readable where a phone shows the figure.
WIDTH = 4.8
DOTS_PER_INCH = 240
STYLE: dict[Any, Any] = {
    "svg.hashsalt": "customer-segmentation",
    "svg.fonttype": "path",
    # A name may hold dollar signs.
    "text.parse_math": False,
    "font.family": ["DejaVu Sans"],
    "font.size": 10.5,
    "axes.edgecolor": GRID,
    "axes.labelcolor": MUTED,
    "axes.labelsize": 10.5,
    "axes.titlesize": 11.5,
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "grid.color": GRID,
    "grid.linewidth": 0.8,
    "text.color": INK,
    "xtick.color": GRID,
    "ytick.color": GRID,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 10,
    "ytick.labelsize": 10,
    "legend.frameon": False,
    "legend.fontsize": 10,
    "figure.facecolor": GROUND,
    "axes.facecolor": GROUND,
    "savefig.facecolor": GROUND,
}


@dataclass(frozen=True)
class Still:
    """A figure: the name of its files, its height in inches, what it shows in words, how it is drawn."""

    name: str
    height: float
    alt: str
    draw: Callable[[Figure, ReportData], None]


def draw_still(still: Still, data: ReportData, folder: Path) -> bytes:
    """Save the figure as SVG and PNG in the folder; returns the SVG, made to follow dark mode."""
    with matplotlib.rc_context(), warnings.catch_warnings():
        # Names in other scripts: boxes in the picture, and whole in the page beside it.
        warnings.filterwarnings("ignore", message=".*missing from font")
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        figure = Figure(figsize=(WIDTH, still.height), layout="constrained")
        FigureCanvasAgg(figure)
        still.draw(figure, data)
        figure.savefig(folder / f"{still.name}.png", dpi=DOTS_PER_INCH, metadata={"Software": None})
        # Everything has found its place.
        figure.set_layout_engine("none")
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", dpi=DOTS_PER_INCH, metadata={"Date": None, "Creator": None})
    svg = buffer.getvalue()
    (folder / f"{still.name}.svg").write_bytes(svg)
    return with_dark_mode(svg)


def with_dark_mode(svg: bytes) -> bytes:
    """The picture with a style sheet that turns its ink and ground where the reader prefers dark."""
    rules = "".join(
        f'[style*="fill: {light}"]{{fill:{dark}!important}}'
        f'[style*="stroke: {light}"]{{stroke:{dark}!important}}'
        for light, dark in DARK.items()
    )
    style = f"<style>@media screen and (prefers-color-scheme: dark){{{rules}}}</style>"
    head, end, rest = svg.partition(b"<defs>")
    return head + style.encode() + end + rest
