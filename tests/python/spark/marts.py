"""The marts that there are on Spark, and what they differ in from those of DuckDB."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb
from published_tables import published_keys

from .comparison import differences, rows_of_one_side
from .conftest import SparkWarehouse

# The key of every mart that there is on Spark.
KEYS = published_keys(Path(__file__).resolve().parents[3])
# What a method took is no result.
MEASURED = {"clustering_comparison": ["seconds"]}
# A DuckDB file, which Spark does not write.
NOT_ON_SPARK = {"published_build"}
# Marts that show the input by its lines: another order of the lines gives them other numbers.
BY_LINE = {"invoice_lines", "rejected_invoice_lines"}
PLACES = ["source_file", "source_line"]


def found_differences(
    database: Path, warehouse: SparkWarehouse, tables: Iterable[str], *, by_line: bool = True
) -> list[str]:
    """Every difference between marts of a database and of Spark, lines with their places if `by_line`."""
    found: list[Any] = []
    with duckdb.connect(str(database), read_only=True) as connection:
        for table in tables:
            ours, theirs = f"main.{table}", warehouse.relation(table)
            if table in BY_LINE and not by_line:
                found += rows_of_one_side(connection, table, ours, theirs, PLACES)
            else:
                found += differences(connection, table, ours, theirs, KEYS[table], MEASURED.get(table, []))
    return [str(difference) for difference in found]
