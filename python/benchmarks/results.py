"""Tables of what was measured: ratios first, since seconds belong to one machine."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict

from benchmarks.machine import machine, machine_in_words
from benchmarks.rivals import COMPARED, Run

FURTHER = ("rescore", "report", "methods")
N_SLOWEST = 15
MISSING = "-"


def ratio(runs: Sequence[Run], lines: int, numerator: str, denominator: str, measure: str) -> float | None:
    """One rival's measure (an attribute of Run) divided by another's; None where either was not measured."""
    values = {run.rival: getattr(run, measure) for run in runs if run.lines == lines}
    above, below = values.get(numerator), values.get(denominator)
    return None if above is None or not below else above / below


def growth_exponent(lines: Sequence[int], seconds: Sequence[float]) -> float | None:
    """Slope of log seconds against log lines by least squares: 1 is proportional; None below two sizes."""
    if len(set(lines)) < 2:
        return None
    x = [math.log(each) for each in lines]
    y = [math.log(each) for each in seconds]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    covariance = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return covariance / sum((a - mean_x) ** 2 for a in x)


def exponents(runs: Sequence[Run]) -> dict[str, float]:
    """The growth exponent of each rival that ran on two sizes or more."""
    found = {}
    for rival in dict.fromkeys(run.rival for run in runs):
        own = [run for run in runs if run.rival == rival]
        exponent = growth_exponent([run.lines for run in own], [run.seconds for run in own])
        if exponent is not None:
            found[rival] = exponent
    return found


def comparison_rows(runs: Sequence[Run]) -> list[list[str]]:
    """Header and one row per number of lines: ratios, then seconds and peak memory of each rival.

    Where others use the machine the wall clock says little, and the ratio of processor times still holds.
    """
    rows = [
        [
            "lines",
            "time of notebook to ours",
            "time of ours to by hand",
            "time of ours to floor",
            "memory of ours to notebook",
            "processor time of notebook to ours",
            "processor time of ours to by hand",
            *[f"{rival}: seconds, peak" for rival in COMPARED],
        ]
    ]
    for lines in sorted({run.lines for run in runs if run.rival in COMPARED}):
        by_rival = {run.rival: run for run in runs if run.lines == lines}
        rows.append(
            [
                f"{lines:,}",
                _times(ratio(runs, lines, "notebook", "ours", "seconds")),
                _times(ratio(runs, lines, "ours", "by_hand", "seconds")),
                _times(ratio(runs, lines, "ours", "floor", "seconds")),
                _times(ratio(runs, lines, "ours", "notebook", "peak_bytes")),
                _times(ratio(runs, lines, "notebook", "ours", "processor_seconds")),
                _times(ratio(runs, lines, "ours", "by_hand", "processor_seconds")),
                *[_seconds_and_peak(by_rival.get(rival)) for rival in COMPARED],
            ]
        )
    return rows


def new_day_rows(runs: Sequence[Run]) -> list[list[str]]:
    """Header and one row per number of lines: one more day against the build of everything before it."""
    rows = [
        [
            "lines",
            "time of a new day to all",
            "processor time of a new day to all",
            "new day: seconds, peak",
        ]
    ]
    for lines in sorted({run.lines for run in runs if run.rival == "new_day"}):
        by_rival = {run.rival: run for run in runs if run.lines == lines}
        rows.append(
            [
                f"{lines:,}",
                _times(ratio(runs, lines, "new_day", "ours", "seconds")),
                _times(ratio(runs, lines, "new_day", "ours", "processor_seconds")),
                _seconds_and_peak(by_rival["new_day"]),
            ]
        )
    return rows


def scoring_rows(runs: Sequence[Run]) -> list[list[str]]:
    """Header and one row per number of lines: `score_customer` in milliseconds."""
    rows = [["lines", "open", "first call", "next calls", "1,000 customers"]]
    for lines in sorted({run.lines for run in runs if run.rival == "score_customer"}):
        by_rival = {run.rival: run for run in runs if run.lines == lines}
        calls = by_rival["score_customer"].answer
        rows.append(
            [
                f"{lines:,}",
                *[
                    f"{calls[name] * 1000:.1f} ms" if name in calls else MISSING
                    for name in ("open", "first_call", "warm_call", "thousand_customers")
                ],
            ]
        )
    return rows


def further_rows(runs: Sequence[Run]) -> list[list[str]]:
    """Header and one row per number of lines: seconds and peak memory of what has a budget of its own."""
    rows = [["lines", *[f"{rival}: seconds, peak" for rival in FURTHER]]]
    for lines in sorted({run.lines for run in runs if run.rival in FURTHER}):
        by_rival = {run.rival: run for run in runs if run.lines == lines}
        rows.append([f"{lines:,}", *[_seconds_and_peak(by_rival.get(rival)) for rival in FURTHER]])
    return rows


def slowest_rows(run: Run) -> list[list[str]]:
    """Header and the nodes that took longest in a dbt run."""
    slowest = list(run.node_seconds.items())[:N_SLOWEST]
    return [["node", "seconds"], *[[name, f"{seconds:.2f}"] for name, seconds in slowest]]


def as_json(runs: Sequence[Run], memory_limit: str | None) -> str:
    """Everything that was measured."""
    document = {
        "machine": machine(),
        "memory_limit": memory_limit,
        "runs": [asdict(run) for run in runs],
        "growth_exponents": exponents(runs),
    }
    return json.dumps(document, indent=2) + "\n"


def as_markdown(runs: Sequence[Run]) -> str:
    """The tables for docs/speed.md."""
    parts = [_markdown_table(rows) for rows in _tables(runs)]
    return "\n\n".join([*parts, _exponents_in_words(runs), f"Measured on: {machine_in_words()}."]) + "\n"


def as_text(runs: Sequence[Run], memory_limit: str | None) -> str:
    """The tables for the terminal, and where the time of each build went."""
    parts = [_text_table(rows) for rows in _tables(runs)]
    for run in runs:
        if run.node_seconds:
            title = f"Where {run.rival} spends its time at {run.lines:,} lines (nodes run side by side):"
            parts.append(f"{title}\n{_text_table(slowest_rows(run))}")
    limit = f" DuckDB's memory_limit in dbt: {memory_limit}." if memory_limit else ""
    return (
        "\n\n".join([*parts, _exponents_in_words(runs), f"Measured on: {machine_in_words()}.{limit}"]) + "\n"
    )


def _tables(runs: Sequence[Run]) -> list[list[list[str]]]:
    """The tables that have rows."""
    tables = (comparison_rows(runs), new_day_rows(runs), further_rows(runs), scoring_rows(runs))
    return [rows for rows in tables if len(rows) > 1]


def _exponents_in_words(runs: Sequence[Run]) -> str:
    found = exponents(runs)
    if not found:
        return "Growth of time with lines needs two sizes."
    listed = ", ".join(f"{rival} {exponent:.2f}" for rival, exponent in found.items())
    return f"Exponent of time against lines (1 is proportional): {listed}."


def _times(value: float | None) -> str:
    return MISSING if value is None else f"{value:.2f} ×"  # noqa: RUF001 (the sign is meant)


def _seconds_and_peak(run: Run | None) -> str:
    if run is None:
        return MISSING
    peak = MISSING if run.peak_bytes is None else f"{run.peak_bytes / 2**30:.2f} GiB"
    return f"{run.seconds:.1f} s, {peak}"


def _markdown_table(rows: Sequence[Sequence[str]]) -> str:
    header, *body = rows
    return "\n".join(
        [f"| {' | '.join(row)} |" for row in (header, ["---:"] * len(header), *body)],
    )


def _text_table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)) for row in rows
    )
