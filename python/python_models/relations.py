"""What a dbt Python model gets from `dbt.ref`, under one set of methods: rows of DuckDB or of Spark."""

from __future__ import annotations

from typing import Any, TypeAlias

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from sql_text import quoted_identifier


class SparkRelation:
    """A Spark data frame with those methods of a DuckDB relation that this package calls.

    Expressions are SQL that both engines read, names in double quotes. Nothing runs before a fetch.
    """

    def __init__(self, rows: Any) -> None:
        self.rows = rows

    @property
    def columns(self) -> list[str]:
        """Names of the columns."""
        return list(self.rows.columns)

    def filter(self, condition: str) -> SparkRelation:
        """The rows for which the condition is true."""
        return SparkRelation(self.rows.filter(condition))

    def project(self, expressions: str) -> SparkRelation:
        """Expressions over the columns, separated by commas."""
        return self._select(f"select {_literal(expressions)} from {{rows}}")

    def order(self, expressions: str) -> SparkRelation:
        """The rows in this order."""
        return self._select(f"select * from {{rows}} order by {_literal(expressions)}")

    def limit(self, n_rows: int) -> SparkRelation:
        """At most so many rows, the first of an order."""
        return SparkRelation(self.rows.limit(n_rows))

    def fetchall(self) -> list[tuple[Any, ...]]:
        """The rows, of a relation that is small."""
        return [tuple(row) for row in self.rows.collect()]

    def fetchone(self) -> tuple[Any, ...] | None:
        """The first row."""
        row = self.rows.first()
        return None if row is None else tuple(row)

    def fetchnumpy(self) -> dict[str, NDArray[Any]]:
        """The columns as arrays (n,), missing numbers as NaN."""
        table = self.to_arrow_table()
        return {name: table[name].to_numpy() for name in table.column_names}

    def to_arrow_table(self) -> pa.Table:
        """The rows as an Arrow table."""
        return self.rows.toArrow()

    def _select(self, query: str) -> SparkRelation:
        return SparkRelation(self.rows.sparkSession.sql(query, rows=self.rows))


Relation: TypeAlias = duckdb.DuckDBPyRelation | SparkRelation


def as_relation(rows: Any) -> Relation:
    """What `dbt.ref` gave, whichever engine runs the model."""
    return rows if isinstance(rows, duckdb.DuckDBPyRelation | SparkRelation) else SparkRelation(rows)


def table_of(session: Any, this: Any, identifier: str | None = None) -> Relation | None:
    """The table of the model that runs, `dbt.this`, as the last build left it; None before the first.

    identifier: of another table beside it.
    """
    identifier = identifier or this.identifier
    parts = [part for part in (this.database, this.schema, identifier) if part]
    name = ".".join(quoted_identifier(part) for part in parts)
    if _is_spark(session):
        is_there = session.catalog.tableExists(f"{this.schema}.{identifier}")
        return SparkRelation(session.table(f"{this.schema}.{identifier}")) if is_there else None
    found = session.execute(
        "select 1 from duckdb_tables() where (database_name, schema_name, table_name) = (?, ?, ?)", parts
    ).fetchone()
    return None if found is None else session.table(name)


def from_arrow(session: Any, table: pa.Table) -> Relation:
    """An Arrow table as a relation of the session's engine."""
    if _is_spark(session):
        return SparkRelation(session.createDataFrame(table))
    relation: duckdb.DuckDBPyRelation = session.from_arrow(table)
    return relation


def joined(left: Relation, right: Relation, column: str) -> Relation:
    """The rows of both that are equal in one column, which is there once."""
    if isinstance(left, SparkRelation) and isinstance(right, SparkRelation):
        return SparkRelation(left.rows.join(right.rows, column))
    if isinstance(left, SparkRelation) or isinstance(right, SparkRelation):
        raise TypeError("relations of two engines cannot be joined")
    return left.set_alias("left_rows").join(right.set_alias("right_rows"), column)


def fetch_rows(rows: Any) -> list[dict[str, Any]]:
    """The rows of a small relation as dictionaries of plain Python values."""
    relation = as_relation(rows)
    return [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]


def fetch_value(rows: Any, expression: str, condition: str = "true") -> Any:
    """The expression over the first of the rows that meet the condition; None where there is none."""
    row = as_relation(rows).filter(condition).project(expression).fetchone()
    return None if row is None else row[0]


def filled(values: Any) -> NDArray[np.float64]:
    """Numbers with NaN where they are missing; DuckDB masks them."""
    return np.ma.filled(values, np.nan).astype(np.float64)


def _is_spark(session: Any) -> bool:
    return type(session).__module__.startswith("pyspark.")


def _literal(text: str) -> str:
    # Braces name data frames in PySpark's SQL.
    return text.replace("{", "{{").replace("}", "}}")
