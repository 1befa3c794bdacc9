"""What the build is told about its input: the files to read, or the sentence that stops it."""

import datetime
import gzip
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from invoice_reader import prepare

Prepare = Callable[..., dict[str, Any]]
Rows = Callable[[dict[str, Any]], list[dict[str, Any]]]

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
RECORD = '536365,85123A," HEART, WHITE ",6,12/1/2010 8:26,2.55,17850,United Kingdom'
SECOND = "536366,22633,WARMER,-2,12/13/2010 14:00,1.85,,France"
CSV = f"{HEADER}\n{RECORD}\n{SECOND}\n"
COLUMNS = (
    "invoice_number",
    "stock_code",
    "description",
    "quantity",
    "invoiced_at",
    "unit_price",
    "customer_id",
    "country",
)
TEXTS = [
    ("536365", "85123A", " HEART, WHITE ", "6", "12/1/2010 8:26", "2.55", "17850", "United Kingdom"),
    ("536366", "22633", "WARMER", "-2", "12/13/2010 14:00", "1.85", "", "France"),
]


def texts(records: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    return [tuple(record[column] for column in COLUMNS) for record in records]


def write(path: str, content: str | bytes) -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_bytes(content.encode() if isinstance(content, str) else content)


def write_workbook(path: str, **sheets: list[list[object]]) -> None:
    with xlsxwriter.Workbook(path) as book:
        for name, table in sheets.items():
            sheet = book.add_worksheet(name)
            for row, cells in enumerate(table):
                sheet.write_row(row, 0, cells)


@pytest.mark.parametrize(
    "content",
    [
        CSV.encode(),
        b"\xef\xbb\xbf" + CSV.encode(),
        CSV.encode("utf-16"),
        CSV.replace("\n", "\r\n").encode(),
        CSV.replace("\n", "\r").encode(),
        CSV.rstrip("\n").encode(),
    ],
    ids=["utf-8", "mark", "utf-16", "crlf", "cr", "no last line end"],
)
def test_one_text_in_all_its_forms(content: bytes, prepared: Prepare, rows: Rows) -> None:
    write("a.csv", content)
    answer = prepared(invoices="a.csv")
    assert (answer["error"], answer["notices"]) == (None, [])
    assert answer["date_formats"] == ["%m/%d/%Y %H:%M"]
    records = rows(answer["files"][0])
    assert texts(records) == TEXTS
    assert [record["source_line"] for record in records] == [2, 3]
    assert json.loads(json.dumps(answer)) == answer


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
def test_delimiters_decimal_comma_and_accents(delimiter: str, prepared: Prepare, rows: Rows) -> None:
    lines = [
        HEADER.replace(",", delimiter),
        delimiter.join(["1", "A", "Café £5", "6", "13.12.2010", "2,55", "1", "Österreich"]),
    ]
    write("a.csv", "\n".join(lines).encode("cp1252"))
    answer = prepared(invoices="a.csv")
    entry = answer["files"][0]
    assert (entry["delimiter"], entry["decimal_separator"]) == (delimiter, ",")
    assert (entry["encoding"], answer["date_formats"]) == ("windows-1252", ["%d.%m.%Y"])
    assert texts(rows(entry)) == [("1", "A", "Café £5", "6", "13.12.2010", "2,55", "1", "Österreich")]


def test_utf8_with_a_broken_line_stays_utf8(prepared: Prepare, rows: Rows) -> None:
    good = "1,A,Café,6,2010-12-01,2.55,1,Österreich\n".encode()
    bad = good.replace("é".encode(), b"\xe9")
    write("a.csv", HEADER.encode() + b"\n" + good + bad + good)
    answer = prepared(invoices="a.csv")
    assert answer["files"][0]["encoding"] == "utf-8"
    assert [record["read_error"] for record in rows(answer["files"][0])] == [None, "bad_encoding", None]
    assert answer["notices"] == ["a.csv: 1 of 3 records cannot be read and are rejected."]


def test_lines_of_a_broken_file_add_up(prepared: Prepare, rows: Rows) -> None:
    write("a.csv", f'\n{HEADER}\n\n{SECOND}\n1,2\n \n1,"2,3\n{RECORD.replace(", WHITE", chr(10))}\n\n')
    entry = prepared(invoices="a.csv")["files"][0]
    records = rows(entry)
    assert [(record["source_line"], record["read_error"]) for record in records] == [
        (4, None),
        (5, "wrong_column_count"),
        (7, "broken_quote"),
        (8, None),
    ]
    assert (entry["n_records"], entry["n_unreadable"]) == (4, 2)
    # One record takes two lines.
    assert entry["n_lines"] == entry["n_header_lines"] + entry["n_blank_lines"] + entry["n_records"] + 1 == 10


def test_compressed_csv(prepared: Prepare, rows: Rows) -> None:
    write("a.CSV.GZ", gzip.compress(CSV.encode()))
    assert texts(rows(prepared(invoices="a.CSV.GZ")["files"][0])) == TEXTS


# A folder of the one name would add a column to the file, one of the other would be read as a pattern.
@pytest.mark.parametrize("name", ["country=Atlantis", "shop [1]"])
def test_parquet_is_read_as_it_is(
    name: str, prepared: Prepare, rows: Rows, connection: duckdb.DuckDBPyConnection
) -> None:
    write("a.csv", CSV)
    Path(name).mkdir()
    write("shop 1/a.parquet", "what the pattern would find")
    connection.sql("select * exclude (Country) from read_csv('a.csv', all_varchar = true)").write_parquet(
        "a.parquet"
    )
    Path("a.parquet").rename(f"{name}/a.parquet")
    assert "no column for country" in prepared(invoices=f"{name}/a.parquet")["error"]
    answer = prepared(invoices=f"{name}/a.parquet", invoice_columns={"country": None})
    assert answer["error"] is None
    entry = answer["files"][0]
    assert (entry["format"], entry["is_converted"], entry["n_records"]) == ("parquet", False, 2)
    assert answer["date_formats"] == ["%m/%d/%Y %H:%M"]
    assert [record[:6] for record in texts(rows(entry))] == [record[:6] for record in TEXTS]


def test_a_table_whose_name_and_columns_need_quotes(
    prepared: Prepare, rows: Rows, connection: duckdb.DuckDBPyConnection
) -> None:
    connection.execute('create schema "my shop"')
    connection.execute(
        """create table "my shop"."order" as select 1 as "Invoice", 'A' as "StockCode", 'a' as "Description",
        6 as "Quantity", timestamp '2010-12-01' as "InvoiceDate", 2.5::decimal(9, 2) as "Price",
        17850.0::double as "Customer ID", 'UK' as "Land; drop" """
    )
    answer = prepared(invoices="My Shop.order", invoice_columns={"country": "Land; drop"})
    assert answer["error"] is None
    entry = answer["files"][0]
    assert (entry["path"], entry["checksum"], answer["input_checksum"]) == (
        '"memory"."my shop"."order"',
        None,
        None,
    )
    assert entry["columns"]["country"] == "Land; drop"
    assert rows(entry)[0]["customer_id"] == 17850.0


def test_a_workbook_with_two_sheets_and_an_empty_one(prepared: Prepare, rows: Rows) -> None:
    header: list[object] = [
        "Invoice",
        "StockCode",
        "Description",
        "Quantity",
        "InvoiceDate",
        "Price",
        "Customer ID",
        "Country",
    ]
    with xlsxwriter.Workbook("a.xlsx", {"default_date_format": "d/m/yy h:mm"}) as book:
        first = book.add_worksheet("Year 2009")
        first.write_row(2, 1, header)
        first.write_row(
            3, 1, [489434, 85048, " LIGHTS ", 12, 40148.32291666666, 6.95, 13085, "United Kingdom"]
        )
        first.write_datetime(3, 5, datetime.datetime(2009, 12, 1, 7, 45))  # noqa: DTZ001
        first.write_row(5, 1, ["C489435", "79323P", "", -1, "2009-12-01", 0.1, "", "France"])
        book.add_worksheet("Notes")
        second = book.add_worksheet("Year 2010")
        second.write_row(0, 0, header)
        second.write_row(1, 0, [1, 2, 3, 4, "2010-01-01", 5, 6, 7])
    answer = prepared(invoices="a.xlsx")
    assert answer["error"] is None
    assert [entry["source_file"] for entry in answer["files"]] == ["a.xlsx[Year 2009]", "a.xlsx[Year 2010]"]
    assert answer["notices"] == [
        "Empty sheets, skipped: a.xlsx[Notes].",
        "Invoice numbers such as C489435 (1 of 3 lines, 1 of them with a negative quantity) are "
        "cancellations.",
    ]
    records = rows(answer["files"][0])
    assert [record["source_line"] for record in records] == [4, 6]
    assert texts(records) == [
        ("489434", "85048", " LIGHTS ", "12", "2009-12-01 07:45:00", "6.95", "13085", "United Kingdom"),
        ("C489435", "79323P", "", "-1", "2009-12-01", "0.1", "", "France"),
    ]
    entry = answer["files"][0]
    assert entry["n_lines"] == entry["n_header_lines"] + entry["n_blank_lines"] + entry["n_records"] == 6
    assert [entry["repeated_of"] for entry in answer["files"]] == [None, None]


def test_a_folder_with_files_of_all_kinds(prepared: Prepare, connection: duckdb.DuckDBPyConnection) -> None:
    write("data/b/two.csv", CSV)
    write("data/a.csv.gz", gzip.compress(CSV.encode()))
    write("data/b/again.csv", CSV)
    write("data/.hidden/c.csv", "nothing")
    write("data/b/~$two.xlsx", "lock")
    write("data/notes.txt", "ignored")
    write_workbook("data/c.xlsx", Sheet=[list(HEADER.split(",")), [1, 2, 3, 4, "12/14/2010", 5, 6, 7]])
    connection.read_csv("data/b/two.csv", all_varchar=True).write_parquet("data/d.parquet")
    answer = prepared(invoices="data")
    assert answer["error"] is None
    assert [(entry["source_file"], entry["repeated_of"]) for entry in answer["files"]] == [
        ("data/a.csv.gz", None),
        ("data/b/again.csv", None),
        ("data/b/two.csv", "data/b/again.csv"),
        ("data/c.xlsx", None),
        ("data/d.parquet", None),
    ]
    assert len({entry["path"] for entry in answer["files"]}) == 5
    assert answer["notices"] == [
        "Ignored as no input: data/notes.txt.",
        "data/b/two.csv has the same content as data/b/again.csv: it counts once.",
    ]
    by_glob = prepared(invoices="data/**/*.*")
    assert by_glob["files"] == answer["files"]
    assert by_glob["input_checksum"] == answer["input_checksum"]


def test_the_working_directory_as_input_leaves_out_converted_records(prepared: Prepare) -> None:
    write("a.csv", CSV)
    first = prepared(invoices=".")
    assert [entry["source_file"] for entry in first["files"]] == ["a.csv"]
    assert prepared(invoices=".") == first
    assert prepared(invoices="**/*.parquet")["error"].startswith("`invoices`: **/*.parquet holds no file")


def test_converted_records_are_reused_until_something_changes(prepared: Prepare) -> None:
    write("a.csv", CSV)
    first = prepared(invoices="a.csv")
    path = Path(first["files"][0]["path"])
    written = path.stat().st_mtime_ns
    assert prepared(invoices="a.csv") == first
    assert path.stat().st_mtime_ns == written
    assert prepared(invoices="a.csv", invoice_columns={"country": None})["files"][0]["path"] != str(path)
    path.unlink()
    assert prepared(invoices="a.csv") == first
    assert path.exists()
    write("a.csv", CSV + SECOND)
    assert prepared(invoices="a.csv")["files"][0]["n_records"] == 3
    leftovers = [file.name for file in path.parent.iterdir() if file.name.startswith(".")]
    assert leftovers == []


def test_an_error_leaves_no_half_written_file(prepared: Prepare) -> None:
    write("a.csv.gz", gzip.compress((CSV + SECOND * 50_000).encode(), compresslevel=0)[:-9])
    assert "cut short" in prepared(invoices="a.csv.gz")["error"]
    assert list(Path("target/invoice_records").iterdir()) == []


def test_mapped_columns(prepared: Prepare, rows: Rows) -> None:
    write(
        "a.csv",
        CSV.replace("CustomerID", "Kunde").replace("Country", "Weight").replace("Description", "Text"),
    )
    answer = prepared(
        invoices="a.csv", invoice_columns={"customer_id": "kunde", "Country": None, "description": "Text"}
    )
    assert answer["error"] is None
    assert answer["notices"] == ['Columns that are not used, in a.csv: "Weight".']
    assert [record["customer_id"] for record in rows(answer["files"][0])] == ["17850", ""]
    assert answer["files"][0]["columns"]["country"] is None


GOOD_ISO = f"{HEADER}\n1,A,a,1,2010-12-01,2.5,7,UK\n"


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("a.csv", b"", ["a.csv", "empty"]),
        ("a.csv", f"{HEADER}\n", ["a.csv", "no record"]),
        ("a.csv", f"{HEADER}\n1,2\n", ["a.csv", "none of the 1 records"]),
        (
            "a.csv",
            CSV.replace("CustomerID", "Custumer"),
            ["a.csv", "customer_id", '"Custumer" comes close', "invoice_columns"],
        ),
        (
            "a.csv",
            CSV.replace("Country", "Invoice"),
            ["a.csv", '"InvoiceNo" and "Invoice"', "invoice_number"],
        ),
        ("a.csv", f"{RECORD}\n{SECOND}\n", ["a.csv", "looks like a record"]),
        ("a.csv", b"PK\x03\x04rest", ["a.csv", "ZIP or XLSX"]),
        ("a.csv", b"PAR1rest", ["a.csv", "Parquet"]),
        ("a.csv", gzip.compress(b"a,b", mtime=0), ["a.csv", "gzip"]),
        ("a.csv", b"\n<!DOCTYPE html><html>", ["a.csv", "HTML"]),
        ("a.csv", b"\x00\x01\x02,\x03\n" * 9, ["a.csv", "binary"]),
        ("a.csv", CSV.encode("utf-16")[:-1], ["a.csv", "UTF-16"]),
        ("a.csv.gz", CSV.encode(), ["a.csv.gz", "gzip"]),
        ("a.csv.gz", gzip.compress(CSV.encode(), mtime=0)[:-12], ["a.csv.gz", "cut short"]),
        ("a.csv.gz", b"", ["a.csv.gz", "empty"]),
        ("a.parquet", b"", ["a.parquet", "empty"]),
        ("a.parquet", CSV, ["a.parquet", "Parquet"]),
        ("a.parquet", b"PAR1 and no end", ["a.parquet", "cut short"]),
        ("a.parquet", b"PAR1 and nonsense PAR1", ["a.parquet", "cannot be read"]),
        ("a.xlsx", b"", ["a.xlsx", "empty"]),
        ("a.xlsx", b"<html>", ["a.xlsx", "HTML"]),
        ("a.xlsx", CSV, ["a.xlsx", "XLSX"]),
        ("a.xls", b"\xd0\xcf\x11\xe0", ["a.xls", "save the workbook as .xlsx"]),
        ("a.json", b"{}", ["a.json", ".parquet"]),
        (
            "a.csv",
            GOOD_ISO.replace("2010-12-01", "01/02/2010"),
            ["a.csv", "01/02/2010", "invoice_date_format"],
        ),
        ("a.csv", GOOD_ISO.replace("2010-12-01", "soon"), ["a.csv", "soon", "invoice_date_format"]),
        ("a.csv", f"{CSV}1,A,a,1,13/1/2010,2.5,7,UK\n", ["13/1/2010", "12/13/2010", "invoice_date_format"]),
    ],
)
def test_an_unusable_file_gives_one_sentence(
    name: str, content: str | bytes, expected: list[str], prepared: Prepare
) -> None:
    write(name, content)
    answer = prepared(invoices=name)
    assert answer["error"] is not None
    for part in expected:
        assert part in answer["error"]
    assert "\n" not in answer["error"]
    assert answer["error"].endswith(".")
    assert "HEART" not in answer["error"]
    assert answer["files"] == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("missing/a.csv", "no file or folder missing/a.csv"),
        ("a.xlsx", "no file or folder a.xlsx"),
        ("*.csv", "*.csv holds no file"),
        ("empty", "empty holds no file"),
        ("other", "only files of other kinds, such as other/readme.txt"),
        ("main.nothing", "neither a file nor a table main.nothing"),
        ("x; drop table y", "no file or folder"),
    ],
)
def test_nothing_to_read(value: str, expected: str, prepared: Prepare) -> None:
    Path("empty").mkdir()
    write("other/readme.txt", "text")
    assert expected in prepared(invoices=value)["error"]


