"""Segments as rules: one row each, whatever the features, the order of rows and the number of segments."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pytest

from python_models import RULE_SCHEMA, segment_rule_table

FEATURES = ["recency_days", "monetary"]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        # Segment 5: recent, and spent much or next to nothing; segment 2: the others.
        connection.execute(
            """
            create table customers as
            select
                'c' || lpad(i::varchar, 4, '0') as customer_id,
                (i % 100)::integer as recency_days,
                (10 * (i // 100))::decimal(18, 2) as monetary,
                (i % 2)::double as "gender=F",
                i % 3 as "a ""size"" of"
            from range(2000) as numbers(i)
            order by hash(i);
            create table scores as
            select
                customer_id,
                if(recency_days <= 40 and not monetary between 50 and 100, 5, 2) as segment_id
            from customers
            order by hash(customer_id || 'other')
            """
        )
        yield connection


def rules_of(
    connection: duckdb.DuckDBPyConnection, features: list[str], scores: str = "from scores"
) -> pa.Table:
    return segment_rule_table(
        connection.table("customers"), connection.sql(scores), features, currency="GBP", random_seed=0
    )


def test_alternatives_of_a_segment_are_one_text(connection: duckdb.DuckDBPyConnection) -> None:
    table = rules_of(connection, FEATURES)
    assert table.schema == RULE_SCHEMA
    assert table.to_pylist() == [
        {
            "segment_id": 2,
            "rules": "recency > 40 days; or recency ≤ 40 days and monetary > GBP 45 and monetary ≤ GBP 105",
            "rules_fidelity": 1.0,
            "overall_fidelity": 1.0,
        },
        {
            "segment_id": 5,
            "rules": "recency ≤ 40 days and monetary > GBP 105; or recency ≤ 40 days and monetary ≤ GBP 45",
            "rules_fidelity": 1.0,
            "overall_fidelity": 1.0,
        },
    ]


def test_fidelity_is_by_segment_and_of_all(connection: duckdb.DuckDBPyConnection) -> None:
    # Nothing tells the 10 customers of segment 1 from the others.
    scores = "select customer_id, if(customer_id[:3] = 'c00' and customer_id[5] = '5', 1, 3) as segment_id"
    rows = rules_of(connection, ["gender=F"], f"{scores} from scores").to_pylist()
    assert [(row["segment_id"], row["rules"], row["rules_fidelity"]) for row in rows] == [
        (1, None, 0.0),
        (3, "every customer", 1.0),
    ]
    assert {row["overall_fidelity"] for row in rows} == {1 - 10 / 2000}


def test_any_feature_can_be_in_a_rule(connection: duckdb.DuckDBPyConnection) -> None:
    scores = """
        select customer_id, if("gender=F" = 1, if("a ""size"" of" = 2, 1, 2), 3) as segment_id
        from customers
    """
    rows = rules_of(connection, ["gender=F", 'a "size" of'], scores).to_pylist()
    assert [row["rules"] for row in rows] == [
        'gender is F and a "size" of > 1',
        'gender is F and a "size" of ≤ 1',
        "gender is not F",
    ]


def test_without_customers_there_is_a_typed_empty_table(connection: duckdb.DuckDBPyConnection) -> None:
    table = rules_of(connection, FEATURES, "from scores where false")
    assert (table.schema, len(table)) == (RULE_SCHEMA, 0)


def test_one_segment_is_every_customer(connection: duckdb.DuckDBPyConnection) -> None:
    rows = rules_of(connection, FEATURES, "select customer_id, 4 as segment_id from scores").to_pylist()
    assert rows == [
        {"segment_id": 4, "rules": "every customer", "rules_fidelity": 1.0, "overall_fidelity": 1.0}
    ]


def test_the_order_of_the_rows_changes_nothing(
    connection: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    # So few rows that another sample would be another tree.
    monkeypatch.setattr("segmentation.segment_rules.FITTED_ROWS", 40)
    first = rules_of(connection, FEATURES)
    connection.execute("create or replace table customers as from customers order by monetary, recency_days")
    assert rules_of(connection, FEATURES) == first
