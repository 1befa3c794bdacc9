"""What the tests on Spark share: dbt in its own process, metastore and tables in a temporary folder."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pytest

# The script bin/dbt may not be on the path; this is what it does.
DBT = ("-c", "from dbt.cli.main import cli; cli(prog_name='dbt')")
MODELS_ONLY = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


@pytest.fixture(scope="session", autouse=True)
def _needs_spark() -> None:
    """Skip where PySpark, dbt-spark or Java is missing; fail there if SEGMENTATION_REQUIRE_SPARK is set."""
    missing = [name for name in ("pyspark", "dbt.adapters.spark") if find_spec(name) is None]
    if shutil.which("java") is None and not os.environ.get("JAVA_HOME"):
        missing.append("java")
    if missing and os.environ.get("SEGMENTATION_REQUIRE_SPARK"):
        pytest.fail(f"not installed: {', '.join(missing)}")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)} (make test-spark installs the packages)")


class SparkWarehouse:
    """The tables that dbt made on Spark, read without Spark; `output` is what the last command printed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.output = ""

    def relation(self, table: str, schema: str = "main") -> str:
        """The table as DuckDB reads it, without the rows' order."""
        folder = self.folder / "tables" / f"{schema}.db" / table
        return f"read_parquet('{folder}/*.parquet', hive_partitioning = false)"

    def rows(self, table: str, schema: str = "main") -> list[tuple[Any, ...]]:
        """The rows of a table in the order of their values."""
        return duckdb.sql(f"from {self.relation(table, schema)} order by all").fetchall()


@pytest.fixture(scope="session")
def duckdb_marts(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Build every model on DuckDB, without tests; the database file. Arguments: vars."""

    def build(variables: dict[str, Any] | None = None) -> Path:
        folder = tmp_path_factory.mktemp("duckdb")
        settings = {
            "SEGMENTATION_DATABASE": str(folder / "marts.duckdb"),
            "SEGMENTATION_PUBLISHED": str(folder / "published"),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "PYTHONPATH": str(repo_root / "python"),
        }
        given = [] if variables is None else ["--vars", json.dumps(variables)]
        finished = subprocess.run(
            [sys.executable, *DBT, "build", *MODELS_ONLY, *given],
            cwd=repo_root,
            env=os.environ | settings,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert finished.returncode == 0, finished.stdout
        return folder / "marts.duckdb"

    return build


@pytest.fixture(scope="session")
def dbt_on_spark(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., SparkWarehouse]:
    """Run a dbt command on the target spark.

    Arguments: name of the warehouse (the same name is the same metastore), dbt's arguments. Keywords: project
    (folder; default: this project), variables, environment; fails: whether it has to fail.
    """
    folder = tmp_path_factory.mktemp("spark")
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DBT_", "SEGMENTATION_", "PYTHON", "SPARK_"))
    }
    warehouses: dict[str, SparkWarehouse] = {}

    def run(
        name: str,
        *arguments: str,
        project: Path | None = None,
        variables: dict[str, Any] | None = None,
        environment: dict[str, str] | None = None,
        fails: bool = False,
    ) -> SparkWarehouse:
        warehouse = warehouses.setdefault(name, SparkWarehouse(folder / name))
        settings = {
            "SEGMENTATION_SPARK_FOLDER": str(warehouse.folder),
            "DBT_TARGET_PATH": str(warehouse.folder / "target"),
            "DBT_LOG_PATH": str(warehouse.folder / "logs"),
            "DBT_USE_COLORS": "false",
            "PYTHONPATH": str(repo_root / "python"),
            "PYTHONUTF8": "1",
        }
        given = [] if variables is None else ["--vars", json.dumps(variables)]
        finished = subprocess.run(
            [sys.executable, *DBT, *arguments, "--target", "spark", "--profiles-dir", str(repo_root), *given],
            cwd=project or repo_root,
            env=inherited | settings | (environment or {}),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        assert (finished.returncode != 0) == fails, finished.stdout
        warehouse.output = finished.stdout
        return warehouse

    return run
