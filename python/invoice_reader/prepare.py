"""From the vars of a build to what its SQL reads, or to the one sentence that stops it.

The vars have been checked before. Order of the checks here: where the input is; every file's header; then the
records, file by file; then what only all files together can say (order of the dates, number of records).
Nothing of the warehouse is changed.
"""

import glob
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from invoice_reader.checksums import Checksums
from invoice_reader.columns import (
    CUSTOMER_ATTRIBUTES,
    CUSTOMER_RECORDS,
    INVOICES,
    ColumnProblem,
    InputKind,
    check_mapping,
    different_columns,
    shown,
)
from invoice_reader.conversion import Conversion, Converter, CsvFile, Part
from invoice_reader.date_order import (
    ISO,
    DateShape,
    check_date_format,
    date_shapes,
    decide_formats,
    reads_any,
    shown_date,
)
from invoice_reader.decimal_separator import PriceSeparators, price_separators
from invoice_reader.discovery import FORMATS, Found, SourceFile, SourceTable, find_input
from invoice_reader.number_patterns import check_patterns, decide_patterns
from invoice_reader.problems import InputProblem, printable, unreadable_path
from invoice_reader.relations import (
    DATE_TYPES,
    MAX_BYTES_READ_TO_CHECK,
    WHOLE_NUMBER_TYPES,
    Relation,
    check_pages,
    check_parquet,
    is_one_of,
    read_relation,
)
from sql_text import parquet_relation, quoted_identifier

# Of customer records: each may be missing here and there, and is estimated from the others.
MEASURES = ("recency_days", "frequency", "monetary")


@dataclass(frozen=True)
class FileEntry:
    """What SQL needs to know about one file, sheet or table.

    source_file: as the user named it, with [sheet] for a sheet of several. path: a Parquet file, or the
    quoted name of a table. columns, other_columns: our name, or header -> column there (None: mapped to
    null). types: our name -> DuckDB type of the column; {} where all are text. repeated_of: the earlier
    source_file of equal content.
    """

    source_file: str
    format: str
    path: str
    is_converted: bool
    columns: dict[str, str | None]
    types: dict[str, str | None]
    other_columns: dict[str, str]
    n_records: int
    n_unreadable: int
    n_lines: int | None
    n_header_lines: int | None
    n_blank_lines: int | None
    bytes: int | None
    checksum: str | None
    repeated_of: str | None
    encoding: str | None
    delimiter: str | None
    decimal_separator: str


@dataclass(frozen=True)
class Reading:
    """An entry with what is needed to judge all files together; file: the name of its file or table."""

    file: str
    entry: FileEntry
    dates: list[DateShape]
    prices: PriceSeparators | None
    ignored_headers: list[str]
    empty_sheets: list[str]


@dataclass(frozen=True)
class OpenedFile:
    """A file whose header was checked: an earlier conversion, a CSV file to convert, or a Parquet file.

    A workbook that was not converted before has none of them.
    """

    source: SourceFile
    checksum: str
    key: str
    conversion: Conversion | None = None
    csv_file: CsvFile | None = None
    relation: Relation | None = None
    relation_path: str = ""


