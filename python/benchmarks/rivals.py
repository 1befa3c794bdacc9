"""What is measured: each rival as a command of its own, with what it leaves for the table."""

import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.generator import write_next_day
from benchmarks.measurement import Measurement, measured

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "seeds" / "sample_invoices.csv"
# Not the script .venv/bin/dbt, which need not be on the path; this is what it does.
DBT = (sys.executable, "-c", "from dbt.cli.main import cli; cli(prog_name='dbt')")
# The other clustering methods and the report have budgets of their own. The model of the first build stays,
# as shops want it every night: under other vars dbt would also parse the whole project again.
VARIABLES: dict[str, Any] = {"cluster_methods": [], "publish_report": False, "refit": "never"}
# Unit tests hold the SQL to fixed rows, whatever the data: they belong to `make test`.
BUILD = ("build", "--exclude-resource-type", "unit_test")
NEXT_DAY = "next_day.parquet"
# Counted together: there are hundreds.
TESTS = {"test": "data tests", "unit_test": "unit tests"}
METHODS = ("--select", "int_clustering_runs+", "--exclude", "published_build")
# What is scored anew when the model stays: everything from customer_rfm to customer_segments.
RESCORED = ("--select", "customer_rfm+,+customer_segments", "--exclude", "customer_rfm")


@dataclass(frozen=True)
class Run:
    """One rival on one number of lines.

    Attributes:
        rival: Its name, as given to `--only`.
        lines: Number of lines of the input.
        seconds: Wall clock of the whole process.
        processor_seconds: Time on any core.
        peak_bytes: Peak memory of its process tree; None where it is not known.
        answer: What the rival printed as JSON.
        node_seconds: Seconds by dbt node, for those that are dbt runs.
    """

    rival: str
    lines: int
    seconds: float
    processor_seconds: float
    peak_bytes: int | None
    answer: dict[str, Any] = field(default_factory=dict)
    node_seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """An input with the folder its runs may write to; `memory_limit` is DuckDB's, for dbt alone."""

    invoices: Path
    lines: int
    folder: Path
    memory_limit: str | None = None


def run_ours(case: Case) -> Run:
    """`dbt build` from the file to published marts, data tests included, on a new database."""
    for path in (
        *case.folder.glob("warehouse.duckdb*"),
        *case.folder.glob("published*"),
        case.folder / "target",
        delivered(case),
    ):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    delivered(case).mkdir()
    (delivered(case) / case.invoices.name).symlink_to(case.invoices)
    return _dbt_run("ours", case, BUILD, VARIABLES)


def run_new_day(case: Case) -> Run:
    """One more day of invoices after the build of ours, scored with the stored model; all tests included."""
    _what_ours_left("new_day", case, "warehouse.duckdb")
    day = delivered(case) / NEXT_DAY
    if day.exists():
        raise RuntimeError(f"The new day has been read into {case.folder} already: run ours first.")
    write_next_day(case.invoices, day)
    return _dbt_run("new_day", case, BUILD, VARIABLES)


def run_rescore(case: Case) -> Run:
    """Every customer of the last build scored again with the stored model."""
    _what_ours_left("rescore", case, "warehouse.duckdb")
    return _dbt_run("rescore", case, ["run", *RESCORED], VARIABLES)


def run_floor(case: Case) -> Run:
    """One hand-written query and one K-Means."""
    return _module_run("floor", case, case.invoices)


def run_by_hand(case: Case) -> Run:
    """The core of the job as one script, with the same audit."""
    return _module_run("by_hand", case, case.invoices, str(case.folder))


def run_notebook(case: Case) -> Run:
    """The usual notebook."""
    return _module_run("notebook", case, case.invoices)


def run_score_customer(case: Case) -> Run:
    """Single customers and 1,000 at once, scored in the published database."""
    database = _what_ours_left("score_customer", case, "published/segments.duckdb")
    return _module_run("score_calls", case, database, rival="score_customer")


