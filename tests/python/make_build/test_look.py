"""What `make look` shows of the files, the vars that it proposes, and that it changes nothing."""

import csv
import time
from pathlib import Path

import duckdb
import pytest
import yaml

from dbt_runs import clean_environment, run_python
from invoice_reader import check_headers
from make_build.arguments import read_shop
from make_build.early_checks import all_variables
from make_build.look import ACCEPTED, Look, as_it_would_be, look_at_files

HEADERS = [
    *("Order", "Stock Code", "Description", "Quantitty", "InvoiceDate"),
    *("Price", "Customer ID", "Country", "Store"),
]
LINES = [
    ["1001", "85123A", "Cup", "2", "2024-01-31 10:00:00", "2.50", "jane.doe@mail.example", "France", "Köln"],
    ["1001", "22423", "Plate", "1", "2024-01-31 10:00:00", "4.00", "jane.doe@mail.example", "France", "Köln"],
    ["1002", "85123A", "Cup", "3", "2024-02-29 09:30:00", "2.50", "john@mail.example", "Spain", "Köln"],
    ["1003", "85123A", "Cup", "x", "2024-03-01 09:30:00", "2.50", "john@mail.example", "Spain", "Köln"],
]


def write(path: Path, headers: list[str], encoding: str = "utf-8", delimiter: str = ",") -> None:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows([headers, *LINES])


