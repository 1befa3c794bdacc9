"""What SQL reads as it is: Parquet files and tables; only columns, types and number of rows are checked.

A column may hold text or numbers; `invoiced_at` text, dates, timestamps or whole numbers such as 20101201.
Nested, binary and truth values are an error, since their text would not be what the shop wrote.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from invoice_reader.column_guesses import MAX_RECORDS
from invoice_reader.columns import ColumnMatch, InputKind, match_columns, shown
from invoice_reader.csv_source import foreign_format
from invoice_reader.problems import InputProblem
from sql_text import quoted_identifier

TEXT_TYPES = ("VARCHAR", "ENUM")
WHOLE_NUMBER_TYPES = (
    *("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"),
    "UHUGEINT",
)
NUMBER_TYPES = (*WHOLE_NUMBER_TYPES, "FLOAT", "DOUBLE", "DECIMAL")
DATE_TYPES = ("DATE", "TIMESTAMP")
# A larger Parquet file is not read once more only to see whether it is damaged; the first model that reads it
# would stop then.
MAX_BYTES_READ_TO_CHECK = 2**28
DAMAGED = "the Parquet file is damaged: not all values can be read; copy or export it again."


@dataclass(frozen=True)
class Relation:
    """Columns of a Parquet file or table.

    headers, types: in the order of the columns. columns: our name -> column, None where mapped to null.
    others: further columns.
    """

    headers: tuple[str, ...]
    types: tuple[str, ...]
    columns: dict[str, str | None]
    others: tuple[str, ...]
    n_records: int

    def type_of(self, column: str) -> str | None:
        """The DuckDB type in which one of our columns is there; None where it is not there."""
        header = self.columns.get(column)
        return None if header is None else self.types[self.headers.index(header)]

    def is_text(self, column: str) -> bool:
        """Whether one of our columns is there as text."""
        type_name = self.type_of(column)
        return type_name is not None and is_one_of(type_name, TEXT_TYPES)


def is_one_of(type_name: str, families: tuple[str, ...]) -> bool:
    """Whether a DuckDB type belongs to one of the families; arrays and nested types never do."""
    return not type_name.endswith("]") and type_name.startswith(families)


def check_parquet(path: Path, name: str) -> None:
    """Raise InputProblem unless the file starts and ends as Parquet does."""
    with path.open("rb") as stream:
        start = stream.read(1024)
        stream.seek(-min(4, path.stat().st_size), 2)
        end = stream.read()
    if not start:
        raise InputProblem(f"{name}: the file is empty: expected a Parquet file; export it again.")
    if start[:4] != b"PAR1":
        found = foreign_format(start) or "something else"
        raise InputProblem(
            f"{name}: the name says Parquet, but the content is {found}: give it the ending of what it is, "
            "or export it as Parquet."
        )
    if end != b"PAR1":
        raise InputProblem(
            f"{name}: the Parquet file is cut short (its end is missing): copy or export it again."
        )


def read_relation(
    connection: duckdb.DuckDBPyConnection,
    relation: str,
    kind: InputKind,
    mapping: dict[str, str | None],
    name: str,
) -> Relation:
    """Match the columns of a relation and count its rows; name: the file or table as the messages call it."""
    try:
        described = connection.execute(f"describe select * from {relation}").fetchall()
        n_records = connection.execute(f"select count(*) from {relation}").fetchall()[0][0]
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise InputProblem(f"{name}: cannot be read ({reason}): copy or export it again.") from error
    headers = tuple(row[0] for row in described)
    types = tuple(row[1] for row in described)
    match = match_columns(
        headers, kind, mapping, name, lambda: first_rows(connection, relation, headers, name)
    )
    for column, position in match.positions.items():
        if position is not None:
            check_type(column, headers[position], types[position], name)
    return Relation(headers, types, physical_columns(match, headers), tuple(match.others), n_records)


def check_pages(connection: duckdb.DuckDBPyConnection, relation: str, found: Relation, name: str) -> None:
    """Raise InputProblem where a value of our columns cannot be read, though the file's header can."""
    columns = [column for column in found.columns.values() if column is not None]
    values = ", ".join(map(quoted_identifier, columns))
    try:
        connection.execute(f"select bit_xor(hash({values})) from {relation}").fetchall()
    except duckdb.Error as error:
        # DuckDB's own message may quote what it found.
        raise InputProblem(f"{name}: {DAMAGED}") from error


def first_rows(
    connection: duckdb.DuckDBPyConnection, relation: str, headers: Sequence[str], name: str
) -> list[tuple[str | None, ...]]:
    """The first rows as text, shape (at most MAX_RECORDS, n_headers); raises InputProblem as above."""
    texts = ", ".join(f"cast({quoted_identifier(header)} as varchar)" for header in headers)
    try:
        return connection.execute(f"select {texts} from {relation} limit {MAX_RECORDS}").fetchall()
    except duckdb.Error as error:
        raise InputProblem(f"{name}: {DAMAGED}") from error


def physical_columns(match: ColumnMatch, headers: tuple[str, ...]) -> dict[str, str | None]:
    """Our column -> the relation's own column."""
    return {
        column: None if position is None else headers[position]
        for column, position in match.positions.items()
    }


def check_type(column: str, header: str, type_name: str, name: str) -> None:
    """Raise InputProblem where a column's type cannot hold what it should."""
    allowed = (*TEXT_TYPES, *(DATE_TYPES + WHOLE_NUMBER_TYPES if column == "invoiced_at" else NUMBER_TYPES))
    if not is_one_of(type_name, allowed):
        expected = (
            "text, a date, a timestamp or whole numbers such as 20101201"
            if column == "invoiced_at"
            else "text or a number"
        )
        raise InputProblem(
            f"{name}: the column {shown(header)} for {column} has the type {type_name}: expected {expected}; "
            "cast it before the export."
        )
