"""What the end-to-end tests share: dbt as a user starts it, in the project's root, and queries on its tables.

Each process keeps its databases, compiled files and logs in a temporary folder of its own, and the builds
that tests of several files read: `sample`, `real_net` and `real_gross`.
"""

import json
import shlex
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dbt_runs import DBT, clean_environment, run_python

MODELS_ONLY = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


@dataclass(frozen=True)
class Warehouse:
    """A database file and the folder it publishes to; `output` is what the last command printed."""

    database: Path
    published: Path
    exit_code: int
    output: str

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(query).fetchall()

    def value(self, query: str) -> Any:
        """The only value of a query."""
        ((value,),) = self.rows(query)
        return value

    def fingerprints(self) -> dict[str, tuple[Any, ...]]:
        """Number of rows and a hash over all rows, in any order, of every table."""
        tables = self.rows(
            'select format(\'"{}"."{}"\', schema_name, table_name) from duckdb_tables() where not temporary'
        )
        return {
            table: self.rows(f"select count(*), sum(hash(rows)::hugeint) from {table} as rows")[0]
            for (table,) in tables
        }

    def differences(self, other: "Warehouse", tables: tuple[str, ...]) -> dict[str, int]:
        """Number of rows by table that only one of two warehouses has; only tables that differ."""
        found = {}
        with duckdb.connect() as connection:
            for name, warehouse in (("ours", self), ("theirs", other)):
                connection.execute(f"attach '{warehouse.database}' as {name} (read_only)")
            for table in tables:
                query = " union all ".join(
                    f"(from {left}.{table} except all from {right}.{table})"
                    for left, right in (("ours", "theirs"), ("theirs", "ours"))
                )
                count = connection.execute(f"select count(*) from ({query})").fetchall()[0][0]
                if count:
                    found[table] = count
        return found


@pytest.fixture(scope="session")
def dbt_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where `dbt` keeps databases, published files, compiled files and logs."""
    return tmp_path_factory.mktemp("end to end")


@pytest.fixture(scope="session")
def dbt(repo_root: Path, dbt_folder: Path) -> Callable[..., Warehouse]:
    """Run a dbt command in the project's root on a database of the given name.

    Arguments: name of the database (the same name is the same warehouse), dbt's arguments (default: build
    everything). Keywords: variables, environment; runner: start it as `make build` does; fails: whether it
    has to fail.
    """
    folder = dbt_folder

    def run(
        name: str,
        *arguments: str,
        variables: dict[str, Any] | None = None,
        environment: dict[str, str] | None = None,
        runner: bool = False,
        fails: bool = False,
    ) -> Warehouse:
        database, published = folder / f"{name}.duckdb", folder / f"{name} published"
        settings = {
            "SEGMENTATION_DATABASE": str(database),
            "SEGMENTATION_PUBLISHED": str(published),
            "DBT_TARGET_PATH": str(folder / "target"),
            "DBT_LOG_PATH": str(folder / "logs"),
        }
        given = [] if variables is None else ["--vars", json.dumps(variables)]
        if runner:
            settings |= {
                "DBT_ARGS": shlex.join([*arguments, *given]),
                "PYTHONPATH": str(repo_root / "python"),
            }
            command = ["-m", "make_build"]
        else:
            command = [*DBT, *(arguments or ("build",)), *given]
        finished = run_python(command, repo_root, clean_environment() | settings | (environment or {}))
        assert (finished.exit_code != 0) == fails, finished.output
        return Warehouse(database, published, finished.exit_code, finished.output)

    return run


@pytest.fixture(scope="session")
def copied(dbt_folder: Path) -> Callable[[Warehouse, str], Warehouse]:
    """Copy a warehouse's database, for tests that go on to build in it.

    Arguments: the warehouse, and a folder; `folder/stem of the database` is the copy's name for `dbt`. The
    file keeps its own name, which its views know.
    """

    def copy(warehouse: Warehouse, folder: str) -> Warehouse:
        target = dbt_folder / folder
        target.mkdir()
        database = target / warehouse.database.name
        shutil.copy2(warehouse.database, database)
        return replace(warehouse, database=database, published=target / warehouse.published.name)

    return copy


@pytest.fixture(scope="session")
def sample(dbt: Callable[..., Warehouse]) -> Warehouse:
    """Everything, with its data tests, on the shipped sample under the project's own vars; to be read."""
    return dbt("sample", "build", "--exclude-resource-type", "unit_test")


@pytest.fixture(scope="session")
def real_net(dbt: Callable[..., Warehouse], online_retail: Path) -> Warehouse:
    """Everything, with its data tests, on the real file; to be read."""
    return dbt("net", variables={"invoices": str(online_retail / "OnlineRetail.csv")})


@pytest.fixture(scope="session")
def real_gross_variables(online_retail: Path) -> dict[str, Any]:
    """The vars of the published figures: gross, duplicates kept, three segments."""
    return {
        "invoices": str(online_retail / "OnlineRetail.csv"),
        "monetary_basis": "gross",
        "drop_duplicates": False,
        "feature_transform": "log1p",
        "random_seed": 42,
        "cluster_methods": ["ward", "hdbscan"],
        "n_segments": 3,
    }


@pytest.fixture(scope="session")
def real_gross(build_models: Callable[..., Warehouse], real_gross_variables: dict[str, Any]) -> Warehouse:
    """Customers, ledger, segments and the other methods on the real file under those vars; to be read."""
    models = (
        "invoice_lines",
        "cleaning_ledger",
        "segment_profiles",
        "clustering_comparison",
        "customer_clusters",
    )
    return build_models("gross", " ".join(models), variables=real_gross_variables)


@pytest.fixture(scope="session")
def build_models(dbt: Callable[..., Warehouse]) -> Callable[..., Warehouse]:
    """Build models with everything above them, without tests; arguments: name of the database, models."""

    def build(name: str, models: str, *arguments: str, **keywords: Any) -> Warehouse:
        selected = [f"+{model}" for model in models.split()]
        return dbt(name, "build", "--select", *selected, *MODELS_ONLY, *arguments, **keywords)

    return build


@pytest.fixture(scope="session")
def online_retail(shared_data: Path) -> Path:
    """The folder of the real Online Retail data."""
    return shared_data / "online_retail"
