"""What is refused before dbt starts: the build's own sentences, soon, and nothing that a build would take."""

import gzip
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from invoice_reader import prepare
from make_build.early_checks import all_variables, problem_before_dbt

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
LINE = "1,A,Cup,2,2024-01-31 10:00,2.50,17850,France\n"


@pytest.fixture
def folder(tmp_path: Path, repo_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's root with input of many kinds, as the working directory."""
    (tmp_path / "dbt_project.yml").write_text((repo_root / "dbt_project.yml").read_text(encoding="utf-8"))
    texts = {
        "good.csv": HEADER + LINE,
        "no customer.csv": HEADER.replace("CustomerID", "Kunde") + LINE,
        "mixed/a.csv": HEADER + LINE,
        "mixed/b.csv": HEADER.replace("Quantity", "Pieces") + LINE,
        "empty.csv": "",
        "blank.csv": "\n\n",
        "page.csv": "<html></html>",
        "notes.txt": "nothing",
        "text.parquet": "nothing",
        "text.xlsx": "nothing",
        "text.csv.gz": "nothing",
        "none/notes.txt": "nothing",
    }
    for name, text in texts.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "cut.csv.gz").write_bytes(gzip.compress((HEADER + LINE * 9).encode())[:-9])
    (tmp_path / "umlaut.csv").write_bytes((HEADER.replace("CustomerID", "Käufer") + LINE).encode("cp1252"))
    with duckdb.connect() as connection:
        connection.execute(
            f"copy (select 1 as invoice, 'A' as stockcode) to '{tmp_path}/[1].parquet' (format parquet)"
        )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def sentence_of_the_build(given: dict[str, Any]) -> str | None:
    request = {"variables": all_variables(given), "records_folder": "target/input_records"}
    with duckdb.connect() as connection:
        error: str | None = prepare(request, connection)["error"]
    return error


@pytest.mark.parametrize(
    "name",
    [
        "missing.csv",
        "no customer.csv",
        "mixed",
        "empty.csv",
        "blank.csv",
        "page.csv",
        "notes.txt",
        "text.parquet",
        "text.xlsx",
        "text.csv.gz",
        "cut.csv.gz",
        "none",
        "umlaut.csv",
        "[1].parquet",
        "*.pdf",
    ],
)
@pytest.mark.usefixtures("folder")
def test_an_input_is_refused_with_the_sentence_of_the_build(name: str) -> None:
    given = {"invoices": name}
    sentence = problem_before_dbt([], given)
    assert sentence is not None
    assert sentence == sentence_of_the_build(given)
    # A mistake in another input of the same build.
    if name.endswith(".csv"):
        others = {"customer_attributes": name}
        assert problem_before_dbt([], given | others) == sentence_of_the_build(given | others)


@pytest.mark.usefixtures("folder")
def test_vars_are_refused_before_the_input() -> None:
    assert problem_before_dbt([], {"invoices": "missing.csv", "n_segment": 4}) == (
        "The var `n_segment` does not exist: did you mean `n_segments`?"
    )
    sentence = problem_before_dbt([], {"customer_records": "missing.csv"})
    assert sentence is not None and sentence.startswith("`customer_records`: there is no file")


@pytest.mark.parametrize(
    "given",
    [
        {"invoices": "good.csv"},
        {"invoices": "no customer.csv", "invoice_columns": {"customer_id": "Kunde"}},
        {"invoices": "umlaut.csv", "invoice_columns": {"customer_id": "Käufer"}},
        # Tables, of which only the database knows.
        {"invoices": "main.orders"},
        {"invoices": "orders", "customer_attributes": "main.people"},
        # dbt says what is wrong with code.
        {"invoices": "{{ 1 / 0 }}"},
        None,
    ],
)
@pytest.mark.usefixtures("folder")
def test_what_only_a_build_can_judge_goes_on(given: dict[str, Any] | None) -> None:
    assert problem_before_dbt([], given) is None
    assert problem_before_dbt(["--project-dir=elsewhere"], {"invoices": "missing.csv"}) is None


def test_a_refusal_takes_less_than_three_seconds_and_no_dbt(folder: Path, repo_root: Path) -> None:
    """In a process of its own, of a file that takes a build longer than that."""
    with (folder / "large.csv").open("w", encoding="utf-8") as file:
        file.write(HEADER.replace("Quantity", "Pieces"))
        for _ in range(160):
            file.write(LINE * 20_000)
    code = (
        "import sys; from make_build.early_checks import problem_before_dbt; "
        "print(problem_before_dbt([], {'invoices': 'large.csv'})); print('dbt' in sys.modules)"
    )
    started = time.monotonic()
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env={"PYTHONPATH": str(repo_root / "python"), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    seconds = time.monotonic() - started
    sentence, is_dbt_loaded = run.stdout.splitlines()
    assert sentence.startswith("large.csv: no column for quantity")
    assert is_dbt_loaded == "False"
    # A shared machine may take a few times as long as one that has nothing else to do.
    assert seconds < 9
