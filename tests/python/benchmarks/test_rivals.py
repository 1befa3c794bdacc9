"""The rivals answer the same question: the same customers, the same money."""

import json
import os
import subprocess
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from benchmarks import by_hand, floor, notebook
from benchmarks.generator import write_csv
from benchmarks.rivals import DBT, RIVALS, Case, node_seconds, run_floor


def test_floor_and_notebook_agree(invoices: Path) -> None:
    by_query, by_pandas = floor.run(str(invoices)), notebook.run(str(invoices))
    assert by_query["customers"] == by_pandas["customers"]
    assert by_query["monetary"] == by_pandas["monetary"]
    assert sum(by_query["sizes"]) == by_query["customers"]  # type: ignore[call-overload]
    assert list(by_pandas["silhouettes"]) == list(range(2, 11))  # type: ignore[call-overload]


def test_every_rival_reads_the_same_from_csv(invoices: Path, tmp_path: Path) -> None:
    path = tmp_path / "invoices.csv"
    write_csv(invoices, path)
    for rival in (floor, notebook):
        from_parquet, from_csv = rival.run(str(invoices)), rival.run(str(path))
        assert from_csv["customers"] == from_parquet["customers"]
        assert Decimal(str(from_csv["monetary"])) == Decimal(str(from_parquet["monetary"]))
    (tmp_path / "files").mkdir()
    assert by_hand.run(str(path), str(tmp_path / "files")) == by_hand.run(str(invoices), str(tmp_path))


def measured_by_the_project(
    invoices: Path, repo_root: Path, tmp_path: Path, basis: str
) -> tuple[int, Decimal, int]:
    """Customers, their money and the lines of the input."""
    database = tmp_path / "warehouse.duckdb"
    variables = {"invoices": str(invoices), "monetary_basis": basis}
    subprocess.run(
        [
            *DBT,
            *("build", "--select", "+int_customer_measures"),
            *("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"),
            *("--vars", json.dumps(variables)),
        ],
        cwd=repo_root,
        env=os.environ
        | {
            "SEGMENTATION_DATABASE": str(database),
            "DBT_TARGET_PATH": str(tmp_path / "target"),
            "DBT_LOG_PATH": str(tmp_path / "logs"),
            "PYTHONPATH": str(repo_root / "python"),
        },
        capture_output=True,
        check=True,
    )
    with duckdb.connect(str(database), read_only=True) as connection:
        customers, monetary = connection.execute(
            "select count(*), sum(monetary) from main_intermediate.int_customer_measures"
        ).fetchall()[0]
        ((lines,),) = connection.execute("select count(*) from main_staging.base_invoice_lines").fetchall()
    return customers, monetary, lines


def test_floor_agrees_with_gross_figures_of_the_project(
    invoices: Path, repo_root: Path, tmp_path: Path
) -> None:
    customers, monetary, _ = measured_by_the_project(invoices, repo_root, tmp_path, "gross")
    answer = floor.run(str(invoices))
    assert (answer["customers"], Decimal(str(answer["monetary"]))) == (customers, monetary)


def test_by_hand_agrees_with_net_figures_of_the_project(
    invoices: Path, repo_root: Path, tmp_path: Path
) -> None:
    customers, monetary, lines = measured_by_the_project(invoices, repo_root, tmp_path, "net")
    answer = by_hand.run(str(invoices), str(tmp_path))
    assert (answer["customers"], Decimal(str(answer["monetary"])), answer["lines"]) == (
        customers,
        monetary,
        lines,
    )


def test_a_rival_runs_in_a_process_of_its_own(invoices: Path, tmp_path: Path) -> None:
    run = run_floor(Case(invoices, 20_000, tmp_path))
    assert run.rival == "floor" and run.lines == 20_000
    answer = floor.run(str(invoices))
    assert (run.answer["customers"], run.answer["monetary"]) == (answer["customers"], answer["monetary"])
    assert run.seconds > 0 and run.processor_seconds > 0


@pytest.mark.parametrize("rival", ["rescore", "new_day", "score_customer", "report", "methods"])
def test_what_needs_a_build_says_so(rival: str, invoices: Path, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match=f"{rival} needs .* run ours first"):
        RIVALS[rival](Case(invoices, 20_000, tmp_path))


def test_seconds_by_node_put_tests_of_a_kind_together_and_slowest_first() -> None:
    results = {
        "elapsed_time": 9.0,
        "results": [
            {"unique_id": "model.customer_segmentation.customer_rfm", "execution_time": 2.0},
            {"unique_id": "test.customer_segmentation.well_formed.1a", "execution_time": 1.0},
            {"unique_id": "test.customer_segmentation.well_formed.2b", "execution_time": 0.5},
            {"unique_id": "unit_test.customer_segmentation.customer_rfm.scores", "execution_time": 2.5},
            {"unique_id": "model.customer_segmentation.segment_model", "execution_time": 4.0},
        ],
    }
    assert list(node_seconds(results, wall_clock=14.5).items()) == [
        ("dbt itself", 5.5),
        ("segment_model", 4.0),
        ("unit tests", 2.5),
        ("customer_rfm", 2.0),
        ("data tests", 1.5),
    ]
