"""The project's reader for a Spark target: files are read on the driver, and Spark reads what it wrote.

So lines, their numbers and what is unreadable are the same on both engines, whatever the format of the files.
A table of Spark is read by Spark alone.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from duckdb_plugin.code import non_product_stock_codes
from invoice_reader.number_patterns import NO_PATTERN, PATTERN_VARIABLES, decide_patterns
from invoice_reader.problems import InputProblem
from privacy import PrivacyError, SuppressionList, suppression_path
from sql_text import quoted_identifier, quoted_literal

INPUTS = ("invoices", "customer_attributes")
# Columns whose text can be read in more than one way, which takes a look at the whole column.
NEVER_TEXT = {"invoiced_at": "a timestamp or a date", "unit_price": "a number"}

_ANSWERS: dict[str, str] = {}


def prepare_inputs(request: str) -> str:
    """Answer the request of a build, both JSON, as the function of that name does on DuckDB.

    A Parquet file is written anew as text, so that every value reads as DuckDB writes it.
    """
    if request not in _ANSWERS:
        # Imported here: commands that never ask for the input should not load its libraries.
        from invoice_reader import prepare
        from project_variables import check_variables

        asked = json.loads(request)
        asked["problem"] = check_variables(asked["variables"], asked["given"]) or forgotten_problem()
        with duckdb.connect() as connection:
            tables = {
                value: show_table(value, connection)
                for value in (asked["variables"][name] for name in INPUTS)
                if value is not None and is_table(value)
            }
            given = asked["variables"]
            asked["non_product_stock_codes"] = non_product_stock_codes()
            if given["invoices"] in tables:
                # The reader sees one row of it: the patterns are decided below.
                asked["variables"] = given | {name: given[name] or NO_PATTERN for name in PATTERN_VARIABLES}
            answer = prepare(asked, connection)
            for entry in entries(answer):
                if entry["format"] == "table":
                    complete(entry, tables[entry["source_file"]], answer)
                    continue
                if not entry["is_converted"]:
                    convert(entry, Path(asked["records_folder"]), connection)
                entry["path"] = str(Path(entry["path"]).resolve())
            if given["invoices"] in tables and answer["error"] is None:
                decide_patterns_of_table(given, asked["non_product_stock_codes"], answer)
        _ANSWERS[request] = json.dumps(answer | {"has_forgotten_customers": False})
    return _ANSWERS[request]


def forgotten_problem() -> str | None:
    """Why a build on Spark cannot go on where customers are to be forgotten; None where nobody is."""
    path = suppression_path(os.environ.get("SEGMENTATION_DATABASE", "warehouse.duckdb"))
    try:
        is_empty = not SuppressionList.read(path).hashes
    except PrivacyError as error:
        return str(error)
    return (
        None
        if is_empty
        else (
            f"{path} lists customers to forget, and only DuckDB builds leave them out: take them out of the "
            "input, and build on Spark where there is no such list."
        )
    )


def entries(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Every file or table of an answer."""
    single = [answer["customer_records"], answer["customer_attributes"]]
    return [*answer["files"], *[entry for entry in single if entry is not None]]


def convert(entry: dict[str, Any], folder: Path, connection: duckdb.DuckDBPyConnection) -> None:
    """Write a Parquet file as text, with the number of each record, and name the copy in its entry."""
    target = folder / f"{entry['checksum']}.text.parquet"
    columns = [column for column in entry["columns"].values() if column is not None]
    columns += [column for column in entry["other_columns"].values() if column not in columns]
    texts = [
        f"cast({quoted_identifier(column)} as varchar) as {quoted_identifier(column)}" for column in columns
    ]
    connection.execute(
        f"copy (select file_row_number + 1 as source_line, {', '.join(texts)}, "
        "cast(null as varchar) as raw_text, cast(null as varchar) as read_error from "
        f"read_parquet({quoted_literal(entry['path'])}, file_row_number = true, hive_partitioning = false)) "
        f"to {quoted_literal(str(target))} (format parquet)"
    )
    entry["path"] = str(target)
    entry["is_converted"], entry["types"] = True, {}


def is_table(value: str) -> bool:
    """Whether a var names a table of Spark, and no file."""
    return not Path(value).exists() and "/" not in value and bool(_session().catalog.tableExists(value))


def show_table(value: str, connection: duckdb.DuckDBPyConnection) -> Any:
    """The table of Spark; the reader sees its columns and its first row under the same name."""
    rows = _session().table(value)
    first_row = rows.limit(1).toArrow()  # noqa: F841 - DuckDB finds it by its name
    *schema, table = value.split(".")
    if schema:
        connection.execute(f"create schema if not exists {quoted_identifier(schema[-1])}")
    name = ".".join(quoted_identifier(part) for part in [*schema[-1:], table])
    connection.execute(f"create table {name} as from first_row")
    return rows


def complete(entry: dict[str, Any], rows: Any, answer: dict[str, Any]) -> None:
    """Number of records and name in Spark of a table; text that Spark would not read is an error."""
    types = dict(rows.dtypes)
    for column, expected in NEVER_TEXT.items():
        header = entry["columns"].get(column)
        if header is not None and types[header] == "string":
            answer["error"] = (
                f"{entry['source_file']}: on Spark the column {header} of a table must be {expected}, "
                "and here it is text: cast it, or give the table as a file."
            )
    entry["n_records"] = rows.count()
    entry["path"] = ".".join(f"`{part}`" for part in entry["source_file"].split("."))


def decide_patterns_of_table(
    variables: dict[str, Any], non_product_codes: list[str], answer: dict[str, Any]
) -> None:
    """Which invoice numbers of a table of Spark are cancellations and adjustments, counted by Spark."""
    entry = SparkTable(answer["files"][0]["columns"])
    try:
        patterns = decide_patterns(
            variables,
            [(answer["files"][0]["path"], entry)],
            lambda query: list(_session().sql(query).first()),
            non_product_codes,
            answer["notices"],
            regexp_function="regexp_like",
        )
    except InputProblem as problem:
        answer["error"] = str(problem)
    else:
        answer["cancellation_pattern"] = patterns.cancellation
        answer["adjustment_pattern"] = patterns.adjustment


@dataclass
class SparkTable:
    """What `decide_patterns` asks of a table."""

    columns: dict[str, str | None]
    repeated_of: str | None = None


def _session() -> Any:
    from pyspark.sql import SparkSession

    # The one that dbt opened before it asks for the input.
    return SparkSession.builder.getOrCreate()
