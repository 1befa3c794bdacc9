"""The generic dbt tests find what they are for and nothing else: rendered without dbt, on small tables."""

import re
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from campaigns.sql_models import jinja_environment
from sql_text import quoted_literal


@pytest.fixture
def tables() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(
            """
            create table two as from (values (1, 'a'), (2, 'b')) as t(id, name);
            create table two_others as from (values (7), (8)) as t(id);
            create table three as from (values (1, 'a'), (1, 'b'), (1, 'b')) as t(id, name);
            create table with_gaps as from (values (1, 'a', 2.5), (2, null, null)) as t(id, name, amount);
            create table none as from two where false;
            create table lines as
                select if(line > 120, 'b.csv', 'a.csv') as source_file, line as source_line, line % 2 as id
                from range(1, 200) as lines(line);
            create table lines_twice as from lines union all from lines where source_line in (49, 50, 150);
            create table lines_of_two_files as
                select 'c.csv' as source_file, * exclude (source_file) from lines union all from lines;
            """
        )
        yield connection


def failures(
    connection: duckdb.DuckDBPyConnection, repo_root: Path, test: str, model: str, **arguments: Any
) -> list[tuple[Any, ...]]:
    """The rows that a generic test finds in a table; none where it passes.

    `declared`, one of the arguments, are the columns and types of the model's YAML.
    """
    text = (repo_root / "tests" / "generic" / f"{test}.sql").read_text(encoding="utf-8")
    text = re.sub(r"{%(-?) test ", r"{%\1 macro ", text).replace("endtest", "endmacro")
    declared = [
        SimpleNamespace(name=name, data_type=data_type)
        for name, data_type in arguments.pop("declared", {}).items()
    ]
    node = SimpleNamespace(name=model, resource_type="model", columns=dict(enumerate(declared)))
    described = connection.execute(
        "select column_name, column_type from (describe from query_table(?))", [model]
    )
    columns = [SimpleNamespace(name=name, dtype=dtype) for name, dtype in described.fetchall()]
    environment = jinja_environment()
    environment.globals.update(
        execute=True,
        graph=SimpleNamespace(nodes={"model": node}),
        adapter=SimpleNamespace(get_columns_in_relation=lambda relation: columns),
        string_literal=quoted_literal,
        type_here=lambda data_type: data_type,
        # A build that changed the rows with this id, of those that name a unit.
        is_to_be_tested=lambda unit: f"{unit} = 1" if unit else "true",
        lines_of_changes=lambda relation: relation,
    )
    # What stands for a relation prints as its name.
    relation = type("Relation", (), {"identifier": model, "__str__": lambda self: model})()
    rendered = getattr(environment.from_string(text).module, test)(relation, **arguments)
    return connection.execute(rendered).fetchall()


@pytest.mark.parametrize(
    ("test", "model", "arguments", "found"),
    [
        ("as_many_rows_as", "two", {"compared_to": "two_others"}, []),
        ("as_many_rows_as", "two", {"compared_to": "three"}, [(2, 3)]),
        ("as_many_rows_as", "three", {"compared_to": "two"}, [(3, 2)]),
        ("as_many_rows_as", "none", {"compared_to": "two"}, [(0, 2)]),
        ("no_nulls", "two", {"columns": ["id", "name"]}, []),
        ("no_nulls", "with_gaps", {"columns": ["id"]}, []),
        ("no_nulls", "with_gaps", {"columns": ["name", "id"]}, [(1, 0)]),
        ("no_nulls", "with_gaps", {"columns": ["id", "amount"]}, [(0, 1)]),
        ("unique_combination", "two", {"columns": ["id"]}, []),
        ("unique_combination", "three", {"columns": ["id"]}, [(1, 3)]),
        ("unique_combination", "three", {"columns": ["id", "name"]}, [(1, "b", 2)]),
        ("unique_lines", "lines", {}, []),
        ("unique_lines", "lines_of_two_files", {}, []),
        (
            "unique_lines",
            "lines_twice",
            {},
            [("a.csv", 0, 50, 49), ("a.csv", 50, 51, 50), ("b.csv", 150, 51, 50)],
        ),
        ("unique_lines", "lines_twice", {"changed_unit": "id"}, [("a.csv", 0, 26, 25)]),
        ("columns_and_types_match", "two", {"declared": {"id": "integer", "name": "varchar"}}, []),
        (
            "columns_and_types_match",
            "two",
            {"declared": {"id": "bigint", "name": "varchar"}},
            [("id", "bigint", "INTEGER")],
        ),
        ("columns_and_types_match", "two", {"declared": {"id": "integer"}}, [("name", None, "VARCHAR")]),
        (
            "columns_and_types_match",
            "two_others",
            {"declared": {"id": "integer", "name": "varchar"}},
            [("name", "varchar", None)],
        ),
        (
            "columns_and_types_match",
            "two_others",
            {"declared": {"id": None}},
            [("id", "no data_type", "INTEGER")],
        ),
    ],
)
def test_what_a_generic_test_finds(
    tables: duckdb.DuckDBPyConnection,
    repo_root: Path,
    test: str,
    model: str,
    arguments: dict[str, Any],
    found: list[tuple[Any, ...]],
) -> None:
    assert sorted(failures(tables, repo_root, test, model, **arguments)) == found


def test_every_generic_test_is_tried_here(repo_root: Path) -> None:
    ((parameters,),) = [
        mark.args[1:] for mark in test_what_a_generic_test_finds.pytestmark if mark.name == "parametrize"
    ]
    assert {path.stem for path in (repo_root / "tests" / "generic").glob("*.sql")} == {
        test for test, *_ in parameters
    }
