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
            create table nulls_twice as from (values (1), (null), (null)) as t(id);
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
    )
    # What stands for a relation prints as its name.
    relation = type("Relation", (), {"identifier": model, "__str__": lambda self: model})()
    rendered = getattr(environment.from_string(text).module, test)(relation, **arguments)
    return connection.execute(rendered).fetchall()


@pytest.mark.parametrize(
    ("test", "model", "arguments", "found"),
    [
        ("well_formed", "two", {"key": ["id"], "not_null": ["name"]}, []),
        ("well_formed", "none", {"key": ["id"]}, []),
        ("well_formed", "three", {"key": ["id"]}, [("id is there more than once", 1)]),
        ("well_formed", "three", {"key": ["id", "name"]}, [("id, name is there more than once", 1)]),
        ("well_formed", "with_gaps", {"key": ["id"]}, []),
        ("well_formed", "with_gaps", {"key": ["name"]}, [("name is missing", 1)]),
        ("well_formed", "with_gaps", {"key": ["id"], "nullable_key": ["name"]}, []),
        (
            "well_formed",
            "nulls_twice",
            {"key": [], "nullable_key": ["id"]},
            [("id is there more than once", 1)],
        ),
        (
            "well_formed",
            "with_gaps",
            {"key": ["id"], "not_null": ["name", "amount"]},
            [("amount is missing", 1), ("name is missing", 1)],
        ),
        ("well_formed", "with_gaps", {"key": ["id"], "accepted_values": {"name": ["a", "z"]}}, []),
        (
            "well_formed",
            "two",
            {"key": ["id"], "accepted_values": {"name": ["a", "z"]}},
            [("name has another value", 1)],
        ),
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
