"""Columns by their headers: all that is wrong is said at once, with the mapping that may be meant."""

import gzip
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter

from invoice_reader.column_guesses import HEADER_WORDS, guess_columns, simplified
from invoice_reader.columns import CUSTOMER_RECORDS, INVOICES

Prepare = Callable[..., dict[str, Any]]

# Two invoices of a day, their lines together; the customer 7 is nobody's address.
ROWS = [
    ("N1", "A10", "Green mug", "6", "2010-12-01 08:26", "2.55", "701", "France"),
    ("N1", "B20", "Paper bag, large", "1", "2010-12-01 08:26", "0.95", "701", "France"),
    ("N2", "A10", "Green mug", "12", "2010-12-01 09:00", "2.55", "702", "Germany"),
    ("N2", "C30", "Tin box", "2", "2010-12-01 09:00", "4.10", "702", "Germany"),
    ("N3", "B20", "Paper bag, large", "-1", "2010-12-02 10:00", "0.95", "701", "France"),
    ("N3", "C30", "Tin box", "3", "2010-12-02 10:00", "4.10", "701", "France"),
]
COLUMNS = tuple(INVOICES.headers)


def csv_text(headers: Sequence[str], rows: Sequence[Sequence[str]] = ROWS) -> str:
    return "\n".join(";".join(cells) for cells in (headers, *rows)) + "\n"


def guessed(headers: Sequence[str], wanted: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, str]:
    """The header guessed for each column of ours, without any that is known."""
    guesses = guess_columns(headers, range(len(headers)), wanted, {}, lambda: rows)
    return {column: headers[position] for column, position in guesses.items()}


def no_records() -> list[tuple[str, ...]]:
    raise AssertionError("the names say it all")


def test_all_that_is_missing_is_one_sentence(prepared: Prepare) -> None:
    headers = ["Order ID", "Lineitem sku", "Product Name", "Qty", "Created at", "UnitPrice", "Client", "Ort"]
    Path("a.csv").write_text(csv_text(headers), encoding="utf-8")
    assert prepared(invoices="a.csv")["error"] == (
        "a.csv: no column for invoice_number, stock_code, description, quantity, invoiced_at, "
        'customer_id and country; the headers are "Order ID", "Lineitem sku", "Product Name", "Qty", '
        '"Created at", "UnitPrice", "Client", "Ort"; set `invoice_columns: {invoice_number: "Order ID", '
        'stock_code: "Lineitem sku", description: "Product Name", quantity: "Qty", '
        'invoiced_at: "Created at", customer_id: "Client", country: "Ort"}` (check what is guessed).'
    )


def test_what_is_not_guessed_is_left_to_write(prepared: Prepare) -> None:
    Path("a.csv").write_text("a,Qty\nx,\n", encoding="utf-8")
    assert prepared(invoices="a.csv")["error"] == (
        "a.csv: no column for invoice_number, stock_code, description, quantity, invoiced_at, unit_price, "
        'customer_id and country; the headers are "a", "Qty"; set `invoice_columns: {invoice_number: …, '
        'stock_code: …, description: null, quantity: "Qty", invoiced_at: …, unit_price: …, customer_id: …, '
        "country: null}` (check what is guessed; write a header for …; null where the file has none)."
    )


def test_an_amount_is_no_price_of_one_piece(prepared: Prepare) -> None:
    Path("a.csv").write_text(csv_text([*COLUMNS[:5], "Line Total", *COLUMNS[6:]]), encoding="utf-8")
    assert prepared(invoices="a.csv")["error"].endswith(
        '`invoice_columns: {unit_price: "Line Total"}` (check what is guessed; unit_price is the price '
        "of one piece, not the amount of the line)."
    )


def test_all_wrong_names_of_the_mapping_are_one_sentence(prepared: Prepare) -> None:
    Path("a.csv").write_text(csv_text(["Order", *COLUMNS[1:6], "Kunde", "Where"]), encoding="utf-8")
    mapping = {"invoice_number": "Order", "customer_id": "Kundin", "country": "Land", "description": None}
    assert prepared(invoices="a.csv", invoice_columns=mapping)["error"] == (
        'a.csv: `invoice_columns` names "Kundin" for customer_id and "Land" for country, which are no '
        'headers; the headers are "Order", "stock_code", "description", "quantity", "invoiced_at", '
        '"unit_price", "Kunde", "Where"; set `invoice_columns: {invoice_number: "Order", description: null, '
        'customer_id: "Kunde", country: "Where"}` (check what is guessed).'
    )
    one = prepared(invoices="a.csv", invoice_columns={**mapping, "country": "Where"})["error"]
    assert one.startswith('a.csv: `invoice_columns` names "Kundin" for customer_id, which is no header; the')


