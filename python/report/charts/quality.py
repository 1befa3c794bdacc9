"""The cleaning ledger as a waterfall."""

from textwrap import wrap
from typing import Any

import altair as alt

from report.charts.theme import COMPACT, GREEN, MUTED, ORANGE, Specification, chart_of, specification, tooltip
from report.data import ReportData
from report.text import count

LINE_LENGTH = 34


def ledger_waterfall(data: ReportData, measure: str, unit: str) -> Specification:
    """From the input to the revenue of customers, in lines or in money, by the rules that change it."""
    written = count if measure == "lines" else data.build.currency.rounded
    first, last = data.ledger[0][f"{measure}_before"], data.ledger[-1][f"{measure}_after"]
    bars: list[dict[str, Any]] = [bar("Input", 0, first, MUTED, written(first))]
    for rule in data.ledger:
        if change := -rule[f"{measure}_removed"]:
            low, high = sorted((rule[f"{measure}_before"], rule[f"{measure}_after"]))
            text = f"{'+' if change > 0 else ''}{written(change)}"
            bars.append(bar(rule["description"], low, high, GREEN if change > 0 else ORANGE, text))
    bars.append(bar("Left", 0, last, MUTED, written(last)))
    lowest, highest = min(one["from"] for one in bars), max(one["to"] for one in bars)
    rules = [wrap(one.pop("rule"), LINE_LENGTH, max_lines=2, placeholder="…") for one in bars]
    base = chart_of([one | {"position": position} for position, one in enumerate(bars)]).encode(
        y=alt.Y("position:O", title=None, axis=alt.Axis(labelExpr="rules[datum.value]", labelFontSize=11)),
        x=alt.X(
            "from:Q",
            title="lines" if measure == "lines" else data.build.currency.sign.strip(),
            axis=alt.Axis(labelExpr=COMPACT, tickCount=4),
            # Room for the words at the end of the longest bar.
            scale=alt.Scale(domain=[min(0.0, lowest), highest * 1.5 or 1.0], nice=False),
        ),
        tooltip=tooltip(text=unit),
    )
    # However little a rule removes, its bar can be seen.
    seen = base.transform_calculate(to=f"max(datum.to, datum.from + {0.003 * (highest - lowest)})")
    marks = seen.mark_bar().encode(x2="to:Q", color=alt.Color("colour:N", scale=None))
    words = base.mark_text(align="left", dx=5, fontSize=11).encode(x="to:Q", text="text:N")
    return specification(
        (marks + words).add_params(alt.param(name="rules", value=rules)),
        32 * len(bars),
        f"Waterfall from the input to the revenue of customers, rule by rule, in {unit}.",
    )


def bar(rule: str, low: Any, high: Any, colour: str, text: str) -> dict[str, Any]:
    """One bar of the waterfall, from low to high."""
    return {"rule": rule, "from": float(low), "to": float(high), "colour": colour, "text": text}
