"""What exports look like: ids as numbers, copies of files, decimal commas, other headers, workbooks."""

import datetime
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

Build = Callable[..., Any]

ONLINE_RETAIL = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
FIRST = ONLINE_RETAIL + (
    "1,A1,Mug,2,2024-01-01 09:00,2.50,17850,France\n"
    "2,A1,Mug,4,2024-01-02 09:00,2.50,17850.0,France\n"
    "2,A1,Mug,4,2024-01-02 09:00,2.50,17850,France\n"
    "3,A2,Cup,1,2024-02-10 23:59,1.00,0017850,France\n"
)
# Prices that would be a thousand times as much if the comma were taken for a separator.
SECOND = (
    ONLINE_RETAIL.replace(",", ";")
    + "4;A1;Mug;1;2024-01-03 09:00;1.234,50;20000;Österreich\n"
    + "5;A2;Cup;3;2024-01-04 09:00;0,125;20000;Österreich\n"
)
MODELS = "customer_rfm invoice_lines rejected_invoice_lines cleaning_ledger"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with files of different forms; the workbook has the headers of Online Retail II."""
    folder = tmp_path_factory.mktemp("forms")
    (folder / "a.csv").write_text(FIRST, encoding="utf-8")
    (folder / "a again.csv").write_text(FIRST, encoding="utf-8")
    (folder / "comma.csv").write_text(SECOND, encoding="cp1252")
    with xlsxwriter.Workbook(folder / "two years.xlsx", {"default_date_format": "d/m/yy h:mm"}) as book:
        for year in (2023, 2024):
            sheet = book.add_worksheet(f"Year {year}")
            header = [
                "Invoice",
                "StockCode",
                "Description",
                "Quantity",
                "InvoiceDate",
                "Price",
                "Customer ID",
            ]
            sheet.write_row(0, 0, [*header, "Country"])
            sold_at = datetime.datetime(year, 1, 2, 9)  # noqa: DTZ001 - local time, as shops write it
            sheet.write_row(1, 0, [year, 85123, "Lamp", 2, sold_at, 0.1 + 0.2, 17850, "France"])
            sheet.write_row(2, 0, [f"C{year}", "A7", "Lamp", -1, sold_at, 9.99, 17850, "France"])
    return folder


@pytest.fixture(scope="module")
def mixed(build_models: Build, folder: Path) -> Any:
    return build_models("mixed", MODELS, variables={"invoices": str(folder)})


@pytest.fixture(scope="module")
def mixed_with_copies(build_models: Build, folder: Path) -> Any:
    variables = {"invoices": str(folder), "drop_duplicates": False, "as_of_date": "2024-01-03"}
    return build_models("mixed_with_copies", MODELS, variables=variables)


def reasons(warehouse: Any) -> dict[str, int]:
    query = "select rejection_reason, count(*) from rejected_invoice_lines group by all"
    return dict(warehouse.rows(query))


def test_ids_as_numbers_are_one_customer(mixed: Any) -> None:
    """17850 from text, from 17850.0 and from a workbook's number; leading zeros are another customer."""
    customers = mixed.rows(
        """
        select customer_id, frequency, monetary, recency_days
        from customer_rfm
        order by customer_id
        """
    )
    # as of 2024-02-11; 17850 bought 2 at 0.30 in each sheet, 2 at 2.50 and 4 at 2.50
    assert customers == [
        ("0017850", 1, Decimal("1.00"), 1),
        ("17850", 4, Decimal("16.20"), 40),
        ("20000", 2, Decimal("1234.88"), 38),
    ]


def test_a_file_that_is_there_twice_counts_once(mixed: Any, mixed_with_copies: Any) -> None:
    files = mixed.rows("select source_file, repeated_of from main_staging.stg_input_files order by 1")
    assert [(Path(file).name, of and Path(of).name) for file, of in files] == [
        ("a again.csv", None),
        ("a.csv", "a again.csv"),
        ("comma.csv", None),
        ("two years.xlsx[Year 2023]", None),
        ("two years.xlsx[Year 2024]", None),
    ]
    assert reasons(mixed) == {"duplicate_file": 4, "duplicate": 1}
    assert "has the same content as" in mixed.output
    assert reasons(mixed_with_copies)["duplicate_file"] == 3