def prepare(request: dict[str, Any], connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Answer the request of a build; both are JSON-able.

    request: variables (name -> value), records_folder (where converted records go), problem (a sentence where
    something else stops the build already), non_product_stock_codes (in upper case). connection: the
    warehouse, in which a var may name a table. Returns error (None or a sentence), notices, files,
    customer_records, customer_attributes (entries or None), date_formats, cancellation_pattern and
    adjustment_pattern (regular expressions or None) and input_checksum (None where a table is read).
    """
    answer: dict[str, Any] = {
        "error": request.get("problem"),
        "notices": [],
        "files": [],
        "customer_records": None,
        "customer_attributes": None,
        "date_formats": [],
        "cancellation_pattern": None,
        "adjustment_pattern": None,
        "input_checksum": None,
    }
    if answer["error"] is None:
        try:
            answer.update(read_inputs(request, connection))
        except InputProblem as problem:
            answer["error"] = str(problem)
        except OSError as error:
            answer["error"] = unreadable_path(error)
    if answer["error"] is not None:
        answer["error"] = printable(answer["error"])
    answer["notices"] = [printable(notice) for notice in answer["notices"]]
    return answer


def read_inputs(request: dict[str, Any], connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Read every input that the vars name; raises InputProblem."""
    variables, folder = request["variables"], Path(request["records_folder"])
    folder.mkdir(parents=True, exist_ok=True)
    notices: list[str] = []
    answer: dict[str, Any] = {"notices": notices}
    readings: list[Reading] = []
    for kind in (CUSTOMER_RECORDS, CUSTOMER_ATTRIBUTES):
        if variables[kind.variable] is not None:
            reading = read_single(kind, variables, folder, connection, notices)
            readings.append(reading)
            answer[kind.variable] = asdict(reading.entry)
    if variables["customer_records"] is not None:
        notices.append(
            "`customer_records` is given, so `invoices` is not read, and the tables of lines, countries and "
            "products are empty."
        )
    else:
        invoices = read_kind(INVOICES, variables, folder, connection, notices)
        readings += invoices
        check_together(invoices, notices)
        answer["files"] = [asdict(reading.entry) for reading in invoices]
        answer["date_formats"] = find_date_formats(variables["invoice_date_format"], invoices, connection)
        check_patterns(variables, connection)
        patterns = decide_patterns(
            variables,
            [(relation_of(reading.entry), reading.entry) for reading in invoices],
            lambda query: connection.execute(query).fetchall()[0],
            request.get("non_product_stock_codes", []),
            notices,
        )
        answer["cancellation_pattern"] = patterns.cancellation
        answer["adjustment_pattern"] = patterns.adjustment
    answer["input_checksum"] = checksum_of_all(readings)
    return answer


def read_single(
    kind: InputKind,
    variables: Mapping[str, Any],
    folder: Path,
    connection: duckdb.DuckDBPyConnection,
    notices: list[str],
) -> Reading:
    """Read an input that is one file or table."""
    readings = read_kind(kind, variables, folder, connection, notices)
    if len(readings) > 1:
        raise InputProblem(
            f"`{kind.variable}`: {variables[kind.variable]} names {len(readings)} files: expected one file."
        )
    entry = readings[0].entry
    if entry.n_records - entry.n_unreadable == 0:
        raise InputProblem(f"{entry.source_file}: no record below the header can be read: export it again.")
    if kind is CUSTOMER_RECORDS:
        check_measures(entry, connection)
    if entry.n_unreadable:
        notices.append(unreadable_notice(entry))
    return readings[0]


def check_measures(entry: FileEntry, connection: duckdb.DuckDBPyConnection) -> None:
    """Raise InputProblem where a measure has no number in any customer record: none can be estimated."""
    for measure in MEASURES:
        text = f"cast({quoted_identifier(str(entry.columns[measure]))} as varchar)"
        query = f"select 1 from {relation_of(entry)} where regexp_matches({text}, '[0-9]') limit 1"
        if connection.execute(query).fetchone() is None:
            raise InputProblem(
                f"{entry.source_file}: no record has a number for {measure}: fill the column, or name the "
                "right one with `customer_records_columns`."
            )


def read_kind(
    kind: InputKind,
    variables: Mapping[str, Any],
    folder: Path,
    connection: duckdb.DuckDBPyConnection,
    notices: list[str],
) -> list[Reading]:
    """Find and read the files, or the table, of one kind of input."""
    given = variables[kind.mapping_variable] if kind.mapping_variable else {}
    mapping = check_mapping(kind, given)
    found = find_input(kind.variable, variables[kind.variable], FORMATS[kind.variable], connection, folder)
    if found.ignored:
        notices.append(f"Ignored as no input: {some(found.ignored)}.")
    if found.table is not None and kind is CUSTOMER_RECORDS:
        raise InputProblem(
            f"`{kind.variable}`: {found.table.name} is a table: expected a CSV or Parquet file; export it."
        )
    if found.table is not None:
        return [read_table(found.table, kind, mapping, connection)]
    with duckdb.connect() as counter:
        return read_files(found, Converter(kind, mapping, folder, counter))


def read_files(found: Found, converter: Converter) -> list[Reading]:
    """Check all files, then read them."""
    readings: list[Reading] = []
    first_of: dict[tuple[str | None, str | None], str] = {}
    for opened in open_files(found.files, converter):
        for sheet, reading in read_file(opened, converter):
            entry = reading.entry
            earlier = first_of.setdefault((entry.checksum, sheet), entry.source_file)
            if earlier != entry.source_file:
                reading = replace(reading, entry=replace(entry, repeated_of=earlier))
            readings.append(reading)
    return readings


def open_files(files: Sequence[SourceFile], converter: Converter) -> list[OpenedFile]:
    """Check the header of every file before the first is read; a workbook's only when it is read itself."""
    opened: list[OpenedFile] = []
    checksums = Checksums(converter.folder)
    first_matching: str | None = None
    for source in files:
        try:
            opened.append(open_file(source, converter, checksums))
        except ColumnProblem as problem:
            if first_matching is None:
                raise
            raise different_columns(first_matching, problem) from problem
        if source.format != "xlsx":
            first_matching = first_matching or source.name
    checksums.keep()
    return opened


def open_file(source: SourceFile, converter: Converter, checksums: Checksums) -> OpenedFile:
    """Hash a file and check its header, unless it was converted before."""
    checksum = checksums.of(source.path)
    key = converter.key(source, checksum)
    if source.format == "parquet":
        check_parquet(source.path, source.name)
        path = readable_path(source, converter.folder, key)
        relation = read_relation(
            converter.connection, parquet_relation(path), converter.kind, converter.mapping, source.name
        )
        if source.path.stat().st_size <= MAX_BYTES_READ_TO_CHECK:
            check_pages(converter.connection, parquet_relation(path), relation, source.name)
        return OpenedFile(source, checksum, key, relation=relation, relation_path=path)
    conversion = converter.earlier(key)
    if conversion is None and source.format != "xlsx":
        return OpenedFile(source, checksum, key, csv_file=converter.open_csv(source))
    return OpenedFile(source, checksum, key, conversion=conversion)


def readable_path(source: SourceFile, folder: Path, key: str) -> str:
    """The path under which DuckDB reads a Parquet file: a plain link where its own has glob characters."""
    if not glob.has_magic(str(source.path)):
        return str(source.path)
    link = folder / f"{key}.parquet"
    if not link.exists():
        link.unlink(missing_ok=True)
        link.symlink_to(source.path.resolve())
    return str(link)


def read_file(opened: OpenedFile, converter: Converter) -> list[tuple[str | None, Reading]]:
    """The readings of a file by sheet (None: it has but one table)."""
    if opened.relation is not None:
        reading = read_parquet(opened, opened.relation, converter)
        return [(None, reading)]
    conversion = opened.conversion
    if conversion is None and opened.csv_file is not None:
        conversion = converter.convert_csv(opened.source, opened.csv_file, opened.key)
    elif conversion is None:
        conversion = converter.convert_workbook(opened.source, opened.key)
    return [(part.sheet, read_part(opened, part, conversion)) for part in conversion.parts]


def read_part(opened: OpenedFile, part: Part, conversion: Conversion) -> Reading:
    """The reading of a converted CSV file or sheet."""
    name = opened.source.name
    entry = FileEntry(
        source_file=name if part.sheet is None else f"{name}[{part.sheet}]",
        format="csv" if opened.source.format == "csv.gz" else opened.source.format,
        path=part.path,
        is_converted=True,
        columns=part.columns,
        types={},
        other_columns=part.other_columns,
        n_records=part.n_records,
        n_unreadable=part.n_unreadable,
        n_lines=part.n_lines,
        n_header_lines=part.n_header_lines,
        n_blank_lines=part.n_blank_lines,
        bytes=opened.source.path.stat().st_size,
        checksum=opened.checksum,
        repeated_of=None,
        encoding=part.encoding,
        delimiter=part.delimiter,
        decimal_separator=part.prices.separator if part.prices else ".",
    )
    empty_sheets = [f"{name}[{sheet}]" for sheet in conversion.empty_sheets]
    return Reading(name, entry, part.dates, part.prices, part.ignored_headers, empty_sheets)


def read_parquet(opened: OpenedFile, relation: Relation, converter: Converter) -> Reading:
    """The reading of a Parquet file that SQL reads as it is."""
    text = parquet_relation(opened.relation_path)
    reading = read_as_it_is(relation, opened.source.name, text, converter.kind, converter.connection)
    entry = replace(
        reading.entry,
        format="parquet",
        path=opened.relation_path,
        bytes=opened.source.path.stat().st_size,
        checksum=opened.checksum,
    )
    return replace(reading, entry=entry)


def read_table(
    table: SourceTable, kind: InputKind, mapping: dict[str, str | None], connection: duckdb.DuckDBPyConnection
) -> Reading:
    """The reading of a table of the warehouse."""
    relation = read_relation(connection, table.relation, kind, mapping, table.name)
    return read_as_it_is(relation, table.name, table.relation, kind, connection)


def read_as_it_is(
    relation: Relation, name: str, text: str, kind: InputKind, connection: duckdb.DuckDBPyConnection
) -> Reading:
    """The reading of a relation, as if it were a table; only text, and whole numbers as dates, need a look.

    name: as the messages call it. text: the relation in SQL.
    """
    dates: list[DateShape] = []
    prices: PriceSeparators | None = None
    invoiced_at, unit_price = relation.columns.get("invoiced_at"), relation.columns.get("unit_price")
    if invoiced_at is not None and not is_one_of(str(relation.type_of("invoiced_at")), DATE_TYPES):
        dates = date_shapes(connection, text, invoiced_at)
    if unit_price is not None and relation.is_text("unit_price"):
        prices = price_separators(connection, text, unit_price)
    entry = FileEntry(
        source_file=name,
        format="table",
        path=text,
        is_converted=False,
        columns=relation.columns,
        types={column: relation.type_of(column) for column in relation.columns},
        other_columns={header: header for header in relation.others} if kind.keeps_others else {},
        n_records=relation.n_records,
        n_unreadable=0,
        n_lines=None,
        n_header_lines=None,
        n_blank_lines=None,
        bytes=None,
        checksum=None,
        repeated_of=None,
        encoding=None,
        delimiter=None,
        decimal_separator=prices.separator if prices else ".",
    )
    return Reading(name, entry, dates, prices, [] if kind.keeps_others else list(relation.others), [])


def check_together(readings: Sequence[Reading], notices: list[str]) -> None:
    """What only all files together can say; raises InputProblem where no record can be read."""
    entries = [reading.entry for reading in readings]
    n_records = sum(entry.n_records for entry in entries)
    names = some([entry.source_file for entry in entries])
    if n_records == 0:
        raise InputProblem(f"{names}: a header but no record: expected at least one; check the export.")
    if n_records == sum(entry.n_unreadable for entry in entries):
        raise InputProblem(
            f"{names}: none of the {n_records} records can be read (wrong number of columns, broken quotes "
            "or bad encoding): compare the records with the header line."
        )
    empty = [entry.source_file for entry in entries if entry.n_records == 0]
    if empty:
        notices.append(f"A header but no record: {some(empty)}.")
    empty_sheets = dict.fromkeys(sheet for reading in readings for sheet in reading.empty_sheets)
    if empty_sheets:
        notices.append(f"Empty sheets, skipped: {some(list(empty_sheets))}.")
    ignored: dict[tuple[str, ...], list[str]] = {}
    for reading in readings:
        if reading.ignored_headers:
            ignored.setdefault(tuple(reading.ignored_headers), []).append(reading.entry.source_file)
    for headers, files in ignored.items():
        notices.append(f"Columns that are not used, in {some(files)}: {', '.join(map(shown, headers))}.")
    for reading in readings:
        if reading.prices is not None and reading.prices.is_mixed:
            word = "comma" if reading.prices.separator == "," else "point"
            notices.append(
                f"{reading.entry.source_file}: {reading.prices.n_commas} unit prices have a decimal comma "
                f"and {reading.prices.n_points} a decimal point; the {word} counts, the others are rejected."
            )
    notices += [unreadable_notice(entry) for entry in entries if entry.n_unreadable]
    notices += [
        f"{entry.source_file} has the same content as {entry.repeated_of}: it counts once."
        for entry in entries
        if entry.repeated_of is not None
    ]


def find_date_formats(
    date_format: str | None, readings: Sequence[Reading], connection: duckdb.DuckDBPyConnection
) -> list[str]:
    """The strptime formats of the input; raises InputProblem where they are open, or the var is wrong."""
    if date_format is None:
        for reading in readings:
            # Whole numbers that are no dates make a wrong column, whatever the other files hold.
            if reading.entry.types.get("invoiced_at") in WHOLE_NUMBER_TYPES:
                decide_formats([(reading.entry.source_file, reading.dates)])
        return decide_formats((reading.entry.source_file, reading.dates) for reading in readings)
    check_date_format(date_format, connection)
    texts = [(reading, shape) for reading in readings for shape in reading.dates]
    is_iso_read = not date_format.startswith("%Y")
    is_read = (is_iso_read and any(shape.shape == ISO for _, shape in texts)) or any(
        reads_any(connection, relation_of(entry), str(entry.columns["invoiced_at"]), date_format)
        for entry in (reading.entry for reading in readings if reading.dates)
    )
    if texts and not is_read:
        reading, shape = texts[0]
        raise InputProblem(
            f"{reading.entry.source_file}: `invoice_date_format` is {date_format!r}, but invoiced_at is "
            f"written like {shown_date(shape.example)}: correct the format."
        )
    return [date_format]


def relation_of(entry: FileEntry) -> str:
    """The entry's records as SQL reads them."""
    return entry.path if entry.format == "table" else parquet_relation(entry.path)


def checksum_of_all(readings: Sequence[Reading]) -> str | None:
    """A hash of the contents of all files, in any order; None where a table is among them."""
    checksums = {reading.file: reading.entry.checksum for reading in readings}
    known = [checksum for checksum in checksums.values() if checksum is not None]
    if len(known) < len(checksums):
        return None
    return hashlib.sha256("\n".join(sorted(known)).encode()).hexdigest()


def unreadable_notice(entry: FileEntry) -> str:
    """How many records of a file cannot be read."""
    counts = f"{entry.n_unreadable} of {entry.n_records} records"
    return f"{entry.source_file}: {counts} cannot be read and are rejected."


def some(names: Sequence[str]) -> str:
    """Names for a message, the first three of them."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
