"""Input as nobody would want it, made by hypothesis, and what has to hold whatever the bytes are.

Each of CHECKS takes one case: the reader either says in one sentence why the input cannot be used, or every
record of it is staged, kept or rejected, and the money ties out.
"""

import gzip
import io
import re
import tempfile
import traceback
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from campaigns.shops import HEADERS, RECORD_HEADERS, line, write_csv
from campaigns.sql_models import BuildStopped, SqlModels, build_in_memory, project_files
from segmentation.imputation import FeatureWithoutValuesError

ATTRIBUTE_HEADERS = ("customer_id", "age", "town")
LINE_BREAK = re.compile(rb"\r\n|\n|\r")

EDGE_NUMBERS = (
    *(
        "",
        "0",
        "-0",
        "-0.0",
        "+5",
        " 7 ",
        "two",
        "1e3",
        "1e-5",
        "1e308",
        "-1e308",
        "1e400",
        "NaN",
        "nan",
        "-nan",
    ),
    *("Infinity", "-Infinity", "inf", "9223372036854775807", "9223372036854775808", "1234567890123456789"),
    *(
        "1,000",
        "1.000",
        "1,00,0",
        "1.234,56",
        "1,234.56",
        "1_000",
        "0x10",
        "1.5",
        "0.00005",
        "2,55",
        "9999999",
    ),
    *(
        "10000000",
        "999999999.9999",
        "1000000000",
        "-5",
        "£2.50",
        "½",
        "\uff11\uff12",
        "\u0663",
        "true",
        "null",
        "1 000",
        "--1",
    ),
    *("'1", "=1+1", "1;", "1e", ".", "-", "1.", ".5", "0" * 40, "9" * 40),
)
EDGE_DATES = (
    *("", "2024-02-29 10:00", "2023-02-29 10:00", "2000-02-29", "1900-02-29", "2024-02-30", "2024-13-01"),
    # Hours that a clock skips or has twice, and times with a zone.
    *("2024-03-31 01:30:00", "2024-03-10 02:30:00", "2024-10-27 01:30:00", "2024-01-05T10:00:00Z"),
    *("2024-01-05 10:00:00+02", "2024-01-05 10:00:00-11:30", "2024-01-05 10:00:00 Europe/London"),
    *("2024-01-05 24:00:00", "2024-01-05 23:59:60", "2024-01-05 10:00:00.123456789", "2024-1-5 1:2"),
    *(
        "0000-01-01",
        "0001-01-01",
        "1899-12-31",
        "1900-01-01",
        "2099-12-31 23:59:59",
        "2100-01-01",
        "9999-12-31",
    ),
    *("290309-12-22 (BC) 00:00:00", "infinity", "-infinity", "epoch", "now", "today", "yesterday", "45000.5"),
    *("20240105", "24-01-05", "12/1/2010 8:26", "13/1/2010 8:26", "1/13/2010 8:26", "1/2/10", "01.02.2024"),
    *("99/99/9999 99:99", "2024/01/05", "1704448800", "\u0662\u0660\u0662\u0664-01-05"),
)
GOOD_QUANTITIES = ("1", "2", "6", "12", "-1", "-2", "-12")
GOOD_PRICES = ("2.50", "0.85", "10", "1.255", "0", "-3.00")
GOOD_DATES = ("2024-01-05 10:00:00", "2024-02-06 11:30:00", "2024-02-06", "2023-12-31 23:59:59")
IDS = ("17850", "17850.0", "18000", "18000.00", "", " 9 ", "0017", ".0", "ACME.0", "ä", "-0", "12346")
NUMBERS = ("536365", "536366", "C536367", "c536368", "A1", "", " ", "536365 ")
CODES = ("85123A", "85123a", "POST", "m", "22633", "", "gift_0001_20", " D ")

any_text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


def mostly(good: tuple[str, ...], edge: tuple[str, ...]) -> st.SearchStrategy[str]:
    """A usable value, one at the edge, or any text."""
    usable = st.sampled_from(good)
    return st.one_of(usable, usable, usable, usable, st.sampled_from(edge), st.sampled_from(edge), any_text)


CELLS: dict[str, st.SearchStrategy[str]] = {
    "InvoiceNo": mostly(NUMBERS, ("",)),
    "StockCode": mostly(CODES, ("",)),
    "Description": any_text,
    "Quantity": mostly(GOOD_QUANTITIES, EDGE_NUMBERS),
    "InvoiceDate": mostly(GOOD_DATES, EDGE_DATES),
    "UnitPrice": mostly(GOOD_PRICES, EDGE_NUMBERS),
    "CustomerID": mostly(IDS, ("",)),
    "Country": mostly(("France", "United Kingdom", ""), ("",)),
    "customer_id": mostly(IDS, ("",)),
    "recency": mostly(("0", "30", "12.5"), EDGE_NUMBERS),
    "frequency": mostly(("1", "2", "40"), EDGE_NUMBERS),
    "monetary": mostly(("10", "250.75", "0.01"), EDGE_NUMBERS),
    "age": mostly(("18", "40.5", "67"), EDGE_NUMBERS),
    "town": mostly(("Paris", "Oslo", "true"), EDGE_DATES),
    "Extra": any_text,
}


