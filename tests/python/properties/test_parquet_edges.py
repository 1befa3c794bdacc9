"""A Parquet file with typed columns is read as its text would be, at the edge of what counts too."""

from pathlib import Path
from typing import Any

import duckdb

from campaigns.shops import HEADERS
from campaigns.sql_models import build_in_memory

# At the edge of what may count, and a price with more than four decimals: quantity, time, price, why not.
NOON = "2024-01-01 12:00:00"
EDGES: tuple[tuple[int, str, float, str | None], ...] = (
    (9_999_999, NOON, 2.5, None),
    (-9_999_999, NOON, 2.5, None),
    (10_000_000, NOON, 2.5, "invalid_quantity"),
    (-10_000_000, NOON, 2.5, "invalid_quantity"),
    (1, "1899-12-31 23:59:59", 2.5, "invalid_date"),
    (1, "1900-01-01 00:00:00", 2.5, None),
    (1, "2099-12-31 23:59:59", 2.5, None),
    (1, "2100-01-01 00:00:00", 2.5, "invalid_date"),
    (1, "2100-01-01 00:00:30", 2.5, "invalid_date"),
    (1, "2100-01-20 00:00:00", 2.5, "invalid_date"),
    (1, NOON, 0.0, "free_goods"),
    (1, NOON, 0.5, None),
    (1, NOON, -0.5, "adjustment"),
    (1, NOON, 0.12345, None),
    (1, NOON, 999_999_999.5, None),
    (1, NOON, 1_000_000_000.0, "invalid_price"),
)


def lines_of(path: Path, folder: Path) -> list[tuple[Any, ...]]:
    """Where each line of a file is, why it does not count, and what was read."""
    folder.mkdir()
    models = build_in_memory(folder, {"invoices": str(path)})
    with models.connection:
        models.build("int_invoice_lines_classified")
        return models.rows(
            """
            select
                source_line, rejection_reason, invoice_number, quantity, invoiced_at, unit_price, customer_id
            from int_invoice_lines_classified
            order by source_line
            """
        )


def test_a_parquet_file_gives_what_its_text_would(tmp_path: Path) -> None:
    types = ("varchar", "varchar", "varchar", "bigint", "timestamp", "double", "bigint", "varchar")
    columns = ", ".join(f"{name} {type_}" for name, type_ in zip(HEADERS, types, strict=True))
    with duckdb.connect() as connection:
        connection.execute(f"create table edges ({columns})")
        connection.executemany(
            "insert into edges values (?, 'A1', 'Mug', ?, ?, ?, 17850, 'France')",
            [(number, *edge[:3]) for number, edge in enumerate(EDGES)],
        )
        for form in ("parquet", "csv"):
            connection.execute(f"copy edges to '{tmp_path / form}.{form}'")
    held, text = (
        lines_of(tmp_path / f"{form}.{form}", tmp_path / f"{form} build") for form in ("parquet", "csv")
    )
    assert [row[:2] for row in held] == [(number, edge[3]) for number, edge in enumerate(EDGES, start=1)]
    # The first line of a CSV is the header.
    assert [(row[0] + 1, *row[1:]) for row in held] == text