def test_files_with_different_columns(prepared: Prepare) -> None:
    write("data/a.csv", CSV)
    write("data/b.csv", CSV.replace("Quantity", "Pieces"))
    error = prepared(invoices="data")["error"]
    assert error.startswith(
        "The files have different columns: data/a.csv can be read, but not data/b.csv: no column for quantity"
    )


def test_a_sheet_without_the_columns_is_named(prepared: Prepare) -> None:
    write_workbook("a.xlsx", Good=[list(HEADER.split(","))], Notes=[["Remarks"], ["text"]])
    assert prepared(invoices="a.xlsx")["error"].startswith("a.xlsx[Notes]: no column for invoice_number")


def test_a_file_without_records_among_others_is_a_notice(prepared: Prepare) -> None:
    write("data/a.csv", GOOD_ISO)
    write("data/b.csv", f"{HEADER}\n")
    answer = prepared(invoices="data")
    assert (answer["error"], answer["notices"]) == (None, ["A header but no record: data/b.csv."])
    assert [entry["n_records"] for entry in answer["files"]] == [1, 0]


def test_a_parquet_column_of_another_type(prepared: Prepare) -> None:
    table = pa.table(
        {name: pa.array([["x"]] if name == "Description" else ["1"]) for name in HEADER.split(",")}
    )
    pq.write_table(table, "a.parquet")
    assert (
        'the column "Description" for description has the type VARCHAR[]'
        in prepared(invoices="a.parquet")["error"]
    )


