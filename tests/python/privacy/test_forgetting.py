"""What forgetting does around its build: what is asked first, and what is said where something is left."""

from pathlib import Path

import duckdb
import pytest

from privacy import PrivacyError, SuppressionList
from privacy.forgetting import forget, tables_with_forgotten


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SEGMENTATION_PRIVACY_KEY", "k" * 32)
    monkeypatch.setenv("SEGMENTATION_PUBLISHED", str(tmp_path / "published"))
    monkeypatch.setenv("SEGMENTATION_SAME_INPUT", "")


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A warehouse with one customer in three tables, one of them the user's own."""
    path = tmp_path / "warehouse.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            """
            create schema main_staging;
            create table customer_segments as select '17850' as customer_id;
            create table main_staging.lines as select ' 17850.0' as customer_id_text, 'x' as customer_id;
            create table newsletter as select '17850' as customer_id;
            create view everybody as select customer_id from customer_segments;
            create table products as select '17850' as stock_code;
            """
        )
    return path


def build(database: Path, *tables: str) -> int:
    """A build that leaves the customer out of these tables."""
    with duckdb.connect(str(database)) as connection:
        for table in tables:
            connection.execute(f"delete from {table}")
    return 0


def list_of(database: Path) -> Path:
    return database.with_name("warehouse_forgotten_customers.txt")


@pytest.mark.parametrize("customer", ["", "  ", "\t", ".0"])
def test_nobody_is_not_forgotten(database: Path, customer: str) -> None:
    with pytest.raises(PrivacyError, match="No customer is named"):
        forget(customer, database, lambda: 0)
    assert not list_of(database).exists()


def test_without_a_warehouse_the_customer_is_on_the_list(tmp_path: Path) -> None:
    path = tmp_path / "none.duckdb"
    (said,) = forget("17850", path, lambda: 1)
    assert "there is no warehouse" in said
    assert SuppressionList.read(tmp_path / "none_forgotten_customers.txt").holds("17850.0")


def test_a_failed_build_is_said_and_the_list_stays(database: Path) -> None:
    with pytest.raises(PrivacyError, match="but this one failed"):
        forget("17850", database, lambda: 2)
    assert SuppressionList.read(list_of(database)).holds("17850")


def test_tables_that_still_name_the_customer_are_told(database: Path) -> None:
    """A selection left a table out, and one is the user's own."""
    with pytest.raises(PrivacyError, match=r"still in main\.newsletter: .*does not write"):
        forget("17850", database, lambda: build(database, "customer_segments", "main_staging.lines"))


def test_every_table_with_the_id_counts_once(database: Path) -> None:
    done = forget(
        "17850.00", database, lambda: build(database, "customer_segments", "main_staging.lines", "newsletter")
    )
    assert "was in 3 tables" in done[0]
    assert tables_with_forgotten(database, list_of(database)) == []


def test_a_new_list_in_place_of_a_lost_one_is_refused(database: Path) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute("create table cleaning_ledger as select 'forgotten_customer' as rule")
    with pytest.raises(PrivacyError, match="is gone: put back a copy"):
        forget("17850", database, lambda: 0)
    assert not list_of(database).exists()
