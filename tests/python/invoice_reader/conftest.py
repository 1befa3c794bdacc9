"""What the tests of the reader share: the project's vars, small files, and the answer to a request."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from invoice_reader import prepare

REPOSITORY = Path(__file__).resolve().parents[3]

Prepare = Callable[..., dict[str, Any]]
Rows = Callable[[dict[str, Any]], list[dict[str, Any]]]


@pytest.fixture
def variables() -> dict[str, Any]:
    """The project's vars with their defaults."""
    project = yaml.safe_load((REPOSITORY / "dbt_project.yml").read_text(encoding="utf-8"))
    defaults: dict[str, Any] = project["vars"]
    return defaults


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse without tables."""
    with duckdb.connect() as warehouse:
        yield warehouse


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def prepared(variables: dict[str, Any], connection: duckdb.DuckDBPyConnection, folder: Path) -> Prepare:
    """Answer a request with the vars given as keywords; the others have their defaults."""

    def answer(**given: object) -> dict[str, Any]:
        request = {
            "variables": {**variables, **given},
            "records_folder": "target/invoice_records",
            "non_product_stock_codes": ["B", "POST"],
        }
        return prepare(request, connection)

    return answer


@pytest.fixture
def rows(connection: duckdb.DuckDBPyConnection) -> Rows:
    """Every row of a file's entry, by our column names, as SQL reads it."""

    def read(entry: dict[str, Any]) -> list[dict[str, Any]]:
        is_table = entry["format"] == "table"
        relation = (
            connection.sql(f"from {entry['path']}") if is_table else connection.read_parquet(entry["path"])
        )
        columns = {**entry["columns"], **entry["other_columns"]}
        if entry["is_converted"]:
            columns |= {name: name for name in ("source_line", "raw_text", "read_error")}
        records = [dict(zip(relation.columns, row, strict=True)) for row in relation.fetchall()]
        return [
            {ours: record[theirs] if theirs else None for ours, theirs in columns.items()}
            for record in records
        ]

    return read
