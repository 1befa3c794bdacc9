"""The same invoices in other files, another order or with other threads give the same tables, in all columns.

Reads the real file in `../shared/data` beside the repository; skipped where it is absent. What is costly to
write or to repeat uses an eighth of its customers, by a hash of their id, with the guests of a tenth of
the invoices, and fewer candidates for the number of segments.
"""

import csv
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
import yaml

Build = Callable[..., Any]

# All that does not name a file or a line of it.
TABLES = (
    "customer_segments",
    "customer_rfm",
    "segment_k_scan",
    "segment_model",
    "rfm_score_cut_points",
    "cleaning_ledger",
)
MODELS = "customer_segments cleaning_ledger"


@pytest.fixture(scope="module")
def whole(real_net: Any) -> Any:
    return real_net


@pytest.fixture(scope="module")
def files(online_retail: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copies of the real file: all of it shuffled as Parquet, and a part of it as CSV, Parquet and XLSX.

    Parquet and XLSX hold what a program or a spreadsheet makes of the CSV file: whole quantities, timestamps,
    prices and customer ids as floating-point numbers, no text for a missing id.
    """
    folder = tmp_path_factory.mktemp("copies")
    shuffled = "order by md5(concat_ws('|', InvoiceNo, StockCode, Description, Quantity, n))"
    typed = """
        select * exclude (n) replace (
            cast(Quantity as bigint) as Quantity,
            strptime(InvoiceDate, '%m/%d/%Y %H:%M') as InvoiceDate,
            cast(UnitPrice as double) as UnitPrice,
            cast(CustomerID as double) as CustomerID
        )
    """
    with duckdb.connect() as connection:
        connection.execute(
            f"""
            create table invoices as
            select *, row_number() over () as n
            from read_csv(
                '{online_retail / "OnlineRetail.csv"}',
                all_varchar = true, encoding = 'latin-1', nullstr = '', parallel = false
            )
            """
        )
        connection.execute(
            """
            create table part as
            from invoices
            where substr(md5(CustomerID), 1, 1) in ('0', '5')
                or (CustomerID is null and InvoiceNo like '%7')
            """
        )
        copies = {
            "whole.parquet": f"{typed} from invoices {shuffled}",
            "part.csv": "select * exclude (n) from part order by n",
            "shuffled.csv": f"select * exclude (n) from part {shuffled}",
            "part.parquet": f"{typed} from part order by n",
        }
        for name, query in copies.items():
            connection.execute(f"copy ({query}) to '{folder / name}'")
    write_workbook(folder / "part.csv", folder / "part.xlsx")
    return folder


def write_workbook(source: Path, target: Path) -> None:
    """Write a CSV copy as two sheets, with numbers and dates as a spreadsheet has them."""
    with source.open(encoding="utf-8", newline="") as stream:
        header, *records = csv.reader(stream)
    options = {"constant_memory": True, "default_date_format": "m/d/yy h:mm"}
    half = len(records) // 2
    with xlsxwriter.Workbook(target, options) as book:
        for name, part in (("Year 2009-2010", records[:half]), ("Year 2010-2011", records[half:])):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, header)
            for number, record in enumerate(part, start=1):
                for column, text in enumerate(record):
                    write_cell(sheet, number, column, text)


def write_cell(sheet: Any, row: int, column: int, text: str) -> None:
    if text == "":
        return
    if column == 4:
        moment = datetime.datetime.strptime(text, "%m/%d/%Y %H:%M")  # noqa: DTZ007 - local time, as written
        sheet.write_datetime(row, column, moment)
    elif column != 2 and text.replace(".", "", 1).removeprefix("-").isdigit():
        sheet.write_number(row, column, float(text))
    else:
        sheet.write_string(row, column, text)


@pytest.fixture(scope="module")
def part(build_models: Build, files: Path) -> Any:
    return build_models("part", MODELS, variables=variables_of(files / "part.csv"))


def variables_of(invoices: Path) -> dict[str, object]:
    return {"invoices": str(invoices), "k_candidates": [3, 4, 5]}


def test_the_whole_file_has_segments(whole: Any, part: Any) -> None:
    """What the others are compared with is not empty."""
    for warehouse, n_customers in ((whole, 4_000), (part, 400)):
        for table in TABLES:
            assert warehouse.value(f"select count(*) from {table}") > 2, table
        assert warehouse.value("select count(*) from customer_segments") > n_customers


def test_daily_files(whole: Any, build_models: Build, online_retail: Path) -> None:
    """305 files in UTF-8 with ISO dates and ids such as 17850.0, against one in Windows-1252."""
    daily = build_models("daily", MODELS, variables={"invoices": str(online_retail / "by-day")})
    assert daily.value("select count(*) from main_staging.stg_input_files") == 305
    assert whole.differences(daily, TABLES) == {}


def test_shuffled_parquet(whole: Any, build_models: Build, files: Path) -> None:
    shuffled = build_models("whole_parquet", MODELS, variables={"invoices": str(files / "whole.parquet")})
    assert whole.differences(shuffled, TABLES) == {}


@pytest.mark.parametrize("name", ["shuffled.csv", "part.parquet", "part.xlsx"])
def test_copies_of_a_part(name: str, part: Any, build_models: Build, files: Path) -> None:
    other = build_models(name, MODELS, variables=variables_of(files / name))
    n_files = other.value("select count(*) from main_staging.stg_input_files")
    assert n_files == (2 if name == "part.xlsx" else 1)
    assert part.differences(other, TABLES) == {}


@pytest.mark.parametrize("threads", [1, 4])
def test_threads(
    threads: int, part: Any, build_models: Build, files: Path, repo_root: Path, tmp_path: Path
) -> None:
    """dbt's, DuckDB's and the numeric libraries' threads; the profile asks for 2 and all cores."""
    profiles = yaml.safe_load((repo_root / "profiles.yml").read_text(encoding="utf-8"))
    profiles["segmentation"]["outputs"]["duckdb"]["config_options"]["threads"] = threads
    (tmp_path / "profiles.yml").write_text(yaml.safe_dump(profiles), encoding="utf-8")
    limits = {name: str(threads) for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")}
    other = build_models(
        f"threads_{threads}",
        MODELS,
        "--threads",
        str(threads),
        variables=variables_of(files / "part.csv"),
        environment={"DBT_PROFILES_DIR": str(tmp_path), **limits},
    )
    assert f"Concurrency: {threads} threads" in other.output
    assert part.differences(other, TABLES) == {}


def test_a_difference_is_found(part: Any, whole: Any) -> None:
    """The comparison itself can fail."""
    assert set(part.differences(whole, TABLES)) == set(TABLES)
