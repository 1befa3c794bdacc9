"""The cleaning ledger as a waterfall."""

from textwrap import wrap

from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from report.data import ReportData
from report.figures.axes import plain
from report.figures.still import MUTED, ORANGE
from report.queries import Row
from report.text import compact, count

GREEN = "#009E73"
LINE_LENGTH = 34


def shown_rules(data: ReportData, measure: str) -> list[Row]:
    """The rules that change the measure."""
    return [rule for rule in data.ledger if rule[f"{measure}_removed"]]


def in_two_lines(text: str) -> str:
    """The text on two lines at most."""
    return "\n".join(wrap(text, LINE_LENGTH, max_lines=2, placeholder="…"))


def ledger_waterfall(figure: Figure, data: ReportData, measure: str) -> None:
    """From the input to the revenue of customers, in lines or in money."""
    rules = shown_rules(data, measure)
    first, last = data.ledger[0][f"{measure}_before"], data.ledger[-1][f"{measure}_after"]
    written = count if measure == "lines" else data.build.currency.rounded
    bars = [("Input", 0.0, float(first), MUTED, written(first))]
    for rule in rules:
        before, after = float(rule[f"{measure}_before"]), float(rule[f"{measure}_after"])
        change = -rule[f"{measure}_removed"]
        text = f"{'+' if change > 0 else ''}{written(change)}"
        colour = GREEN if change > 0 else ORANGE
        bars.append(
            (in_two_lines(rule["description"]), min(before, after), abs(after - before), colour, text)
        )
    bars.append(("Left", 0.0, float(last), MUTED, written(last)))
    axes = figure.add_subplot()
    widest = max(start + width for _, start, width, _, _ in bars)
    for position, (_, start, width, colour, text) in enumerate(bars):
        axes.barh(position, max(width, widest * 0.003), left=start, height=0.65, color=colour)
        axes.text(start + width + widest * 0.015, position, text, va="center", fontsize=9)
    axes.set_yticks(range(len(bars)), [name for name, *_ in bars], fontsize=9)
    axes.invert_yaxis()
    axes.set_xlim(min(0.0, *(start for _, start, _, _, _ in bars)), widest * 1.5)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: compact(value)))
    axes.set_xlabel("lines" if measure == "lines" else data.build.currency.sign.strip())
    plain(axes, "x")
