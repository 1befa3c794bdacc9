"""The headers of the input, checked in a second or two: what a build can be refused for before dbt starts.

The checks are the build's own, with its sentences. What would take longer is left to the build: tables of the
warehouse, large workbooks (a sheet is read whole or not at all), and files that come after the time is over.
"""

import codecs
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb

from invoice_reader.column_guesses import MAX_RECORDS, FirstRecords
from invoice_reader.columns import (
    CUSTOMER_ATTRIBUTES,
    CUSTOMER_RECORDS,
    INVOICES,
    ColumnProblem,
    InputKind,
    check_mapping,
    different_columns,
    match_columns,
)
from invoice_reader.csv_records import first_records, read_header
from invoice_reader.csv_source import detect_encoding, raw_chunks, utf8_blocks
from invoice_reader.discovery import FORMATS, SourceFile, find_input, is_table
from invoice_reader.problems import InputProblem, printable, unreadable_path
from invoice_reader.relations import check_parquet, read_relation
from invoice_reader.workbook_records import first_rows, open_workbook
from sql_text import parquet_relation

SECONDS = 2.0
# A workbook of this size is read in about a second.
MAX_WORKBOOK_BYTES = 4 * 2**20
# Of larger CSV files only the first block is looked at for the encoding.
MAX_ENCODING_BYTES = 2**27
UTF_16_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True)
class FileHeader:
    """The header of a file or sheet.

    name: the file, and [sheet] where there are several. encoding, delimiter: None where there is none, or
    where it takes the whole of a large file to tell the encoding. first_records: reads some, to guess from.
    """

    name: str
    format: str
    headers: tuple[str, ...]
    encoding: str | None
    delimiter: str | None
    first_records: FirstRecords


def input_kinds(variables: Mapping[str, Any]) -> list[InputKind]:
    """The kinds of input that the vars name, in the order in which a build reads them."""
    kinds = [kind for kind in (CUSTOMER_RECORDS, CUSTOMER_ATTRIBUTES) if variables[kind.variable] is not None]
    return kinds if CUSTOMER_RECORDS in kinds else [*kinds, INVOICES]


def check_headers(variables: Mapping[str, Any], records_folder: Path) -> str | None:
    """The sentence about the first input that is not there, or whose header does not do; else None.

    variables: every var, checked. records_folder: where converted records lie, which is never an input.
    """
    end = time.monotonic() + SECONDS
    try:
        for kind in input_kinds(variables):
            if not is_table(variables[kind.variable]):
                check_kind(kind, variables, records_folder, end)
    except InputProblem as problem:
        return printable(str(problem))
    except OSError as error:
        return printable(unreadable_path(error))
    return None


def check_kind(kind: InputKind, variables: Mapping[str, Any], records_folder: Path, end: float) -> None:
    """Check the files of one kind of input until the time is over; raises InputProblem, OSError.

    end: when the time is over, in seconds of the monotonic clock.
    """
    mapping = check_mapping(kind, variables[kind.mapping_variable] if kind.mapping_variable else {})
    value = variables[kind.variable]
    with duckdb.connect() as connection:
        found = find_input(kind.variable, value, FORMATS[kind.variable], connection, records_folder)
        first_matching: str | None = None
        for source in found.files:
            if time.monotonic() > end:
                return
            is_workbook = source.format == "xlsx"
            if is_workbook and (len(found.files) > 1 or source.path.stat().st_size > MAX_WORKBOOK_BYTES):
                # Among other files a build reads the workbooks' headers last.
                continue
            try:
                check_file(source, kind, mapping, connection)
            except ColumnProblem as problem:
                if first_matching is None:
                    raise
                raise different_columns(first_matching, problem) from problem
            first_matching = first_matching or source.name


def check_file(
    source: SourceFile, kind: InputKind, mapping: dict[str, str | None], connection: duckdb.DuckDBPyConnection
) -> None:
    """Check the header of one file; raises InputProblem, OSError."""
    if source.format == "parquet":
        check_parquet(source.path, source.name)
        with tempfile.TemporaryDirectory() as folder:
            # Under a plain name: DuckDB would take some names for globs.
            link = Path(folder) / "input.parquet"
            link.symlink_to(source.path.resolve())
            read_relation(connection, parquet_relation(str(link)), kind, mapping, source.name)
        return
    for header in file_headers(source):
        if header.encoding is not None or all(map(str.isascii, header.headers)):
            match_columns(header.headers, kind, mapping, header.name, header.first_records)


def file_headers(source: SourceFile) -> list[FileHeader]:
    """The header of a CSV file, or of each sheet of a workbook; raises InputProblem, OSError."""
    if source.format == "xlsx":
        return [
            FileHeader(
                source.name if sheet.name is None else f"{source.name}[{sheet.name}]",
                source.format,
                sheet.headers,
                None,
                None,
                partial(first_rows, sheet, MAX_RECORDS),
            )
            for sheet in open_workbook(source.path, source.name).sheets
        ]
    is_gzipped = source.format == "csv.gz"
    encoding = header_encoding(source, is_gzipped)
    first_block = next(utf8_blocks(source.path, is_gzipped, encoding or "utf-8", source.name), b"")
    header = read_header(first_block, source.name)

    def records() -> list[tuple[str, ...]]:
        return first_records(first_block, header, MAX_RECORDS)

    return [FileHeader(source.name, source.format, header.cells, encoding, header.delimiter, records)]


def header_encoding(source: SourceFile, is_gzipped: bool) -> str | None:
    """The encoding of a CSV file; None where the file is too large to be read for it.

    Raises InputProblem for an empty file and for content that is not CSV.
    """
    if source.path.stat().st_size <= MAX_ENCODING_BYTES // (8 if is_gzipped else 1):
        return detect_encoding(source.path, is_gzipped, source.name)
    first = next(raw_chunks(source.path, is_gzipped, source.name), b"")
    return "utf-16" if first.startswith(UTF_16_MARKS) else None