@pytest.fixture
def folder(tmp_path: Path, repo_root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's root with an order file, as the working directory."""
    (tmp_path / "dbt_project.yml").write_text((repo_root / "dbt_project.yml").read_text(encoding="utf-8"))
    write(tmp_path / "orders.csv", HEADERS, "cp1252", ";")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def proposed_vars(look: Look) -> str:
    """The lines of YAML below the line that says where to save them."""
    start = next(number for number, line in enumerate(look.lines) if "shops/NAME.yml" in line)
    return "\n".join(line.removeprefix("  ") for line in look.lines[start + 1 :])


def line_of(look: Look, start: str) -> str:
    (line,) = [line for line in look.lines if line.startswith(f"  {start} ")]
    return line


@pytest.mark.usefixtures("folder")
def test_files_columns_and_first_lines() -> None:
    look = look_at_files({"invoices": "orders.csv", "invoice_columns": {"invoice_number": "Order"}})
    assert look.problem is None
    assert "  orders.csv: CSV, Windows-1252, semicolon, 9 columns" in look.lines
    number = line_of(look, "invoice_number")
    assert '"Order" ' in number
    assert number.endswith("  1001 | 1001 | 1002 | 1003")
    assert line_of(look, "stock_code").split('"')[1] == "Stock Code"
    quantity = line_of(look, "quantity")
    assert '"Quantitty" (a guess)' in quantity
    assert quantity.endswith("  2 | 1 | 3 | x")
    assert "2024-01-31 10:00:00" in line_of(look, "invoiced_at")
    assert line_of(look, '"Store"').endswith("Köln | Köln | Köln | Köln")


@pytest.mark.usefixtures("folder")
def test_mail_addresses_are_masked() -> None:
    text = "\n".join(look_at_files({"invoices": "orders.csv"}).lines)
    assert "j…e@mail.example" in text
    assert "jane" not in text and "john" not in text


def test_the_proposed_vars_make_a_build_that_reads_the_file(folder: Path) -> None:
    given = {"invoices": "orders.csv", "invoice_columns": {"invoice_number": "Order"}, "n_segments": 3}
    look = look_at_files(given)
    text = proposed_vars(look)
    assert "  quantity: Quantitty  # a guess" in text.splitlines()
    (folder / "acme.yml").write_text(text, encoding="utf-8")
    shop = read_shop(Path("acme.yml"))
    assert shop == look.variables
    assert shop["invoice_columns"] == {"invoice_number": "Order", "quantity": "Quantitty"}
    assert shop["n_segments"] == 3
    assert check_headers(all_variables(shop), Path("none")) is None
    assert check_headers(all_variables(given), Path("none")) is not None


@pytest.mark.usefixtures("folder")
def test_a_header_is_guessed_by_what_is_below_it() -> None:
    look = look_at_files({"invoices": "orders.csv"})
    assert '"Order" (a guess)' in line_of(look, "invoice_number")


def test_a_column_without_a_header_has_a_place_in_the_vars(folder: Path) -> None:
    lines = (folder / "orders.csv").read_bytes().split(b"\r\n")
    (folder / "orders.csv").write_bytes(
        b"\r\n".join(line.split(b";", 1)[1] if b";" in line else line for line in lines)
    )
    look = look_at_files({"invoices": "orders.csv"})
    assert look.problem is not None
    assert look.problem.startswith("orders.csv: no column for invoice_number")
    assert line_of(look, "invoice_number").endswith("no header found")
    assert "  invoice_number: null  # no header found: write it here" in proposed_vars(look).splitlines()
    assert yaml.safe_load(proposed_vars(look))["invoice_columns"] == {
        "invoice_number": None,
        "quantity": "Quantitty",
    }


def test_a_missing_description_is_proposed_as_none(folder: Path) -> None:
    headers = ["Invoice", *HEADERS[1:]]
    headers[2], headers[3] = "Zyx", "Quantity"
    write(folder / "plain.csv", headers)
    look = look_at_files({"invoices": "plain.csv"})
    assert look.problem is None
    assert look.variables["invoice_columns"] == {"description": None}
    assert check_headers(all_variables(look.variables), Path("none")) is None


def test_other_formats_and_several_files(folder: Path) -> None:
    headers = ["Invoice", *HEADERS[1:]]
    headers[3] = "Quantity"
    (folder / "daily").mkdir()
    for day in range(12):
        write(folder / "daily" / f"{day:02}.csv", headers)
    with duckdb.connect() as connection:
        connection.execute("copy (from 'daily/00.csv') to 'daily/all.parquet' (format parquet)")
        connection.execute("copy (from 'daily/00.csv') to 'one.parquet' (format parquet)")
    look = look_at_files({"invoices": "daily"})
    assert look.problem is None
    assert "invoices: 13 files" in look.lines
    assert "  and 3 more, which are not looked at one by one" in look.lines
    parquet = look_at_files({"invoices": "one.parquet"})
    assert "  one.parquet: PARQUET, 9 columns" in parquet.lines
    assert line_of(parquet, "stock_code").endswith("85123A | 22423 | 85123A | 85123A")


@pytest.mark.usefixtures("folder")
def test_what_cannot_be_looked_at_is_one_sentence() -> None:
    for given, sentence in (
        ({"invoices": "missing.csv"}, "`invoices`: there is no file or folder missing.csv"),
        (
            {"invoices": "main.orders"},
            "`invoices`: there is no file or folder main.orders, and no table of the",
        ),
        ({"n_segment": 3}, "The var `n_segment` does not exist: did you mean `n_segments`?"),
    ):
        look = look_at_files(given)
        assert look.lines == []
        assert look.problem is not None
        assert look.problem.startswith(sentence)


def test_the_stop_of_a_build_is_said_as_one(repo_root: Path) -> None:
    """The words that the build adds to a result that was accepted are those that are taken away."""
    rules = (repo_root / "macros" / "rules" / "plausibility.sql").read_text(encoding="utf-8")
    assert f"'{ACCEPTED}'" in rules
    assert as_it_would_be(f"Warning: All lines are returns.{ACCEPTED}") == (
        "A build would stop: All lines are returns."
    )
    assert as_it_would_be("Warning: The export ends.") == "Warning: The export ends."


def test_the_records_are_looked_at_and_nothing_is_changed(folder: Path, repo_root: Path) -> None:
    """The whole look, on the project itself."""
    before = sorted(path.name for path in folder.iterdir())
    columns = "{invoice_number: Order, quantity: Quantitty}"
    environment = clean_environment(
        PYTHONPATH=str(repo_root / "python"),
        INPUT=str(folder / "orders.csv"),
        DBT_ARGS=f"--vars '{{invoice_columns: {columns}}}'",
        SEGMENTATION_DATABASE=str(folder / "warehouse.duckdb"),
        SEGMENTATION_PUBLISHED=str(folder / "published"),
        DBT_LOG_PATH=str(folder / "logs"),
    )
    started = time.time()
    run = run_python(["-m", "make_build.look"], repo_root, environment)
    assert run.exit_code == 0, run.output
    lines = [" ".join(line.split()) for line in run.output.splitlines()]
    assert lines[0] == f"Looking at {folder / 'orders.csv'}; nothing is changed."
    facts = lines[lines.index("What a build would read:") + 1 :]
    assert facts == [
        "lines 3 of 4 lines (75.0 %) count",
        "dates 2024-01-31 to 2024-02-29",
        "customers 2 who keep some of what they bought",
        "orders 2",
        "sales £16.50",
        "returns £0.00",
        "What would not count, and why:",
        "invalid quantity 1 (25.0 %)",
    ]
    assert sorted(path.name for path in folder.iterdir() if path.name != "logs") == before
    manifest = repo_root / "target" / "manifest.json"
    assert not manifest.exists() or manifest.stat().st_mtime < started