def test_a_folder_that_cannot_be_listed(prepared: Prepare, monkeypatch: pytest.MonkeyPatch) -> None:
    write("data/a.csv", CSV)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied", "data/a.csv")

    monkeypatch.setattr("hashlib.file_digest", refuse)
    assert prepared(invoices="data")["error"].startswith("data/a.csv: Permission denied: check")


def test_mixed_decimal_separators_are_said(prepared: Prepare) -> None:
    prices = ["2,55", "3,10", "1.85", "1,250"]
    write("a.csv", HEADER + "".join(f'\n1,A,a,1,2010-12-01,"{price}",7,UK' for price in prices))
    answer = prepared(invoices="a.csv")
    assert answer["files"][0]["decimal_separator"] == ","
    assert (
        "2 unit prices have a decimal comma and 1 a decimal point; the comma counts" in answer["notices"][0]
    )


def test_the_date_format_can_be_given(prepared: Prepare) -> None:
    write("a.csv", GOOD_ISO.replace("2010-12-01", "01/02/2010"))
    assert prepared(invoices="a.csv", invoice_date_format="%d/%m/%Y")["date_formats"] == ["%d/%m/%Y"]
    assert "is '%H:%M'" in prepared(invoices="a.csv", invoice_date_format="%H:%M")["error"]
    assert "written like '01/02/2010'" in prepared(invoices="a.csv", invoice_date_format="%d.%m.%Y")["error"]
    write("b.csv", GOOD_ISO)
    assert prepared(invoices="b.csv", invoice_date_format="%d/%m/%Y")["error"] is None
    assert "correct the format" in prepared(invoices="b.csv", invoice_date_format="%Y.%m.%d")["error"]


