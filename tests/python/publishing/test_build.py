"""When dbt publishes: after a whole `dbt build` whose tests pass, and at no other time.

Runs dbt on the shipped sample, in a copy of the project to which a failing test is added.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
from published_tables import published_keys

from dbt_runs import clean_environment, run_dbt

# What takes longest is left out: neither the number of segments nor other methods nor the report matter here.
QUICKLY = ("--vars", "{n_segments: 3, k_candidates: [3], cluster_methods: [], publish_report: false}")
# They test the SQL, not the data, so a build without them publishes.
NO_UNIT_TESTS = ("--exclude-resource-type", "unit_test")
Dbt = Callable[..., str]


@pytest.fixture(scope="module")
def project(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what dbt reads, and nothing a build left behind."""
    root = tmp_path_factory.mktemp("project")
    for name in ("models", "seeds", "macros", "python"):
        shutil.copytree(repo_root / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (repo_root / "tests").rglob("*.sql"):
        copy = root / path.relative_to(repo_root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    (root / "tests").mkdir(exist_ok=True)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(repo_root / name, root / name)
    return root


@pytest.fixture(scope="module")
def dbt(project: Path) -> Dbt:
    """Run dbt in the project; returns what it prints."""

    def dbt(command: str, *arguments: str, fails: bool = False) -> str:
        finished = run_dbt([command, *QUICKLY, *arguments], project, clean_environment())
        assert (finished.exit_code != 0) == fails, finished.output
        return finished.output

    return dbt


def in_warehouse(project: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(project / "warehouse.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_only_a_whole_build_whose_tests_pass_publishes(project: Path, dbt: Dbt, older_duckdb: Path) -> None:
    published = project / "published"

    failing = project / "tests" / "assert_nothing.sql"
    failing.write_text("select * from {{ ref('int_customer_measures') }} limit 1", encoding="utf-8")
    assert "SKIP relation main.published_build" in dbt("build", *NO_UNIT_TESTS, fails=True)
    # Nor where the failing test is left out.
    assert "Nothing was published: this run left out 1 of" in dbt(
        "build", *NO_UNIT_TESTS, "--exclude", "assert_nothing"
    )
    assert not published.is_symlink()
    assert in_warehouse(project, "select build_id, n_files from published_build") == [(None, None)]
    failing.unlink()

    assert "Published as " in dbt("build", *NO_UNIT_TESTS)
    assert not (published / "report.html").exists()
    build_id = in_warehouse(project, "select build_id from published_build")
    with duckdb.connect(str(published / "segments.duckdb"), read_only=True) as connection:
        assert connection.execute("select build_id from published_build").fetchall() == build_id
    score = "from score_customer(10, 5, 500)"
    read = subprocess.run(
        [
            sys.executable,
            "-c",
            "import duckdb, sys; "
            "print(duckdb.connect('segments.duckdb', read_only=True).execute(sys.argv[1]).fetchall())",
            score,
        ],
        cwd=published,
        env={**os.environ, "PYTHONPATH": str(older_duckdb)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert read.stdout.strip() == str(in_warehouse(project, score))

    # What is published stays, and the row goes on naming it.
    link = published.readlink()
    only = ("--select", "published_build")
    assert "Nothing was published: dbt run" in dbt("run", *only)
    assert "Nothing was published: this run left out" in dbt("build", *only)
    assert "Nothing was published: this run left rows out" in dbt("build", "--empty", *only)
    assert published.readlink() == link
    assert in_warehouse(project, "select build_id from published_build") == build_id


def test_every_published_table_is_a_parent(project: Path, repo_root: Path) -> None:
    manifest = json.loads((project / "target" / "manifest.json").read_text(encoding="utf-8"))
    parents = manifest["nodes"]["model.customer_segmentation.published_build"]["depends_on"]["nodes"]
    names = {parent.split(".")[-1] for parent in parents}
    # A failed test of one that is none would not stop the publication.
    assert names == {*published_keys(repo_root), "score_customer"}


def test_a_branch_that_is_left_out_is_published_by_nobody(project: Path, dbt: Dbt) -> None:
    """Not even the copy that an earlier build left in the warehouse."""
    branches = {
        "history": {"segment_history", "segment_migration"},
        "methods": {"clustering_comparison", "customer_clusters"},
        "revenue": {"country_segments", "product_segments"},
        "attributes": {"customer_attributes", "segment_attribute_profiles"},
        "metrics": set(),
    }
    every = set(published_keys(project, with_lines=False)) | {"published_build"}
    published = project / "published"
    for left_out in ([*branches], ["history"], ["metrics"]):
        dbt("build", *NO_UNIT_TESTS, "--exclude", *(f"tag:{branch}" for branch in left_out))
        absent = set().union(*(branches[branch] for branch in left_out))
        with duckdb.connect(str(published / "segments.duckdb"), read_only=True) as connection:
            tables = {
                name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()
            }
        assert tables == every - absent
        files = json.loads((published / "manifest.json").read_text(encoding="utf-8"))["files"]
        assert {Path(name).stem for name in files if name.endswith(".parquet")} == every - absent


def test_every_mart_is_published(repo_root: Path) -> None:
    marts = {
        path.stem
        for path in (repo_root / "models" / "marts").rglob("*")
        if path.suffix in {".sql", ".py"} and path.stem not in {"published_build", "score_customer"}
    }
    assert marts == published_keys(repo_root).keys()
