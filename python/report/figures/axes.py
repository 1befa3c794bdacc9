"""What several figures do to their axes."""

from matplotlib.axes import Axes
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from report.figures.still import MUTED
from report.scales import is_logarithmic, round_values
from report.text import compact, percent


def plain(axes: Axes, grid: str = "both") -> None:
    """Grid lines in one direction or both, no ticks and no frame."""
    axes.tick_params(length=0)
    for spine in axes.spines.values():
        spine.set_visible(False)
    if grid != "none":
        axes.grid(axis="x" if grid == "x" else "y" if grid == "y" else "both")


def magnitude_axis(axes: Axes, direction: str, low: float, high: float) -> None:
    """A logarithmic axis with powers of ten as ticks; near 0 it is linear where the values reach below 1."""
    axis = axes.xaxis if direction == "x" else axes.yaxis
    set_scale = axes.set_xscale if direction == "x" else axes.set_yscale
    if is_logarithmic(low):
        set_scale("log")
    else:
        set_scale("symlog", linthresh=1)
    axis.set_major_locator(FixedLocator(round_values(low, high)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: compact(value)))


def percent_axis(axes: Axes, direction: str) -> None:
    """Shares from 0 to 1 as whole percent."""
    axis = axes.xaxis if direction == "x" else axes.yaxis
    axis.set_major_formatter(FuncFormatter(lambda value, _: percent(value).replace(".0%", "%")))


def note(axes: Axes, x: float, y: float, text: str, **placing: str) -> None:
    """A word in the figure, where a legend would be too far away."""
    axes.text(x, y, text, color=MUTED, fontsize=9.5, **placing)  # type: ignore[arg-type]