def test_copies_of_lines_stay_where_the_var_says_so(mixed_with_copies: Any) -> None:
    """Invoice 2 counts twice; what is dated after the as-of date does not count, in the repeated file too."""
    assert reasons(mixed_with_copies) == {"duplicate_file": 3, "after_as_of_date": 3}
    customers = "select customer_id, frequency, monetary, recency_days from customer_rfm order by customer_id"
    assert mixed_with_copies.rows(customers) == [
        ("17850", 4, Decimal("26.20"), 1),
        ("20000", 1, Decimal("1234.50"), 0),
    ]


def test_every_sheet_is_read(mixed: Any) -> None:
    lines = mixed.rows(
        """
        select invoice_number, stock_code, invoiced_at::varchar, unit_price, line_amount
        from invoice_lines
        where source_file like '%.xlsx%'
        order by all
        """
    )
    assert [line for line in lines if line[0].startswith("C")] == [
        (f"C{year}", "A7", f"{year}-01-02 09:00:00", Decimal("9.9900"), Decimal("-9.99"))
        for year in (2023, 2024)
    ]
    assert [line for line in lines if not line[0].startswith("C")] == [
        (str(year), "85123", f"{year}-01-02 09:00:00", Decimal("0.3000"), Decimal("0.60"))
        for year in (2023, 2024)
    ]


def test_other_headers_and_day_first_dates(build_models: Build, tmp_path: Path) -> None:
    """13/02 decides the order of the whole column; the export has no description."""
    path = tmp_path / "orders.csv"
    path.write_text(
        'Order;Article;Pieces;"Day, ""local""";Each;Buyer;Land\n'
        "1;A1;1;01/02/2024;2,50;7;France\n2;A1;2;13/02/2024;2,50;7;France\n",
        encoding="utf-8",
    )
    columns = {
        "invoice_number": "Order",
        "stock_code": "Article",
        "description": None,
        "quantity": "Pieces",
        "invoiced_at": 'Day, "local"',
        "unit_price": "Each",
        "customer_id": "Buyer",
        "country": "Land",
    }
    variables = {"invoices": str(path), "invoice_columns": columns}
    built = build_models("mapped", "customer_rfm", variables=variables)
    days = built.rows(
        "select first_order_date::varchar, last_order_date::varchar, monetary from customer_rfm"
    )
    assert days == [("2024-02-01", "2024-02-13", Decimal("7.50"))]


def test_a_table_of_the_warehouse(dbt: Build, build_models: Build) -> None:
    """Typed columns, and names that need quotes; the table itself stays as it is."""
    empty = dbt("table", "debug")
    with duckdb.connect(str(empty.database)) as connection:
        connection.execute(
            """
            create schema "Shop";
            create table "Shop"."my orders" as
            select
                n as "InvoiceNo", 'A' || n % 5 as "StockCode", 'Mug' as "Description",
                1 + n % 3 as "Quantity",
                timestamp '2024-01-01 09:00:00' + interval 1 day * n as "InvoiceDate",
                0.01::double * n as "UnitPrice", 100.0::double + n % 7 as "CustomerID", 'France' as "Country"
            from range(1, 101) as numbers (n)
            """
        )
    before = empty.fingerprints()
    built = build_models("table", "customer_rfm", variables={"invoices": "Shop.my orders"})
    assert built.fingerprints().items() >= before.items()
    figures = built.rows(
        "select count(*), sum(frequency), sum(monetary), min(customer_id), max(customer_id) from customer_rfm"
    )
    total = sum(n * (1 + n % 3) for n in range(1, 101))
    assert figures == [(7, 100, Decimal(total) / 100, "100", "106")]
