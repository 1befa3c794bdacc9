"""Countries and products: curves, classes, mix by segment."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from report.queries import Row, columns, row, rows, shortened
from report.text import clipped, label

# Rows of the largest countries and products that are shown, and points of a curve.
SHOWN_ROWS = 15
CURVE_POINTS = 200
MIX_ROWS = 10


@dataclass(frozen=True)
class Revenue:
    """A mart of revenue: its totals, its largest rows, its Pareto curve, and its classes and tiers."""

    totals: Row
    largest: list[Row]
    curve: list[Row]
    classes: list[Row]
    tiers: list[Row]


def read_revenue(connection: duckdb.DuckDBPyConnection, table: str, text_limit: int) -> Revenue:
    """Read country_segments or product_segments; no rows where the build left them out."""
    types = columns(connection, table)
    if not types:
        return Revenue({"n_rows": 0, "revenue": 0, "negative_revenue": 0, "n_negative": 0}, [], [], [], [])
    texts = [name for name in ("country", "product_code", "description") if name in types]
    totals = row(
        connection,
        f"""
        select
            count(*) as n_rows,
            coalesce(sum(revenue), 0) as revenue,
            coalesce(sum(revenue) filter (revenue < 0), 0) as negative_revenue,
            count(*) filter (revenue < 0) as n_negative
        from {table}
        """,
    )
    segment_ids = {
        segment["segment_name"]: segment["segment_id"]
        for segment in rows(connection, "select segment_name, segment_id from segment_profiles")
    }
    largest = rows(
        connection,
        f"""
        select * replace ({shortened(texts, text_limit)}) from {table}
        where revenue_rank <= {SHOWN_ROWS}
        order by revenue_rank
        """,
    )
    for shown in largest:
        shown["shares"] = mix_shares(shown.pop("segment_mix") or "", segment_ids)
    step = max(1, -(-totals["n_rows"] // CURVE_POINTS))
    return Revenue(
        totals=totals,
        largest=largest,
        curve=rows(
            connection,
            f"""
            select revenue_rank, cumulative_share_of_revenue, abc_class
            from {table}
            where revenue_rank <= {SHOWN_ROWS} or revenue_rank % {step} = 0
                or revenue_rank = {totals["n_rows"]}
            order by revenue_rank
            """,
        ),
        classes=grouped(connection, table, "abc_class"),
        tiers=grouped(connection, table, "tier"),
    )


def grouped(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> list[Row]:
    """Rows and revenue of each value of the column."""
    return rows(
        connection,
        f"""
        select {column} as name, count(*) as n_rows, sum(revenue) as revenue
        from {table} where {column} is not null group by {column} order by {column}
        """,
    )


def mix_shares(mix: str, segment_ids: Mapping[str, int]) -> dict[int, float]:
    """Shares (0 to 1) by segment_id in a text of segment_mix, such as "Champions 76.8 %, Lost 23.2 %".

    A name may itself hold commas and numbers, so the text is read along the known names, longest first.

    Raises:
        ValueError: the text is not made of the names and shares.
    """
    names = "|".join(re.escape(name) for name in sorted(segment_ids, key=len, reverse=True))
    part = re.compile(rf"({names}) (\d+(?:\.\d+)?) %(?:, |$)")
    shares: dict[int, float] = {}
    position = 0
    while position < len(mix):
        found = part.match(mix, position)
        if found is None:
            raise ValueError(f"'{clipped(mix, 200)}' is no segment_mix: build again.")
        shares[segment_ids[found[1]]] = float(found[2]) / 100
        position = found.end()
    return shares


def mixed_rows(revenue: Revenue) -> list[tuple[str, Row]]:
    """The largest rows with a mix of segments, each with a short name that its rank makes unique."""
    shown = [row for row in revenue.largest if row["shares"]][:MIX_ROWS]
    return [(f"{row['revenue_rank']}. {label(row_name(row))}", row) for row in shown]


def row_name(row: Row) -> str:
    """What a row of the mart is called."""
    return str(row["country"] if "country" in row else row["description"] or row["product_code"])