def run_methods(case: Case) -> Run:
    """The other clustering methods on the customers of the last build."""
    _what_ours_left("methods", case, "warehouse.duckdb")
    return _dbt_run("methods", case, ["run", *METHODS], {})


def run_report(case: Case) -> Run:
    """The report of the last build; every build draws it but for the one measured here."""
    database = _what_ours_left("report", case, "published/segments.duckdb")
    return _module_run("report_drawing", case, database, rival="report")


RIVALS: dict[str, Callable[[Case], Run]] = {
    "ours": run_ours,
    "rescore": run_rescore,
    "new_day": run_new_day,
    "score_customer": run_score_customer,
    "report": run_report,
    "methods": run_methods,
    "floor": run_floor,
    "by_hand": run_by_hand,
    "notebook": run_notebook,
}
# What answers the same question from the same file, Parquet or CSV.
COMPARED = ("ours", "floor", "by_hand", "notebook")


def node_seconds(run_results: dict[str, Any], wall_clock: float) -> dict[str, float]:
    """Seconds by node from dbt's run_results.json, largest first; tests of each kind together are one entry.

    `dbt itself` is what `wall_clock` has beyond dbt's own count: start, imports, parsing. Nodes run beside
    each other, so they may add up to more than the wall clock.
    """
    seconds = {"dbt itself": wall_clock - run_results["elapsed_time"]}
    for result in run_results["results"]:
        kind, _, name = result["unique_id"].split(".", 2)
        key = TESTS.get(kind, name)
        seconds[key] = seconds.get(key, 0.0) + result["execution_time"]
    return dict(sorted(seconds.items(), key=lambda item: -item[1]))


def delivered(case: Case) -> Path:
    """The folder that dbt reads: the case's file, and the new day."""
    return case.folder / "delivered"


def _what_ours_left(rival: str, case: Case, name: str) -> Path:
    path = case.folder / name
    if not path.exists():
        raise RuntimeError(f"{rival} needs what ours leaves in {case.folder}: run ours first.")
    return path


def _environment(**settings: str) -> dict[str, str]:
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "SEGMENTATION_"))
    }
    return inherited | {"PYTHONPATH": str(ROOT / "python"), "PYTHONUTF8": "1"} | settings


def _dbt_run(rival: str, case: Case, arguments: Sequence[str], variables: dict[str, Any]) -> Run:
    target = case.folder / "target"
    measurement = measured(
        [*DBT, *arguments, "--vars", json.dumps(variables | {"invoices": str(delivered(case))})],
        folder=ROOT,
        environment=_environment(
            SEGMENTATION_DATABASE=str(case.folder / "warehouse.duckdb"),
            SEGMENTATION_PUBLISHED=str(case.folder / "published"),
            DBT_TARGET_PATH=str(target),
            DBT_LOG_PATH=str(case.folder / "logs"),
            DBT_PROFILES_DIR=str(ROOT),
            **({"SEGMENTATION_MEMORY_LIMIT": case.memory_limit} if case.memory_limit else {}),
            DBT_USE_COLORS="false",
        ),
        log=case.folder / f"{rival}.txt",
    )
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))
    return _run(rival, case, measurement, node_seconds=node_seconds(results, measurement.seconds))


def _module_run(module: str, case: Case, path: Path, *arguments: str, rival: str | None = None) -> Run:
    name = rival or module
    measurement = measured(
        [sys.executable, "-m", f"benchmarks.{module}", str(path), *arguments],
        folder=ROOT,
        environment=_environment(),
        log=case.folder / f"{name}.txt",
    )
    return _run(name, case, measurement, answer=json.loads(measurement.output.splitlines()[-1]))


def _run(rival: str, case: Case, measurement: Measurement, **more: Any) -> Run:
    return Run(
        rival,
        case.lines,
        measurement.seconds,
        measurement.processor_seconds,
        measurement.peak_bytes,
        **more,
    )