def test_customer_records_win(prepared: Prepare, rows: Rows) -> None:
    write("rfm.csv", "id,Recency,frequency,Total Spend,column_1,read_error\n17850,3,2,10.5,7,y\n1,2\n")
    answer = prepared(customer_records="rfm.csv", invoices="missing.csv")
    assert answer["error"] is None
    assert answer["files"] == []
    assert answer["notices"] == [
        "rfm.csv: 1 of 2 records cannot be read and are rejected.",
        "`customer_records` is given, so `invoices` is not read, and the tables of lines, countries and "
        "products are empty.",
    ]
    entry = answer["customer_records"]
    assert entry["other_columns"] == {"column_1": "column_5", "read_error": "column_6"}
    assert [entry["columns"][name] for name in ("customer_id", "recency_days", "frequency", "monetary")] == [
        "column_1",
        "column_2",
        "column_3",
        "column_4",
    ]
    mapped = prepared(
        customer_records="rfm.csv",
        customer_records_columns={"monetary": "frequency", "frequency": "column_1"},
    )
    assert mapped["customer_records"]["columns"]["monetary"] == "column_3"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("id,recency,frequency\n1,2,3\n", "no column for monetary"),
        ("id,customer_id,recency,frequency,monetary\n1,1,2,3,4\n", "could both be customer_id"),
        ("id,recency,frequency,monetary,Town,town\n1,2,3,4,a,b\n", '"town" appears twice'),
        ("id,recency,frequency,monetary\n", "no record below the header"),
        ("id,recency,frequency,monetary\n1,2,,4\n2,3, none ,5\n", "no record has a number for frequency"),
    ],
)
def test_unusable_customer_records(content: str, expected: str, prepared: Prepare) -> None:
    write("rfm.csv", content)
    assert expected in prepared(customer_records="rfm.csv")["error"]


