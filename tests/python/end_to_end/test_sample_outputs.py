"""What people open after a build of the sample: dbt's documentation, queries of docs/bi.md, BI tools."""

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pyarrow.parquet
import pytest

Build = Callable[..., Any]

QUERIES = re.compile(r"```sql\n(select [^`]+)```\n\n```text\n([^`]*)```")


@pytest.fixture(scope="module")
def documentation(dbt: Build, sample: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What dbt docs generate makes of the project and of the warehouse: manifest and catalog."""
    target = tmp_path_factory.mktemp("documentation")
    generated = dbt("sample", "docs", "generate", "--target-path", str(target))
    assert "WARN" not in generated.output.upper().replace("WARN=0", "")
    return {
        name: json.loads((target / f"{name}.json").read_text(encoding="utf-8"))
        for name in ("manifest", "catalog")
    }


def written(rows: list[tuple[Any, ...]], names: list[str]) -> str:
    """A table in plain text: numbers to the right, one space on either side of the bars."""
    cells = [names, *[["" if value is None else str(value) for value in row] for row in rows]]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    is_text = [any(isinstance(row[position], str) for row in rows) for position in range(len(names))]

    def line(row: list[str]) -> str:
        aligned = [
            cell.ljust(width) if text else cell.rjust(width)
            for cell, width, text in zip(row, widths, is_text, strict=True)
        ]
        return " | ".join(aligned).rstrip()

    return "\n".join(map(line, cells)) + "\n"


def test_the_queries_of_the_page_give_the_results_beside_them(sample: Any, repo_root: Path) -> None:
    queries = QUERIES.findall((repo_root / "docs" / "bi.md").read_text(encoding="utf-8"))
    assert len(queries) == 5
    with duckdb.connect(str(sample.published / "segments.duckdb"), read_only=True) as connection:
        for query, result in queries:
            answer = connection.execute(query)
            names = [column[0] for column in answer.description]
            assert result == written(answer.fetchall(), names)


def test_every_model_seed_and_column_is_described(documentation: dict[str, Any]) -> None:
    nodes = documentation["manifest"]["nodes"].values()
    described = [node for node in nodes if node["resource_type"] in ("model", "seed")]
    assert len(described) > 50
    for node in described:
        assert node["description"].strip(), node["name"]
        for column in node["columns"].values():
            assert column["description"].strip(), (node["name"], column["name"])
    for exposure in documentation["manifest"]["exposures"].values():
        assert exposure["description"].strip()
    assert len(documentation["manifest"]["exposures"]) == 3
    for macro in documentation["manifest"]["docs"].values():
        assert macro["block_contents"].strip()


def test_the_described_columns_are_those_of_the_tables(documentation: dict[str, Any]) -> None:
    nodes = documentation["manifest"]["nodes"]
    catalog = documentation["catalog"]["nodes"]
    assert len(catalog) > 50
    for unique_id, table in catalog.items():
        described = {name.lower() for name in nodes[unique_id]["columns"]}
        assert described == {name.lower() for name in table["columns"]}, unique_id


def test_every_table_and_view_carries_its_description(sample: Any, documentation: dict[str, Any]) -> None:
    expected = {}
    for node in documentation["manifest"]["nodes"].values():
        if node["resource_type"] not in ("model", "seed"):
            continue
        # A table function takes no comment, and what is part of another query has no relation.
        if node["config"]["materialized"] not in ("table_function", "ephemeral"):
            columns = {name.lower(): column["description"] for name, column in node["columns"].items()}
            expected[node["schema"], node["name"]] = (node["description"], columns)
    found = {
        (schema, name): (comment, {})
        for schema, name, comment in sample.rows(
            """
            select schema_name, table_name, comment from duckdb_tables() where not internal
            union all
            select schema_name, view_name, comment from duckdb_views() where not internal
            """
        )
    }
    for schema, name, column, comment in sample.rows(
        "select schema_name, table_name, column_name, comment from duckdb_columns() where not internal"
    ):
        found[schema, name][1][column.lower()] = comment
    assert {relation: found.get(relation) for relation in expected} == expected


def test_marts_carry_their_descriptions_as_comments(sample: Any, documentation: dict[str, Any]) -> None:
    node = documentation["manifest"]["nodes"]["model.customer_segmentation.customer_segments"]
    with duckdb.connect(str(sample.published / "segments.duckdb"), read_only=True) as connection:
        comments = connection.execute(
            "select column_name, comment from duckdb_columns() where table_name = 'customer_segments'"
        ).fetchall()
    assert dict(comments) == {name: column["description"] for name, column in node["columns"].items()}


@pytest.mark.filterwarnings("ignore:Did not recognize type 'list'")
def test_sqlalchemy_reads_tables_columns_and_comments(sample: Any) -> None:
    """The way of Superset and of all that speaks SQLAlchemy."""
    sqlalchemy = pytest.importorskip("sqlalchemy")
    pytest.importorskip("duckdb_engine")
    database = sample.published / "segments.duckdb"
    engine = sqlalchemy.create_engine(f"duckdb:///{database}?access_mode=READ_ONLY")
    inspector = sqlalchemy.inspect(engine)
    assert "customer_segments" in inspector.get_table_names()
    columns = {column["name"]: column for column in inspector.get_columns("segment_profiles")}
    assert str(columns["revenue"]["type"]) == "NUMERIC(18, 2)"
    assert all(column["comment"] for column in columns.values())
    with engine.connect() as connection:
        by_segment = connection.execute(
            sqlalchemy.text(
                "select segment_name, count(*), sum(monetary) from customer_segments group by segment_name"
            )
        ).fetchall()
        profiles = connection.execute(
            sqlalchemy.text("select segment_name, n_customers, revenue from segment_profiles")
        ).fetchall()
        assert sorted(by_segment) == sorted(profiles)
        with pytest.raises(sqlalchemy.exc.DBAPIError):
            connection.execute(sqlalchemy.text("delete from customer_segments"))
    engine.dispose()


def test_parquet_and_campaign_files_hold_the_same_customers(sample: Any) -> None:
    """The way of Power BI and Excel."""
    table = pyarrow.parquet.read_table(sample.published / "customer_segments.parquet")
    customers = dict(zip(table["customer_id"].to_pylist(), table["segment_name"].to_pylist(), strict=True))
    assert str(table.schema.field("monetary").type) == "decimal128(18, 2)"
    revenue = pd.read_parquet(sample.published / "segment_profiles.parquet")["revenue"].sum()
    assert pd.read_parquet(sample.published / "customer_segments.parquet")["monetary"].sum() == revenue > 0
    in_campaigns = {}
    for path in (sample.published / "campaigns").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as file:
            in_campaigns.update({row["customer_id"]: row["segment"] for row in csv.DictReader(file)})
    assert in_campaigns == customers