def test_the_mapping_gives_one_header_twice(prepared: Prepare) -> None:
    Path("a.csv").write_text(csv_text([*COLUMNS[:6], "Who", "Where"]), encoding="utf-8")
    error = prepared(invoices="a.csv", invoice_columns={"customer_id": "Who", "country": "Who"})["error"]
    assert 'a.csv: `invoice_columns` gives the one header "Who" to customer_id and country; the head' in error
    assert error.endswith("set `invoice_columns: {customer_id: …, country: …}` (write a header for …).")


def test_a_header_that_appears_twice(prepared: Prepare) -> None:
    Path("a.csv").write_text(csv_text([*COLUMNS[:6], "Country", "Country"]), encoding="utf-8")
    error = prepared(invoices="a.csv", invoice_columns={"customer_id": "quantity", "quantity": "Nothing"})
    assert 'the header "Country" for country appears 2 times, so rename all but one; the' in error["error"]
    Path("a.csv").write_text(csv_text([*COLUMNS[:7], " customer_id"]), encoding="utf-8")
    assert prepared(invoices="a.csv", invoice_columns={"country": None})["error"] == (
        'a.csv: the header "customer_id" for customer_id appears 2 times, so rename all but one; the '
        'headers are "invoice_number", "stock_code", "description", "quantity", "invoiced_at", "unit_price", '
        '"customer_id", "customer_id".'
    )


def test_a_header_that_appears_twice_is_no_guess(prepared: Prepare) -> None:
    Path("a.csv").write_text(csv_text([*COLUMNS[:6], "Client", "Client "]), encoding="utf-8")
    assert "{customer_id: …, country: null}" in prepared(invoices="a.csv")["error"]


def test_a_single_header(prepared: Prepare) -> None:
    Path("a.csv").write_text("Remarks\n", encoding="utf-8")
    assert '; the only header is "Remarks"; set' in prepared(invoices="a.csv")["error"]


@pytest.mark.parametrize("ending", ["csv", "csv.gz", "parquet", "xlsx", "table"])
def test_the_content_is_looked_at_in_every_format(
    ending: str, prepared: Prepare, connection: duckdb.DuckDBPyConnection
) -> None:
    headers = list("abcdefgh")
    text = csv_text(headers)
    Path("a.csv").write_text(text, encoding="utf-8")
    Path("a.csv.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    connection.read_csv("a.csv").write_parquet("a.parquet")
    connection.execute("create table lines as from read_csv('a.csv')")
    with xlsxwriter.Workbook("a.xlsx") as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([headers, *ROWS]):
            sheet.write_row(row, 0, cells)
    error = prepared(invoices="lines" if ending == "table" else f"a.{ending}")["error"]
    assert error.endswith(
        '; set `invoice_columns: {invoice_number: "a", stock_code: "b", description: "c", quantity: "d", '
        'invoiced_at: "e", unit_price: "f", customer_id: "g", country: "h"}` (check what is guessed).'
    )
    assert not any(cell in error for cells in ROWS for cell in cells)


def test_a_name_wins_over_the_content() -> None:
    rows = [("2.50", "3"), ("1.20", "1")]
    assert guessed(["Qty", "b"], ["quantity", "unit_price"], rows) == {"quantity": "Qty"}
    assert guessed(["a", "b"], ["quantity", "unit_price"], rows) == {"quantity": "b", "unit_price": "a"}


def test_records_are_read_only_where_the_names_leave_something_open() -> None:
    headers = ["Qty", "Order Date", "x"]
    guesses = guess_columns(headers, range(3), ["quantity", "invoiced_at"], {}, no_records)
    assert guesses == {"quantity": 0, "invoiced_at": 1}


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("ORDER_ID", "invoice_number"),
        ("amazon-order-id", "invoice_number"),
        ("Bestellnummer", "invoice_number"),
        ("Variant SKU", "stock_code"),
        ("product_code", "stock_code"),
        ("itemTitle", "description"),
        ("Lineitem quantity", "quantity"),
        ("Quantitiy", "quantity"),
        ("Created at (UTC)", "invoiced_at"),
        ("Datum", "invoiced_at"),
        ("Price each", "unit_price"),
        ("Total", "unit_price"),
        ("Customer E-Mail", "customer_id"),
        ("user_id", "customer_id"),
        ("Shipping Country Code", "country"),
        ("Region", "country"),
    ],
)
def test_names(header: str, column: str) -> None:
    headers = ["Status", header, "Notes"]
    wanted = ["invoice_number", "stock_code", "description", "quantity", "invoiced_at", "unit_price"]
    guesses = guess_columns(headers, range(3), [*wanted, "customer_id", "country"], {}, list)
    assert guesses == {column: 1}


