"""The functions of customer ids in SQL; the key stays in Python, out of queries, logs and the database."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
from duckdb.func import ARROW

from privacy.keys import privacy_key, pseudonym
from privacy.suppression import SuppressionList


def register_functions(connection: duckdb.DuckDBPyConnection, list_path: Path | None) -> None:
    """Give the connection `is_forgotten(varchar) -> boolean` and `customer_pseudonym(varchar) -> varchar`.

    Null gives null. The list and the key are read when a query first asks for them.
    """
    suppressed: list[SuppressionList] = []

    def is_forgotten(customer_ids: pa.ChunkedArray) -> pa.Array:
        if not suppressed:
            suppressed.append(SuppressionList.read(list_path))
        return mapped(customer_ids, suppressed[0].holds, pa.bool_())

    def customer_pseudonym(customer_ids: pa.ChunkedArray) -> pa.Array:
        key = privacy_key("Publishing pseudonyms")
        return mapped(customer_ids, lambda customer_id: pseudonym(key, customer_id), pa.string())

    for function, result in ((is_forgotten, "BOOLEAN"), (customer_pseudonym, "VARCHAR")):
        connection.create_function(function.__name__, function, ["VARCHAR"], result, type=ARROW)


def mapped(values: pa.ChunkedArray, function: Callable[[str], object], data_type: pa.DataType) -> pa.Array:
    """The function's results for each text; the array has no nulls, which DuckDB keeps to itself."""
    return pa.array([function(value) for value in values.to_pylist()], type=data_type)
