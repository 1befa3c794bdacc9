"""The marts that there are on Spark, and what they differ in from those of DuckDB."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import duckdb

from .comparison import differences, rows_of_one_side
from .conftest import SparkWarehouse

# The key of every mart that there is on Spark.
KEYS = {
    "cleaning_ledger": ["rule_number"],
    "clustering_comparison": ["method"],
    "country_segments": ["country"],
    "customer_attributes": ["customer_id", "attribute"],
    "customer_clusters": ["customer_id", "method"],
    "customer_rfm": ["customer_id"],
    "customer_segments": ["customer_id"],
    "invoice_lines": ["source_file", "source_line"],
    "product_segments": ["product_code"],
    "rejected_customer_attributes": ["source_file", "source_line"],
    "rejected_customer_records": ["source_file", "source_line"],
    "rejected_invoice_lines": ["source_file", "source_line"],
    "rfm_score_cut_points": ["measure", "cut_point_number"],
    "segment_attribute_profiles": ["segment_id", "attribute", "level"],
    "segment_drift": ["feature"],
    "segment_history": ["customer_id", "valid_from"],
    "segment_k_scan": ["k"],
    "segment_migration": ["as_of_date", "from_segment_id", "to_segment_id", "cause"],
    "segment_model": ["version_number", "segment_id"],
    "segment_profiles": ["segment_id"],
}
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
