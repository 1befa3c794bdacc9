"""What the tests on Spark share: dbt in a process of its own, metastore and tables in a temporary folder."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dbt_runs import DBT, clean_environment, run_dbt
from dbt_spark_session.java import JavaNotFoundError, require_java

from .application import SparkApplication

MODELS_ONLY = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")
# For processes of a minute or two: Java compiles less thoroughly, which takes a third off their time. One
# that lives longer is faster without.
SHORT_LIVED = {"JAVA_TOOL_OPTIONS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"}


@pytest.fixture(scope="session", autouse=True)
def _needs_spark() -> None:
    """Skip where PySpark, dbt-spark or Java is missing; fail there if SEGMENTATION_REQUIRE_SPARK is set."""
    missing = [
        f"{name} is not installed" for name in ("pyspark", "dbt.adapters.spark") if find_spec(name) is None
    ]
    try:
        require_java()
    except JavaNotFoundError as error:
        missing.append(str(error))
    if missing and os.environ.get("SEGMENTATION_REQUIRE_SPARK"):
        pytest.fail("; ".join(missing))
    if missing:
        pytest.skip("; ".join([*missing, "make test-spark installs the packages"]))


class SparkWarehouse:
    """The tables that dbt made on Spark, read without Spark."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def relation(self, table: str, schema: str = "main") -> str:
        """The table as DuckDB reads it, without the rows' order."""
        folder = self.folder / "tables" / f"{schema}.db" / table
        return f"read_parquet('{folder}/*.parquet', hive_partitioning = false)"

    def rows(self, table: str, schema: str = "main") -> list[tuple[Any, ...]]:
        """The rows of a table in the order of their values."""
        return duckdb.sql(f"from {self.relation(table, schema)} order by all").fetchall()

    def copied_to(self, folder: Path) -> "SparkWarehouse":
        """The tables as they are now, for when the next build has replaced them."""
        shutil.copytree(self.folder / "tables", folder / "tables")
        return SparkWarehouse(folder)


class DbtOnSpark:
    """A warehouse and a Spark session in which dbt commands follow each other."""

    def __init__(self, folder: Path, project: Path, environment: dict[str, str]) -> None:
        self.warehouse = SparkWarehouse(folder)
        self.project = project
        self.application = SparkApplication(environment)

    def run(
        self,
        *arguments: str,
        variables: dict[str, Any] | None = None,
        environment: dict[str, str] | None = None,
        fails: bool = False,
    ) -> str:
        """What a dbt command printed; `fails` says whether it has to fail."""
        succeeded, output = self.application.dbt(
            spark_arguments(arguments, variables), self.project, environment or {}
        )
        assert succeeded != fails, output
        return output


@pytest.fixture(scope="session")
def dbt_on_duckdb(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """Build models on DuckDB, without tests and without drawing the report; the database file.

    Arguments: name of the database (the same name is the same database), dbt's arguments. Keyword: variables.
    """
    folder = tmp_path_factory.mktemp("duckdb")

    def build(name: str, *arguments: str, variables: dict[str, Any] | None = None) -> Path:
        settings = {
            "SEGMENTATION_DATABASE": str(folder / f"{name}.duckdb"),
            "SEGMENTATION_PUBLISHED": str(folder / f"{name} published"),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
            "PYTHONPATH": str(repo_root / "python"),
        }
        given = json.dumps({"publish_report": False} | (variables or {}))
        build = ["build", *MODELS_ONLY, *arguments, "--vars", given]
        finished = run_dbt(build, repo_root, clean_environment() | settings)
        assert finished.exit_code == 0, finished.output
        return folder / f"{name}.duckdb"

    return build


@pytest.fixture(scope="session")
def open_session(
    repo_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[..., DbtOnSpark]]:
    """A new Spark session for several dbt commands. Keywords: project (folder), environment."""
    opened: list[DbtOnSpark] = []

    def start(project: Path = repo_root, environment: dict[str, str] | None = None) -> DbtOnSpark:
        folder = tmp_path_factory.mktemp("spark")
        settings = spark_settings(folder, repo_root) | (environment or {})
        opened.append(DbtOnSpark(folder, project, settings))
        return opened[-1]

    yield start
    for session in opened:
        session.application.stop()


@pytest.fixture(scope="session")
def dbt_on_spark(
    repo_root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Callable[..., tuple[SparkWarehouse, str]]:
    """Run a dbt command on the target spark as a user does, in a new warehouse; that and what it printed.

    Arguments: dbt's arguments. Keywords: variables, environment; fails: whether it has to fail; started: what
    Python is to run.
    """

    def run(
        *arguments: str,
        variables: dict[str, Any] | None = None,
        environment: dict[str, str] | None = None,
        fails: bool = False,
        started: tuple[str, ...] = DBT,
    ) -> tuple[SparkWarehouse, str]:
        folder = tmp_path_factory.mktemp("spark")
        command = [*started, *spark_arguments(arguments, variables)]
        settings = spark_settings(folder, repo_root) | (environment or {})
        return SparkWarehouse(folder), run_python(command, repo_root, settings, fails)

    return run


def run_python(command: Sequence[str], folder: Path, environment: dict[str, str], fails: bool) -> str:
    """What a Python process in a folder printed; `fails` says whether it has to fail."""
    finished = subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert (finished.returncode != 0) == fails, finished.stdout
    return finished.stdout


def spark_settings(folder: Path, repo_root: Path) -> dict[str, str]:
    """The environment of a dbt command on Spark whose warehouse is a folder."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DBT_", "SEGMENTATION_", "PYTHON", "SPARK_"))
    }
    return inherited | {
        "SEGMENTATION_SPARK_FOLDER": str(folder),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
        "DBT_PROFILES_DIR": str(repo_root),
        "DBT_USE_COLORS": "false",
        "PYTHONPATH": str(repo_root / "python"),
        "PYTHONUTF8": "1",
    }


def spark_arguments(arguments: tuple[str, ...], variables: dict[str, Any] | None) -> list[str]:
    """The arguments of a dbt command on Spark."""
    given = [] if variables is None else ["--vars", json.dumps(variables)]
    return [*arguments, "--target", "spark", *given]
