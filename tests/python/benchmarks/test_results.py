"""The tables: ratios first, growth, and where the time goes."""

import json
from pathlib import Path

import pytest

from benchmarks.__main__ import main
from benchmarks.machine import machine
from benchmarks.results import as_json, as_markdown, as_text, growth_exponent, ratio
from benchmarks.rivals import Run

GIBIBYTE = 2**30
TIMES = chr(215)
RUNS = [
    Run(
        "ours",
        1_000_000,
        20.0,
        30.0,
        GIBIBYTE,
        node_seconds={"stg_invoice_lines": 4.0, "tests": 1.5},
    ),
    Run("floor", 1_000_000, 4.0, 6.0, GIBIBYTE // 2),
    Run("by_hand", 1_000_000, 8.0, 12.0, GIBIBYTE),
    Run("notebook", 1_000_000, 10.0, 10.0, GIBIBYTE * 2),
    Run("ours", 4_000_000, 80.0, 130.0, GIBIBYTE * 3),
    Run("notebook", 4_000_000, 160.0, 170.0, GIBIBYTE * 4),
    Run("new_day", 1_000_000, 5.0, 9.0, GIBIBYTE),
    Run("rescore", 4_000_000, 9.0, 12.0, GIBIBYTE),
    Run("score_customer", 4_000_000, 3.0, 3.0, GIBIBYTE, answer={"open": 0.02, "first_call": 0.1}),
]


def test_ratios_of_time_and_memory() -> None:
    assert ratio(RUNS, 1_000_000, "ours", "floor", "seconds") == 5.0
    assert ratio(RUNS, 1_000_000, "notebook", "ours", "seconds") == 0.5
    assert ratio(RUNS, 4_000_000, "ours", "notebook", "peak_bytes") == 0.75
    assert ratio(RUNS, 4_000_000, "ours", "floor", "seconds") is None


@pytest.mark.parametrize("exponent", [0.5, 1.0, 1.3])
def test_growth_exponent_is_the_slope_of_logs(exponent: float) -> None:
    lines = [1_000_000, 6_000_000, 60_000_000]
    seconds = [3.0 * each**exponent for each in lines]
    assert growth_exponent(lines, seconds) == pytest.approx(exponent)


def test_growth_needs_two_sizes() -> None:
    assert growth_exponent([1_000_000], [3.0]) is None
    assert "needs two sizes" in as_text(RUNS[:3], None)


def test_the_text_has_ratios_first_and_the_slowest_nodes() -> None:
    text = as_text(RUNS, "2GB")
    header, first, second = (line.split("  ") for line in text.splitlines()[:3])
    assert [cell.strip() for cell in header if cell.strip()][:2] == ["lines", "time of notebook to ours"]
    assert [cell.strip() for cell in first if cell.strip()][:4] == [
        "1,000,000",
        f"0.50 {TIMES}",
        f"2.50 {TIMES}",
        f"5.00 {TIMES}",
    ]
    assert [cell.strip() for cell in second if cell.strip()][1:3] == [f"2.00 {TIMES}", "-"]
    assert "stg_invoice_lines     4.00" in text
    assert "ours 1.00, notebook 2.00" in text
    assert "memory_limit in dbt: 2GB" in text


def test_markdown_has_every_measure_and_names_the_machine() -> None:
    markdown = as_markdown(RUNS)
    ratios = " | ".join(f"{value} {TIMES}" for value in ("0.50", "2.50", "5.00", "0.50", "0.33", "2.50"))
    assert f"| 1,000,000 | {ratios} | 20.0 s, 1.00 GiB | 4.0 s, 0.50 GiB |" in markdown
    day = " | ".join(f"{value} {TIMES}" for value in ("0.25", "0.30"))
    assert f"| 1,000,000 | {day} | 5.0 s, 1.00 GiB |" in markdown
    assert "| 4,000,000 | 20.0 ms | 100.0 ms | - | - |" in markdown
    assert "| 4,000,000 | 9.0 s, 1.00 GiB | - | - |" in markdown
    assert f"{machine()['cores']} cores" in markdown and f"duckdb {machine()['duckdb']}" in markdown


def test_json_keeps_every_run() -> None:
    document = json.loads(as_json(RUNS, None))
    assert [run["rival"] for run in document["runs"]] == [run.rival for run in RUNS]
    assert document["growth_exponents"]["ours"] == pytest.approx(1.0)
    assert document["memory_limit"] is None


def test_the_command_generates_once_runs_and_keeps_the_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["--lines", "0.003", "--only", "floor", "notebook", "--folder", str(tmp_path)]
    assert main(command) == 0
    assert "Writing 3,000 lines" in capsys.readouterr().out
    (file,) = tmp_path.glob("*.parquet")
    written_at = file.stat().st_mtime_ns
    assert main([*command[:3], "floor", *command[5:]]) == 0
    output = capsys.readouterr().out
    assert "Writing" not in output and file.stat().st_mtime_ns == written_at
    assert "time of notebook to ours" in output
    assert [run["rival"] for run in json.loads((tmp_path / "results.json").read_text())["runs"]] == ["floor"]
    assert (
        (tmp_path / "results.md")
        .read_text(encoding="utf-8")
        .startswith("| lines | time of notebook to ours |")
    )


def test_a_rival_without_its_build_ends_with_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--lines", "0.001", "--only", "score_customer", "--folder", str(tmp_path)]) == 1
    assert "run ours first" in capsys.readouterr().err
