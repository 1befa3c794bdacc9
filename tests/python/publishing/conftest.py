"""What the tests of publishing share: a warehouse that is made anew for each version, and its publication."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import duckdb
import pytest
from published_tables import published_keys

from publishing import Publication, Schema, publish

OLDER_DUCKDB = "duckdb==1.4.*"

PublishVersion = Callable[..., Publication]


@pytest.fixture(scope="session")
def warehouse_module() -> ModuleType:
    """The module beside this file, which pytest's import mode does not find by its name."""
    path = Path(__file__).with_name("warehouse.py")
    spec = importlib.util.spec_from_file_location("warehouse_for_tests", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def no_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in is drawn: the small warehouse has the tables that are published, not what is in them."""
    report = ModuleType("report")
    report.render = lambda database, folder: (folder / "report.html").touch()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "report", report)


@pytest.fixture
def link(tmp_path: Path) -> Path:
    """The link that readers follow; its folder has a space and a quote in its name."""
    return tmp_path / "Anna's place" / "published"


@pytest.fixture
def publish_version(
    tmp_path: Path, link: Path, warehouse_module: ModuleType, repo_root: Path
) -> PublishVersion:
    """Publish a version of the warehouse; further arguments shape the warehouse or the publication."""

    def publish_version(
        version: int,
        link: Path = link,
        order: str = "customer_id",
        n_more: int = 0,
        threads: int = 2,
        seconds: float = 1.0,
        publish_lines: bool = False,
        publish_report: bool = True,
    ) -> Publication:
        path = tmp_path / "ware-house.duckdb"
        warehouse_module.make_warehouse(path, version, order, n_more, seconds)
        with duckdb.connect(str(path), config={"threads": threads}) as connection:
            return publish(
                connection,
                Schema("ware-house", "main"),
                link,
                published_keys(repo_root, with_lines=publish_lines),
                publish_report=publish_report,
                input_checksum="0" * 64,
                currency="GBP",
            )

    return publish_version


@pytest.fixture(scope="session")
def older_duckdb(pytestconfig: pytest.Config) -> Path:
    """A folder that holds DuckDB 1.4 and nothing else, installed once into pytest's cache."""
    cached = pytestconfig.cache.mkdir("older_duckdb") / OLDER_DUCKDB.replace("*", "x")
    if not cached.exists():
        # Under its name only when it is whole.
        folder = cached.with_name(f"{cached.name} {os.getpid()}")
        installed = subprocess.run(
            [
                sys.executable,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-deps",
                "--target",
                str(folder),
                OLDER_DUCKDB,
            ],
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if installed.returncode != 0:
            pytest.skip(
                f"{OLDER_DUCKDB} cannot be installed here: {installed.stderr.strip().splitlines()[-1]}"
            )
        try:
            folder.rename(cached)
        except OSError:  # another process of the tests was first
            if not cached.exists():
                raise
            shutil.rmtree(folder)
    return cached