def test_a_word_stands_for_one_column() -> None:
    for kind in (INVOICES, CUSTOMER_RECORDS):
        words = [{simplified(word) for word in HEADER_WORDS[column]} for column in kind.headers]
        assert len(set.union(*words)) == sum(map(len, words))


@pytest.mark.parametrize(
    ("texts", "column"),
    [
        (["2010-12-01", "2010-12-01", "2010-12-05"], "invoiced_at"),
        (["01-Apr-12", "", "02-Apr-12"], "invoiced_at"),
        (["19970101", "19970102", "19970102"], "invoiced_at"),
        (["£2.50", "1,20", "3.00"], "unit_price"),
        (["1", "12", "-3"], "quantity"),
        (["a@example.com", "b@example.com", ""], "customer_id"),
        (["UK", "UK", "FR"], "country"),
        (["10001", "10002", "10003"], None),
        (["", "", "3"], None),
        (["0", "1", "0"], None),
        (["red", "blue", "red"], None),
    ],
)
def test_contents(texts: list[str], column: str | None) -> None:
    guesses = guessed(["a"], list(INVOICES.headers), [(text,) for text in texts])
    assert guesses == ({} if column is None else {column: "a"})


def test_an_invoice_is_known_by_its_date() -> None:
    """Not by numbers alone: the same values with dates of their own are no invoices."""
    rows = [(cells[0], cells[4]) for cells in ROWS]
    assert guessed(["a", "b"], ["invoice_number", "invoiced_at"], rows) == {
        "invoice_number": "a",
        "invoiced_at": "b",
    }
    rows = [(cells[1], cells[4]) for cells in ROWS]
    assert guessed(["a", "b"], ["invoice_number", "invoiced_at"], rows) == {"invoiced_at": "b"}
    # The date on the first line of an invoice only.
    rows = [("1", "2010-12-01"), ("1", ""), ("2", "2010-12-01"), ("2", ""), ("2", ""), ("3", "2010-12-02")]
    assert guessed(["a", "b"], ["invoice_number"], rows) == {}
    guesses = guess_columns(["a", "b"], [0], ["invoice_number"], {"invoiced_at": 1}, lambda: rows)
    assert guesses == {"invoice_number": 0}
    rows = [("x", "y")] * 5
    assert guessed(["a", "b"], ["invoice_number", "invoiced_at"], rows) == {}


def test_two_columns_of_decimals_leave_the_price_open() -> None:
    assert guessed(["a", "b"], ["unit_price"], [("1.50", "3.10"), ("2.25", "2.25")]) == {}


@pytest.mark.parametrize(
    "header",
    ["CustomerID,Recency,Frequency,Monetary", "customer_id,gender,Total Spend", "client id,orders count,LTV"],
)
def test_customer_records_are_known_by_their_headers(header: str, prepared: Prepare) -> None:
    Path("a.csv").write_text(f"{header}\n1,2,3,4\n", encoding="utf-8")
    assert prepared(invoices="a.csv")["error"].endswith(
        "; they look like customer records, one row per customer: name such a file with `customer_records` "
        "instead of `invoices`."
    )


def test_customer_records_and_attributes_with_other_headers(prepared: Prepare) -> None:
    Path("a.csv").write_text("Client ID,days since last order,Orders,Spent\n1,2,3,4\n", encoding="utf-8")
    assert prepared(customer_records="a.csv")["error"].endswith(
        'set `customer_records_columns: {customer_id: "Client ID", recency_days: "days since last order", '
        'frequency: "Orders", monetary: …}` (check what is guessed; write a header for …).'
    )
    Path("b.csv").write_text(csv_text(COLUMNS), encoding="utf-8")
    answer = prepared(invoices="b.csv", customer_attributes="a.csv")
    assert answer["error"].endswith('"Spent"; rename "Client ID" to customer_id.')


def test_a_damaged_parquet_file_with_other_headers(
    prepared: Prepare, connection: duckdb.DuckDBPyConnection
) -> None:
    Path("a.csv").write_text(csv_text(list("abcdefgh")), encoding="utf-8")
    connection.execute(
        "copy (from read_csv('a.csv', all_varchar = true)) to 'a.parquet' (compression uncompressed)"
    )
    content = Path("a.parquet").read_bytes()
    Path("a.parquet").write_bytes(content.replace(b"Green mug", b"\xff" * 9))
    assert prepared(invoices="a.parquet")["error"].startswith("a.parquet: the Parquet file is damaged")
