"""Tables of two engines, column by column: types equal, doubles to 1e-9, everything else exactly."""

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

# Relative for numbers above 1, absolute below.
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Difference:
    """The first value in which two tables differ, as a sentence says it."""

    table: str
    column: str
    key: str
    ours: str
    theirs: str
    n_rows: int

    def __str__(self) -> str:
        return (
            f"{self.table}.{self.column}: {self.n_rows} rows differ, the first at {self.key}: "
            f"{self.ours} on DuckDB, {self.theirs} on Spark"
        )


def differences(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    ours: str,
    theirs: str,
    key: Sequence[str],
    ignored: Sequence[str] = (),
) -> list[Difference]:
    """Every column in which two relations (SQL) of a table differ, their rows joined by the key."""
    types = {
        name: columns_of(connection, relation) for name, relation in (("ours", ours), ("theirs", theirs))
    }
    if types["ours"] != types["theirs"]:
        odd = sorted(set(types["ours"].items()) ^ set(types["theirs"].items()))
        return [Difference(table, name, "every row", *_both(types, name), 0) for name in dict(odd)]
    joined = (
        f"(select *, true as is_there from {ours}) as ours "
        f"full join (select *, true as is_there from {theirs}) as theirs on "
        + " and ".join(f"ours.{column} is not distinct from theirs.{column}" for column in key)
    )
    shown = " || ', ' || ".join(
        f"'{column} ' || coalesce(ours.{column}, theirs.{column})::varchar" for column in key
    )
    found = []
    for column, type_name in {"is_there": "BOOLEAN", **types["ours"]}.items():
        if column in ignored:
            continue
        left, right = f"ours.{column}", f"theirs.{column}"
        condition = f"{left} is distinct from {right}"
        if type_name == "DOUBLE":
            condition += f" and abs({left} - {right}) <= {TOLERANCE} * greatest(1, abs({left})) is not true"
        elif "DOUBLE" in type_name:
            # Lists and records of doubles: in 9 digits.
            condition = (
                _in_nine_digits(left, type_name) + " is distinct from " + _in_nine_digits(right, type_name)
            )
        rows = connection.execute(
            f"select {shown}, {left}::varchar, {right}::varchar, count(*) over () from {joined} "
            f"where {condition} order by 1 limit 1"
        ).fetchall()
        found += [Difference(table, column, str(k), str(a), str(b), n) for k, a, b, n in rows]
        if column == "is_there" and found:
            return found
    return found


def rows_of_one_side(
    connection: duckdb.DuckDBPyConnection, table: str, ours: str, theirs: str, ignored: Sequence[str]
) -> list[str]:
    """How many rows only one of two relations (SQL) has, some columns left out; an empty list for none."""
    columns = f"* exclude ({', '.join(ignored)})"
    counts = {
        name: connection.execute(
            f"select count(*) from (select {columns} from {left} except all select {columns} from {right})"
        ).fetchall()[0][0]
        for name, left, right in (("DuckDB", ours, theirs), ("Spark", theirs, ours))
    }
    return [f"{table}: {n} rows are on {name} alone" for name, n in counts.items() if n]


def columns_of(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    """Names and types of the columns of a relation, in their order."""
    return {row[0]: row[1] for row in connection.execute(f"describe select * from {relation}").fetchall()}


def _both(types: dict[str, dict[str, str]], name: str) -> tuple[str, str]:
    return types["ours"].get(name, "no column"), types["theirs"].get(name, "no column")


def _in_nine_digits(expression: str, type_name: str) -> str:
    if type_name == "DOUBLE[]":
        return f"list_transform({expression}, lambda x: printf('%.9e', x))"
    if type_name == "DOUBLE[][]":
        return f"list_transform({expression}, lambda row: list_transform(row, lambda x: printf('%.9e', x)))"
    return f"regexp_replace({expression}::varchar, '([0-9][.][0-9]{{9}})[0-9]+', '\\1', 'g')"