@dataclass(frozen=True)
class Case:
    """One input file, by its ending and content, and the vars that go with it."""

    ending: str
    content: bytes
    variables: tuple[tuple[str, object], ...] = ()


def quoted(cell: str, delimiter: str) -> str:
    """The cell as a CSV file has it."""
    if any(character in cell for character in f'{delimiter}"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


@st.composite
def tables(draw: st.DrawFn, headers: tuple[str, ...]) -> tuple[list[str], list[list[str]]]:
    """A header, at times reordered, doubled, cut or with further columns, and rows of cells for it."""
    chosen = list(headers)
    change = draw(st.sampled_from((*["none"] * 8, "reordered", "reordered", "extra", "doubled", "missing")))
    if change == "reordered":
        chosen = draw(st.permutations(chosen))
    elif change == "doubled":
        chosen.append(draw(st.sampled_from(headers)))
    elif change == "missing":
        chosen.remove(draw(st.sampled_from(headers)))
    elif change == "extra":
        chosen.insert(draw(st.integers(0, len(chosen))), "Extra")
    row = st.tuples(*(CELLS[header] for header in chosen)).map(list)
    return chosen, draw(st.lists(row, min_size=draw(st.sampled_from((0, 2, 6))), max_size=12))


@st.composite
def csv_bytes(draw: st.DrawFn, headers: tuple[str, ...]) -> bytes:
    """A CSV file in any encoding, with any delimiter and line end, some lines badly written."""
    header, rows = draw(tables(headers))
    delimiter = draw(st.sampled_from((",", ",", ";", "\t", "|")))
    line_end = draw(st.sampled_from(("\n", "\n", "\r\n", "\r")))
    is_careless = draw(st.booleans())
    encoding = draw(st.sampled_from(("utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16", "latin-1")))
    lines = []
    for row in [header, *rows]:
        cells = row if is_careless and row is not header else [quoted(cell, delimiter) for cell in row]
        lines.append(delimiter.join(cells))
    return (line_end.join(lines) + draw(st.sampled_from((line_end, "")))).encode(encoding, errors="replace")


@st.composite
def damaged(draw: st.DrawFn, contents: st.SearchStrategy[bytes]) -> bytes:
    """The same bytes after a bad copy: cut, with bytes put in, overwritten, taken out or doubled."""
    content = draw(contents)
    for _ in range(draw(st.sampled_from((0, 0, 0, 0, 1, 1, 2, 3)))):
        position = draw(st.integers(0, len(content)))
        length = draw(st.integers(0, 40))
        before, piece, after = (
            content[:position],
            content[position : position + length],
            content[position + length :],
        )
        put_in = draw(
            st.one_of(st.binary(max_size=8), st.sampled_from((b'"', b"\0", b"\n\n", b"\xff", b",,", b"\r")))
        )
        content = draw(
            st.sampled_from(
                (before, before + put_in + piece + after, before + put_in + after, before + piece * 2 + after)
            )
        )
    return content


def parquet_bytes(headers: list[str], rows: list[list[str]]) -> bytes:
    """A Parquet file with columns of text; of columns of the same name the last stays."""
    columns = {header: [row[place] for row in rows] for place, header in enumerate(headers)}
    sink = io.BytesIO()
    pq.write_table(pa.table({name: pa.array(cells, pa.string()) for name, cells in columns.items()}), sink)
    return sink.getvalue()


def workbook_bytes(headers: list[str], rows: list[list[str]]) -> bytes:
    """A workbook of one sheet, cells as text."""
    import xlsxwriter  # type: ignore[import-untyped]

    sink = io.BytesIO()
    with xlsxwriter.Workbook(sink, {"in_memory": True}) as book:
        # Otherwise the time of day is written into it.
        book.set_properties({"created": datetime(2024, 1, 5, tzinfo=UTC)})
        sheet = book.add_worksheet()
        for number, row in enumerate([headers, *rows]):
            for place, cell in enumerate(row):
                sheet.write_string(number, place, cell)
    return sink.getvalue()


@st.composite
def files(draw: st.DrawFn, headers: tuple[str, ...], endings: tuple[str, ...]) -> tuple[str, bytes]:
    """A file under any ending: mostly what the ending says, at times damaged, at times something else."""
    ending = draw(st.sampled_from((*[".csv"] * 6, *endings)))
    kind = draw(st.sampled_from((*[ending] * 20, "binary", *endings)))
    contents: st.SearchStrategy[bytes] = st.binary(max_size=200)
    if kind in (".csv", ".csv.gz"):
        contents = damaged(csv_bytes(headers))
    elif kind == ".parquet":
        contents = damaged(tables(headers).map(lambda table: parquet_bytes(*table)))
    elif kind == ".xlsx":
        contents = damaged(tables(headers).map(lambda table: workbook_bytes(*table)))
    content = draw(contents)
    if kind == ".csv.gz":
        content = draw(
            st.sampled_from((gzip.compress(content, mtime=0), gzip.compress(content, mtime=0)[:-4]))
        )
    return ending, content


@st.composite
def invoice_cases(draw: st.DrawFn) -> Case:
    """An invoice file and vars that change how its lines are read or counted."""
    ending, content = draw(files(HEADERS, (".csv", ".csv.gz", ".parquet", ".xlsx")))
    optional = {
        "invoice_date_format": st.sampled_from(
            ("%d/%m/%Y %H:%M", "%m/%d/%y", "%Y-%m-%d %H:%M:%S", "%d", "%%")
        ),
        "monetary_basis": st.just("gross"),
        "drop_duplicates": st.just(False),
        "as_of_date": st.sampled_from(("2024-02-01", "1999-01-01")),
        "invoice_columns": st.sampled_from(
            ({"country": None}, {"description": "Extra"}, {"quantity": "Quantity"})
        ),
    }
    chosen = draw(st.lists(st.sampled_from(sorted(optional)), max_size=1))
    return Case(ending, content, tuple((name, draw(optional[name])) for name in chosen))


@st.composite
def customer_record_cases(draw: st.DrawFn) -> Case:
    """A file of customer records."""
    return Case(*draw(files(RECORD_HEADERS, (".csv", ".csv.gz", ".parquet"))))


@st.composite
def customer_attribute_cases(draw: st.DrawFn) -> Case:
    """A file of customer attributes."""
    return Case(*draw(files(ATTRIBUTE_HEADERS, (".csv", ".csv.gz", ".parquet"))))


def check_sentence(sentence: str) -> None:
    """The reader's answer is one sentence on one line, for a person."""
    assert "\n" not in sentence and "\r" not in sentence, sentence
    assert sentence[-1] in ".?", sentence
    assert 20 < len(sentence) < 1_000, sentence
    for word in ("Traceback", "Error:", "INTERNAL", "object at 0x"):
        assert word not in sentence, sentence


@cache
def line_tests() -> tuple[str, ...]:
    """The data tests of lines and ledger, and of what becomes of customers."""
    tests = project_files()[1]
    return (
        "assert_gross_less_returned_is_monetary",
        *(name for name, path in tests.items() if path.parent.name == "lines"),
    )


def built(case: Case, variable: str, folder: Path) -> SqlModels | None:
    """The build of a case, or None where the reader stopped it with a sentence."""
    path = folder / f"input{case.ending}"
    path.write_bytes(case.content)
    try:
        return build_in_memory(folder / "target", {variable: str(path), **dict(case.variables)})
    except BuildStopped as stopped:
        check_sentence(str(stopped))
        return None


def check_physical_lines(models: SqlModels, case: Case) -> None:
    """What the reader counted in a CSV file is what is there, by another count."""
    (entry,) = models.plan["files"]
    if entry["format"] != "csv":
        return
    content = gzip.decompress(case.content) if case.ending == ".csv.gz" else case.content
    if entry["encoding"] == "utf-16":
        content = content.decode("utf-16").encode()
    lines = LINE_BREAK.split(content.removeprefix(b"\xef\xbb\xbf"))
    n_lines = len(lines) - (lines[-1] == b"")
    assert entry["n_lines"] == n_lines
    starts = [
        line for (line,) in models.rows("select source_line from stg_invoice_lines order by source_line")
    ]
    assert starts == sorted(set(starts))
    assert not starts or (starts[0] > entry["n_header_lines"] and starts[-1] <= n_lines)
    n_outside = entry["n_header_lines"] + entry["n_blank_lines"]
    assert n_outside + len(starts) <= n_lines
    if b'"' not in content:
        assert n_outside + len(starts) == n_lines


def check_invoices(case: Case) -> bool:
    """Whether the input could be used; every line has its fate and the money ties out."""
    with tempfile.TemporaryDirectory() as name:
        models = built(case, "invoices", Path(name))
        if models is None:
            return False
        with models.connection:
            check_lines(models)
            check_physical_lines(models, case)
        return True


def check_lines(models: SqlModels) -> None:
    """Lines in are lines kept and lines rejected, and so is their value; the project's own tests pass."""
    models.build(
        "stg_invoice_lines",
        "invoice_lines",
        "rejected_invoice_lines",
        "cleaning_ledger",
        "int_customers_scored",
    )
    models.stand_in("customer_rfm", "int_customers_scored")
    n_records = sum(entry["n_records"] for entry in models.plan["files"])
    ((n_staged, n_kept, n_rejected),) = models.rows(
        """
        select
            (select count(*) from stg_invoice_lines),
            (select count(*) from invoice_lines),
            (select count(*) from rejected_invoice_lines)
        """
    )
    assert n_staged == n_records == n_kept + n_rejected
    # By another way than the ledger: every readable line's value, against what was kept and rejected.
    ((staged, kept, rejected),) = models.rows(
        """
        select
            (select coalesce(sum(line_amount), 0) from int_invoice_lines_classified),
            (select coalesce(sum(round(quantity * unit_price, 2)), 0) from invoice_lines),
            (select coalesce(sum(line_amount), 0) from rejected_invoice_lines)
        """
    )
    assert staged == kept + rejected
    for test in line_tests():
        failures = models.failures(test)
        assert not failures, (test, failures)


def check_customer_records(case: Case) -> bool:
    """Whether the input could be used; every record is a customer or rejected, and no amount changes."""
    with tempfile.TemporaryDirectory() as name:
        models = built(case, "customer_records", Path(name))
        if models is None:
            return False
        with models.connection:
            try:
                models.build("int_customers_scored", "rejected_customer_records")
            except FeatureWithoutValuesError as error:
                # No record has a value of one measure, so the build ends with this sentence.
                check_sentence(str(error))
                return False
            ((n_staged, n_customers, n_rejected),) = models.rows(
                """
                select
                    (select count(*) from stg_customer_records),
                    (select count(*) from int_customers_scored),
                    (select count(*) from rejected_customer_records)
                """
            )
            assert n_staged == models.plan["customer_records"]["n_records"] == n_customers + n_rejected
            ((staged, kept),) = models.rows(
                """
                select
                    (select coalesce(sum(monetary), 0) from int_customer_records_classified
                     where rejection_reason is null),
                    (select coalesce(sum(monetary), 0) from int_customers where not monetary_imputed)
                """
            )
            assert staged == kept
        return True


def check_customer_attributes(case: Case) -> bool:
    """Whether the input could be used; every record is kept or rejected, unknown customers included."""
    with tempfile.TemporaryDirectory() as name:
        shop = write_csv(Path(name) / "shop.csv", HEADERS, [line("1", 2, 0), line("2", customer="17850")])
        case = replace(case, variables=(("invoices", str(shop)),))
        models = built(case, "customer_attributes", Path(name))
        if models is None:
            return False
        with models.connection:
            models.build("int_attributes", "rejected_customer_attributes")
            ((n_staged, n_classified, n_kept, n_rejected),) = models.rows(
                """
                select
                    (select count(*) from stg_customer_attributes),
                    (select count(*) from int_customer_attributes_classified),
                    (select count(*) from int_customer_attributes_classified where rejection_reason is null),
                    (select count(*) from rejected_customer_attributes)
                """
            )
            assert n_staged == models.plan["customer_attributes"]["n_records"]
            assert n_staged == n_classified == n_kept + n_rejected
        return True


Check = Callable[[Case], bool]
CHECKS: dict[str, tuple[Callable[[], st.SearchStrategy[Case]], Check]] = {
    "invoices": (invoice_cases, check_invoices),
    "customer_records": (customer_record_cases, check_customer_records),
    "customer_attributes": (customer_attribute_cases, check_customer_attributes),
}


@dataclass
class TriedInputs:
    """How many inputs were tried, how many of them could be used, and what failed: one sentence per kind."""

    n_cases: int = 0
    n_used: int = 0
    failures: list[str] = field(default_factory=list)


def try_inputs(kind: str, n_cases: int, random_seed: int) -> TriedInputs:
    """Try `n_cases` inputs of one of CHECKS; a failure does not end it, and one of each kind is kept."""
    make, check = CHECKS[kind]
    tried = TriedInputs()
    kept: set[tuple[str, int]] = set()

    @seed(random_seed)
    @settings(
        max_examples=n_cases,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(make())
    def attempt(case: Case) -> None:
        tried.n_cases += 1
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                tried.n_used += check(case)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a failure to report
            place = traceback.extract_tb(error.__traceback__)[-1]
            if (place.filename, place.lineno or 0) not in kept:
                kept.add((place.filename, place.lineno or 0))
                tried.failures.append(f"{type(error).__name__} {error}, in {place.name}, for {case}")

    attempt()
    return tried
