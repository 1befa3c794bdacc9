"""The targets of servers compile, and the SQL models run on a Thrift server."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from .comparison import differences
from .conftest import DBT, MODELS_ONLY, SHORT_LIVED, SparkWarehouse, run_python, spark_settings
from .marts import KEYS

SERVER = Path(__file__).with_name("thrift_server.py")
PYTHON_MODEL = "models/intermediate/int_customer_records_imputed.py"
# SQL alone, from the seed to what is kept of it.
MARTS = ("cleaning_ledger", "invoice_lines", "rejected_invoice_lines")


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> SparkWarehouse:
    return SparkWarehouse(tmp_path_factory.mktemp("thrift"))


@pytest.fixture(scope="module")
def port(warehouse: SparkWarehouse) -> Iterator[int]:
    """Of a running server."""
    with socket.create_server(("localhost", 0)) as free:
        number: int = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, str(SERVER), str(number), str(warehouse.folder)],
        env=os.environ | SHORT_LIVED,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
    )
    assert server.stdin and server.stdout
    assert server.stdout.readline() == "started\n"
    yield number
    server.stdin.close()
    server.wait(timeout=60)


@pytest.fixture
def dbt(warehouse: SparkWarehouse, port: int, repo_root: Path) -> Callable[..., str]:
    """Run a dbt command on the target spark_thrift; what it printed."""

    def run(*arguments: str, fails: bool = False) -> str:
        environment = spark_settings(warehouse.folder, repo_root) | {"SPARK_PORT": str(port)}
        return run_python([*DBT, *arguments, "--target", "spark_thrift"], repo_root, environment, fails)

    return run


def test_every_node_compiles(dbt: Callable[..., str], warehouse: SparkWarehouse) -> None:
    dbt("compile")
    compiled = warehouse.folder / "target" / "compiled" / "customer_segmentation"
    assert {path.suffix for path in (compiled / "models").rglob("*.*") if path.is_file()} == {".sql", ".py"}
    assert len(list((compiled / "tests").rglob("*.sql"))) > 20


def test_sql_models_equal_those_on_duckdb(
    dbt: Callable[..., str], dbt_on_duckdb: Callable[..., Path], warehouse: SparkWarehouse
) -> None:
    selected = ("--select", *(f"+{mart}" for mart in MARTS))
    dbt("build", *MODELS_ONLY, *selected)
    database = dbt_on_duckdb("thrift", *selected)
    with duckdb.connect(str(database), read_only=True) as connection:
        for mart in MARTS:
            found = differences(connection, mart, f"main.{mart}", warehouse.relation(mart), KEYS[mart])
            assert not found, "\n".join(map(str, found))


def test_the_server_has_the_settings_of_the_profile(port: int, dbt: Callable[..., str]) -> None:
    """dbt-spark switches ANSI off, whatever the profile says, and a server takes no settings at the start."""
    output = dbt("show", "--inline", "select 1 as \"quoted\", timestamp'2024-03-31 02:30:00' as a_time")
    assert "quoted" in output
    assert "2024-03-31 02:30:00" in output
    output = dbt(
        "show", "--inline", "select cast(2147483647 as int) + cast(1 as int) as overflow", fails=True
    )
    assert "ARITHMETIC_OVERFLOW" in output


def test_a_python_model_says_where_it_runs(dbt: Callable[..., str]) -> None:
    output = dbt("run", "--select", "int_customer_records_imputed", fails=True)
    assert f"{PYTHON_MODEL}: a Thrift server runs no Python. Build with --target spark" in output


def test_databricks_compiles_without_a_connection(repo_root: Path, tmp_path: Path) -> None:
    """What Python models and incremental ones compile to depends on the tables that are there."""
    command = (*DBT, "compile", "--target", "databricks", "--no-introspect", "--no-populate-cache")
    excluded = ("file:*.py", "config.materialized:incremental", "resource_type:test")
    run_python(
        [*command, "--exclude", *excluded], repo_root, spark_settings(tmp_path, repo_root), fails=False
    )
    compiled = tmp_path / "target" / "compiled" / "customer_segmentation" / "models"
    assert (compiled / "marts" / "customers" / "customer_rfm.sql").is_file()
