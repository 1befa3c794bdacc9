"""A fresh copy of the project, in a folder with a space, built as `make build` does and by hand."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory, repo_root: Path) -> Path:
    """What git has, or would take, and nothing a build left behind."""
    if shutil.which("git") is None or not (repo_root / ".git").exists():
        pytest.skip("git is needed to tell the project's files from what a build left behind")
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=repo_root,
        capture_output=True,
        encoding="utf-8",
        check=True,
    ).stdout.split("\0")
    root = tmp_path_factory.mktemp("fresh clone")
    for name in filter(None, names):
        if (repo_root / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(repo_root / name, root / name)
    return root


def run(project: Path, *arguments: str, **variables: str) -> list[str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("DBT_", "SEGMENTATION_", "PYTHON"))
    }
    finished = subprocess.run(
        [sys.executable, *arguments],
        cwd=project,
        env=kept | variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert finished.returncode == 0, finished.stdout
    return finished.stdout.splitlines()


def customer_segments(database: Path) -> list[tuple[object, ...]]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return connection.execute("select * from customer_segments order by customer_id").fetchall()


def test_make_build_and_dbt_build_by_hand_give_the_same(project: Path) -> None:
    lines = run(project, "-m", "make_build", PYTHONPATH=str(project / "python"))
    warehouse, published = project / "warehouse.duckdb", project / "published" / "segments.duckdb"
    assert any(line.split() == ["Database", warehouse.name] for line in lines)
    segments = customer_segments(warehouse)
    assert len(segments) > 100
    names = duckdb.connect(str(published), read_only=True).execute(
        "select segment_name from segment_profiles"
    )
    for (name,) in names.fetchall():
        assert any(name in line for line in lines), f"{name} is not in the printed table"

    # By hand: no PYTHONPATH, a locale without UTF-8, a first build elsewhere.
    run(
        project,
        "-c",
        "from dbt.cli.main import cli; cli()",
        "build",
        "--quiet",
        LC_ALL="C",
        SEGMENTATION_DATABASE="by_hand.duckdb",
        SEGMENTATION_PUBLISHED="published_by_hand",
    )
    assert customer_segments(project / "by_hand.duckdb") == segments
    assert (project / "published_by_hand" / "segments.duckdb").exists()
