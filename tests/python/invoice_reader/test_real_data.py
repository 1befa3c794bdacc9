"""The real Online Retail data, from `../shared/data` beside the repository; skipped where it is absent."""

import csv
import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

Prepare = Callable[..., dict[str, Any]]

ONLINE_RETAIL = Path(__file__).resolve().parents[3].parent / "shared" / "data" / "online_retail"
pytestmark = pytest.mark.skipif(
    not ONLINE_RETAIL.exists(),
    reason="the real Online Retail data is not beside the repository (../shared/data)",
)
RECORDS = """
select
    invoice_number, stock_code, description, quantity,
    coalesce(try_strptime(invoiced_at, {formats}), try_cast(invoiced_at as timestamp)) as invoiced_at,
    cast(unit_price as decimal(18, 4)) as unit_price, replace(customer_id, '.0', '') as customer_id, country,
from read_parquet({paths})
"""


def records(answer: dict[str, Any]) -> str:
    """A select over all records of an answer, typed as far as the forms of the data differ."""
    formats = answer["date_formats"] or ["%Y"]
    return RECORDS.format(formats=formats, paths=[entry["path"] for entry in answer["files"]])


def test_the_big_file_and_the_daily_files_hold_the_same(
    prepared: Prepare, connection: duckdb.DuckDBPyConnection
) -> None:
    big = prepared(invoices=str(ONLINE_RETAIL / "OnlineRetail.csv"))
    daily = prepared(invoices=str(ONLINE_RETAIL / "by-day"))
    assert (big["error"], daily["error"]) == (None, None)
    decided = [
        "Invoice numbers such as C536379 (9,288 of 541,909 lines, 9,288 of them with a negative quantity) "
        "are cancellations.",
        "Invoice numbers such as A563185 (3 of 541,909 lines, none of a customer's product) are adjustments.",
    ]
    assert (big["notices"], daily["notices"]) == (decided, decided)
    assert (big["date_formats"], daily["date_formats"]) == (["%m/%d/%Y %H:%M"], [])
    assert (len(big["files"]), len(daily["files"])) == (1, 305)
    assert (big["files"][0]["encoding"], daily["files"][0]["encoding"]) == ("windows-1252", "utf-8")
    for answer in (big, daily):
        assert sum(entry["n_records"] for entry in answer["files"]) == 541_909
        assert sum(entry["n_unreadable"] for entry in answer["files"]) == 0
    value = "round(sum(quantity::int * unit_price), 2)"
    totals = f"select count(distinct invoice_number), {value} from ({records(big)})"
    assert [str(value) for value in connection.execute(totals).fetchall()[0]] == ["25900", "9747747.93"]
    difference = f"select count(*) from (({records(big)}) except all ({records(daily)}))"
    assert connection.execute(difference).fetchall() == [(0,)]


def test_workbook_and_parquet_copies_hold_the_same(
    prepared: Prepare, connection: duckdb.DuckDBPyConnection
) -> None:
    # The first 50,000 records: writing all of them as XLSX takes a minute.
    with (ONLINE_RETAIL / "OnlineRetail.csv").open(encoding="latin-1", newline="") as stream:
        table = [row for row, _ in zip(csv.reader(stream), range(50_001), strict=False)]
    with Path("slice.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(table)
    with xlsxwriter.Workbook("slice.xlsx", {"default_date_format": "d/m/yy h:mm"}) as book:
        for name, part in (("One", table[1:30_001]), ("Two", table[30_001:])):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, table[0])
            for row, cells in enumerate(part, start=1):
                sheet.write_row(row, 0, [cell_value(column, cell) for column, cell in enumerate(cells)])
    connection.execute(
        """
        copy (
            select * replace (
                strptime(InvoiceDate, '%m/%d/%Y %H:%M') as InvoiceDate, UnitPrice::double as UnitPrice,
                Quantity::int as Quantity, nullif(CustomerID, '')::double as CustomerID
            )
            from read_csv('slice.csv', all_varchar = true)
        ) to 'slice.parquet'
        """
    )
    from_csv, from_workbook, from_parquet = (
        prepared(invoices=f"slice.{ending}") for ending in ("csv", "xlsx", "parquet")
    )
    assert [answer["error"] for answer in (from_csv, from_workbook, from_parquet)] == [None] * 3
    assert [entry["n_records"] for entry in from_workbook["files"]] == [30_000, 20_000]
    difference = f"select count(*) from (({records(from_csv)}) except all ({records(from_workbook)}))"
    assert connection.execute(difference).fetchall() == [(0,)]
    assert from_parquet["files"][0]["n_records"] == 50_000


def cell_value(column: int, cell: str) -> object:
    """The value as a shop's workbook holds it."""
    if column == 4:
        return datetime.datetime.strptime(cell, "%m/%d/%Y %H:%M")  # noqa: DTZ007 - a local time without a zone
    return float(cell) if column in (0, 1, 3, 5, 6) and cell.replace(".", "").lstrip("-").isdigit() else cell