def test_a_table_of_customer_records(prepared: Prepare, connection: duckdb.DuckDBPyConnection) -> None:
    """Only invoices and attributes may be tables."""
    connection.execute(
        "create table records as select '1' as id, 2 as recency, 3 as frequency, 4 as monetary"
    )
    assert "main.records is a table" in prepared(customer_records="main.records")["error"]


def test_customer_attributes_beside_invoices(
    prepared: Prepare, rows: Rows, connection: duckdb.DuckDBPyConnection
) -> None:
    write("a.csv", GOOD_ISO)
    connection.execute("create table attributes as select '7' as customer_id, 3 as visits")
    answer = prepared(invoices="a.csv", customer_attributes="attributes")
    assert answer["error"] is None
    assert rows(answer["customer_attributes"]) == [{"customer_id": "7", "visits": 3}]
    write("attributes.csv", "CustomerID,visits\n7,3\n")
    answer = prepared(invoices="a.csv", customer_attributes="attributes.csv")
    assert answer["customer_attributes"]["other_columns"] == {"visits": "column_2"}
    assert (
        "one of .csv.gz, .csv, .parquet" in prepared(invoices="a.csv", customer_attributes=__file__)["error"]
    )


def test_nothing_is_read_where_something_else_stops_the_build(
    variables: dict[str, Any], connection: duckdb.DuckDBPyConnection, folder: Path
) -> None:
    request = {"variables": variables, "records_folder": "records", "problem": "A var\nis wrong."}
    assert prepare(request, connection)["error"] == "A var?is wrong."
    assert list(folder.iterdir()) == []


def test_a_parquet_file_with_damaged_values(prepared: Prepare) -> None:
    """Its header and end are whole, so only reading the values shows it."""
    columns = [pa.array(column) for column in zip(*TEXTS, strict=True)]
    pq.write_table(pa.table(columns, names=HEADER.split(",")), "a.parquet", compression="none")
    write("a.parquet", Path("a.parquet").read_bytes().replace(b"WARMER", b"\xff" * 6))
    error = prepared(invoices="a.parquet")["error"]
    assert "a.parquet: the Parquet file is damaged" in error
    assert "\n" not in error and "WARM" not in error
