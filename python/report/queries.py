"""Queries on the published database."""

from collections.abc import Sequence
from typing import Any

import duckdb

Row = dict[str, Any]


def rows(connection: duckdb.DuckDBPyConnection, query: str, parameters: object = None) -> list[Row]:
    """The query's rows as mappings; decimals, dates and nulls keep their Python types."""
    result = connection.execute(query, parameters)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, values, strict=True)) for values in result.fetchall()]


def row(connection: duckdb.DuckDBPyConnection, query: str, parameters: object = None) -> Row:
    """The one row of a query that has exactly one."""
    (only,) = rows(connection, query, parameters)
    return only


def columns(connection: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """Types of the table's columns by name; empty where there is no such table."""
    found = rows(
        connection,
        """
        select column_name, data_type from duckdb_columns()
        where database_name = current_database() and table_name = $table
        order by column_index
        """,
        {"table": table},
    )
    return {column["column_name"]: column["data_type"] for column in found}


def shortened(names: Sequence[str], limit: int) -> str:
    """SQL for the columns, text longer than the limit cut with an ellipsis."""
    return ", ".join(
        f"case when length({name}) > {limit} then left({name}, {limit - 1}) || '…' else {name} end"
        f" as {name.rpartition('.')[2]}"
        for name in names
    )
