"""The project's reader for a Spark target: files are read on the driver, and Spark reads what it wrote.

So lines, their numbers and what is unreadable are the same on both engines, whatever the format of the files.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb

from invoice_reader.sql_text import quoted_identifier, quoted_literal

_ANSWERS: dict[str, str] = {}


def prepare_inputs(request: str) -> str:
    """Answer the request of a build, both JSON, as the function of that name does on DuckDB.

    A Parquet file is written anew as text, so that every value reads as DuckDB writes it.
    """
    if request not in _ANSWERS:
        # Imported here: commands that never ask for the input should not load its libraries.
        from invoice_reader import prepare

        asked = json.loads(request)
        with duckdb.connect() as connection:
            answer = prepare(asked, connection)
            for entry in entries(answer):
                if not entry["is_converted"]:
                    convert(entry, Path(asked["records_folder"]), connection)
                entry["path"] = str(Path(entry["path"]).resolve())
        _ANSWERS[request] = json.dumps(answer)
    return _ANSWERS[request]


def entries(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Every file of an answer."""
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
    entry["is_converted"] = True
