"""What the plugin does to dbt's connection once it has read the vars and the input."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from dbt.adapters.duckdb.credentials import DuckDBCredentials

from duckdb_plugin.plugin import Plugin
from privacy.suppression import add_to_list

INVOICES = (
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    "1,A1,Mug,2,2024-01-31 09:00,2.50,17850,France\n"
)
Ask = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SEGMENTATION_PRIVACY_KEY", "k" * 32)
    monkeypatch.delenv("SEGMENTATION_PUBLISHED", raising=False)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection as dbt-duckdb has it, the plugin at work."""
    path = str(tmp_path / "warehouse.duckdb")
    plugin = Plugin("warehouse", {}, DuckDBCredentials(path=path))
    with duckdb.connect(path) as connection:
        plugin.configure_connection(connection)
        yield connection


@pytest.fixture
def ask(connection: duckdb.DuckDBPyConnection, repo_root: Path, tmp_path: Path) -> Ask:
    """Ask for the input as macros do; keywords are vars."""
    project = yaml.safe_load((repo_root / "dbt_project.yml").read_text(encoding="utf-8"))
    (tmp_path / "in").mkdir()
    for name in ("invoices.csv", "secret.csv"):
        (tmp_path / "in" / name).write_text(INVOICES, encoding="utf-8")

    def ask(**variables: object) -> dict[str, Any]:
        request = {
            "variables": project["vars"] | {"invoices": "in/invoices.csv"} | variables,
            "given": [],
            "records_folder": "target/input_records",
        }
        query = "select prepare_inputs($1)"
        answer: dict[str, Any] = json.loads(connection.execute(query, [json.dumps(request)]).fetchall()[0][0])
        return answer

    return ask


def reads(connection: duckdb.DuckDBPyConnection, path: str) -> bool:
    """Whether SQL can read the file."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"select count(*) from '{path}'").fetchall()
    except duckdb.PermissionException:
        return False
    return True


def test_files_are_locked_once_the_input_is_known(connection: duckdb.DuckDBPyConnection, ask: Ask) -> None:
    assert reads(connection, "in/secret.csv")
    converted = ask()["files"][0]["path"]
    assert reads(connection, converted)
    assert not reads(connection, "in/secret.csv")
    # Unit tests ask again under other vars, on the same input.
    assert ask(monetary_basis="gross")["error"] is None


def test_an_input_that_stops_the_build_locks_nothing(connection: duckdb.DuckDBPyConnection, ask: Ask) -> None:
    assert "no file or folder" in ask(invoices="in/none.csv")["error"]
    assert reads(connection, "in/secret.csv")


def test_the_vars_are_checked_before_the_key_and_the_input(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SEGMENTATION_PRIVACY_KEY")
    answer = ask(refit="often", pseudonymize_customer_ids=True, invoices="in/none.csv")
    assert answer["error"] == "The var `refit` is 'often': expected one of auto, always, never."
    assert answer["files"] == []


def test_a_table_as_input_may_be_a_view_of_files(connection: duckdb.DuckDBPyConnection, ask: Ask) -> None:
    connection.execute("create view orders as select * from read_csv('in/secret.csv')")
    assert ask(invoices="main.orders")["error"] is None
    assert connection.execute("select count(*) from orders").fetchall() == [(1,)]


def test_the_converted_input_stays_where_nobody_is_forgotten(ask: Ask, tmp_path: Path) -> None:
    old = tmp_path / "target" / "input_records" / "old.parquet"
    old.parent.mkdir(parents=True)
    old.touch()
    assert not ask()["has_forgotten_customers"]
    assert old.exists()


def test_the_converted_input_of_before_goes_where_somebody_is_forgotten(ask: Ask, tmp_path: Path) -> None:
    add_to_list(tmp_path / "warehouse_forgotten_customers.txt", "17850")
    old = tmp_path / "target" / "input_records" / "old.parquet"
    old.parent.mkdir(parents=True)
    old.touch()
    answer = ask()
    assert answer["has_forgotten_customers"] and not old.exists()
    ask(monetary_basis="gross")
    assert Path(answer["files"][0]["path"]).exists()


@pytest.mark.parametrize("is_listed", [True, False])
def test_a_missing_key_is_the_error(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_listed: bool
) -> None:
    if is_listed:
        add_to_list(tmp_path / "warehouse_forgotten_customers.txt", "17850")
    monkeypatch.delenv("SEGMENTATION_PRIVACY_KEY")
    error = ask(pseudonymize_customer_ids=not is_listed)["error"]
    assert "needs the key in SEGMENTATION_PRIVACY_KEY" in error
