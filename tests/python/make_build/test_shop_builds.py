"""The file of a shop in a build of the project itself: by make build, and by dbt with the file as vars."""

from pathlib import Path

import duckdb
import pytest

from dbt_runs import clean_environment, run_dbt, run_python

SELECTION = ("--select", "non_product_stock_codes")


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "acme.yml"
    path.write_text(
        f"# acme\ndatabase: {tmp_path / 'acme.duckdb'}\npublished: {tmp_path / 'published acme'}\n"
        "invoices: seeds/sample_invoices.csv\nas_of_date: 2024-06-30\n",
        encoding="utf-8",
    )
    return path


def environment(shop: Path, **more: str) -> dict[str, str]:
    return clean_environment(
        DBT_TARGET_PATH=str(shop.parent / "target"), DBT_LOG_PATH=str(shop.parent / "logs"), **more
    )


def seeds(database: Path) -> set[str]:
    with duckdb.connect(str(database), read_only=True) as connection:
        return {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}


def test_make_build_builds_in_the_database_of_the_shop(shop: Path, repo_root: Path) -> None:
    given = environment(
        shop, SHOP=str(shop), DBT_ARGS=" ".join(SELECTION), PYTHONPATH=str(repo_root / "python")
    )
    run = run_python(["-m", "make_build"], repo_root, given)
    assert run.exit_code == 0, run.output
    assert run.output.splitlines()[0] == f"Starting the build of {shop}."
    assert "Warning" not in run.output
    assert seeds(shop.parent / "acme.duckdb") == {SELECTION[1]}


def test_dbt_takes_the_file_as_vars_and_says_where_it_writes(shop: Path, repo_root: Path) -> None:
    by_hand = shop.parent / "by hand.duckdb"
    arguments = ["build", *SELECTION, "--vars", shop.read_text(encoding="utf-8")]
    run = run_dbt(arguments, repo_root, environment(shop, SEGMENTATION_DATABASE=str(by_hand)))
    assert run.exit_code == 0, run.output
    text = " ".join(run.output.split())
    assert (
        f"This run writes to {by_hand}: `database: {shop.parent / 'acme.duckdb'}` counts with make build "
        "SHOP=… alone; with dbt by hand, set SEGMENTATION_DATABASE." in text
    )
    assert "set SEGMENTATION_PUBLISHED." in text
    assert seeds(by_hand) == {SELECTION[1]}
    assert not (shop.parent / "acme.duckdb").exists()


def test_a_path_that_is_no_text_is_refused_by_dbt_too(shop: Path, repo_root: Path) -> None:
    run = run_dbt(
        ["build", *SELECTION, "--vars", "{database: 5}"],
        repo_root,
        environment(shop, SEGMENTATION_DATABASE=str(shop.parent / "a.duckdb")),
    )
    assert run.exit_code != 0
    assert "The var `database` is 5: expected null or a path, as text." in run.output
