"""CSV files and workbooks as Parquet with one row per record, kept for the next build.

Columns: source_line (first physical line; the header is line 1; row number in a sheet), the columns of the
input as text exactly as in the file, raw_text and read_error (null for readable records). Further columns of
customer records and attributes are `column_<n>`, by their position, so that no header can clash.

The files are named by a hash of the content, the name, the reader's version and the options, written under
another name and then renamed. The JSON beside them, written last, holds what was counted: where it is there,
nothing is read again. Old ones go with the folder (`dbt clean`).
"""

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from invoice_reader.column_guesses import MAX_RECORDS
from invoice_reader.columns import INVOICES, ColumnMatch, InputKind, match_columns
from invoice_reader.csv_records import (
    CsvLayout,
    Header,
    first_records,
    read_header,
    read_records,
    record_schema,
)
from invoice_reader.csv_source import (
    BLANKS_ADVICE,
    CHECKED_BYTES,
    detect_encoding,
    is_separated_by_blanks,
    utf8_blocks,
)
from invoice_reader.date_order import DateShape, date_shapes
from invoice_reader.decimal_separator import PriceSeparators, price_separators
from invoice_reader.discovery import SourceFile
from invoice_reader.problems import InputProblem
from invoice_reader.workbook_records import first_rows, open_workbook, sheet_records
from sql_text import parquet_relation

# Part of every converted file's name: raise it when the same bytes would be converted to something else, or
# something else would be noted about them.
READER_VERSION = 3


@dataclass(frozen=True)
class Part:
    """One converted table: a CSV file, or one sheet of a workbook.

    sheet: None unless the workbook has several. columns, other_columns: our name, or header, and the
    Parquet column.
    n_lines = n_header_lines + n_blank_lines (before and after) + the physical lines of all n_records.
    """

    sheet: str | None
    path: str
    columns: dict[str, str | None]
    other_columns: dict[str, str]
    ignored_headers: list[str]
    n_records: int
    n_unreadable: int
    n_lines: int
    n_header_lines: int
    n_blank_lines: int
    encoding: str | None
    delimiter: str | None
    dates: list[DateShape]
    prices: PriceSeparators | None


@dataclass(frozen=True)
class Conversion:
    """All parts of a file, and the names of its empty sheets."""

    parts: list[Part]
    empty_sheets: list[str]


@dataclass(frozen=True)
class CsvFile:
    """A CSV file whose text and header are known."""

    encoding: str
    header: Header
    match: ColumnMatch


class RecordFile:
    """A Parquet file that is being written under another name."""

    def __init__(self, path: Path, layout: CsvLayout) -> None:
        """Start the file that `path` will be."""
        self.path = path
        self.n_records = 0
        self.n_unreadable = 0
        self._unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        self._writer = pq.ParquetWriter(self._unfinished, record_schema(layout), compression="zstd")

    def write(self, records: pa.Table) -> None:
        """Append records."""
        self.n_records += records.num_rows
        self.n_unreadable += records.num_rows - records["read_error"].null_count
        self._writer.write_table(records)

    def __enter__(self) -> "RecordFile":
        """Use the file in a with block, at whose end it gets its name."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        """Give the file its name, or remove it after an error."""
        self._writer.close()
        if error is None:
            self._unfinished.replace(self.path)
        else:
            self._unfinished.unlink()


@dataclass(frozen=True)
class Converter:
    """Converts files of one kind of input into `folder`; connection: any, to count in the converted files."""

    kind: InputKind
    mapping: dict[str, str | None]
    folder: Path
    connection: duckdb.DuckDBPyConnection

    def key(self, source: SourceFile, checksum: str) -> str:
        """The name of the file's conversion."""
        mapping = dict(sorted(self.mapping.items()))
        options = [READER_VERSION, checksum, source.name, self.kind.variable, mapping]
        return hashlib.sha256(json.dumps(options).encode()).hexdigest()[:32]

    def earlier(self, key: str) -> Conversion | None:
        """The conversion of an earlier build, if all of it is there."""
        record = self.folder / f"{key}.json"
        if not record.exists():
            return None
        conversion = conversion_from(json.loads(record.read_text(encoding="utf-8")))
        return conversion if all(Path(part.path).exists() for part in conversion.parts) else None

    def open_csv(self, source: SourceFile) -> CsvFile:
        """Check a CSV file as a whole, and its header."""
        is_gzipped = source.format == "csv.gz"
        encoding = detect_encoding(source.path, is_gzipped, source.name)
        first_block = next(utf8_blocks(source.path, is_gzipped, encoding, source.name), b"")
        if is_separated_by_blanks(first_block[:CHECKED_BYTES]):
            raise InputProblem(
                f"{source.name}: the columns are separated by blanks: expected commas, semicolons, tabs or "
                f"bars; {BLANKS_ADVICE}."
            )
        header = read_header(first_block, source.name)
        match = match_columns(
            header.cells,
            self.kind,
            self.mapping,
            source.name,
            lambda: first_records(first_block, header, MAX_RECORDS),
        )
        return CsvFile(encoding, header, match)

    def convert_csv(self, source: SourceFile, opened: CsvFile, key: str) -> Conversion:
        """Write the records of a CSV file."""
        header = opened.header
        layout = self.layout(opened.match, len(header.cells), header.delimiter)
        n_lines, n_blank_lines = header.n_lines, header.n_blank_lines
        blocks = utf8_blocks(source.path, source.format == "csv.gz", opened.encoding, source.name)
        with RecordFile(self.folder / f"{key}.parquet", layout) as file:
            for block in read_records(without_start(blocks, header.n_bytes), layout, header.n_lines + 1):
                file.write(block.records)
                n_lines += block.n_lines
                n_blank_lines += block.n_blank_lines
        part = self.part(file, opened.match)
        part = replace(
            part,
            n_lines=n_lines,
            n_header_lines=header.n_lines - header.n_blank_lines,
            n_blank_lines=n_blank_lines,
            encoding=opened.encoding,
            delimiter=header.delimiter,
        )
        return self.kept(key, Conversion([part], []))

    def convert_workbook(self, source: SourceFile, key: str) -> Conversion:
        """Write the records of every sheet that is not empty."""
        book = open_workbook(source.path, source.name)
        parts: list[Part] = []
        for number, sheet in enumerate(book.sheets, start=1):
            where = source.name if sheet.name is None else f"{source.name}[{sheet.name}]"
            match = match_columns(
                sheet.headers, self.kind, self.mapping, where, partial(first_rows, sheet, MAX_RECORDS)
            )
            layout = self.layout(match, len(sheet.headers), ",")
            with RecordFile(self.folder / f"{key}-{number}.parquet", layout) as file:
                for records in sheet_records(sheet, layout):
                    file.write(records)
            part = replace(self.part(file, match), sheet=sheet.name, n_lines=sheet.n_rows, n_header_lines=1)
            parts.append(replace(part, n_blank_lines=sheet.n_rows - 1 - part.n_records))
        return self.kept(key, Conversion(parts, list(book.empty_sheets)))

    def layout(self, match: ColumnMatch, n_columns: int, delimiter: str) -> CsvLayout:
        """Which columns are written, under which names."""
        wanted = {column: position for column, position in match.positions.items() if position is not None}
        if self.kind.keeps_others:
            wanted = {f"column_{position + 1}": position for position in range(n_columns)}
        return CsvLayout(delimiter, n_columns, wanted)

    def part(self, file: RecordFile, match: ColumnMatch) -> Part:
        """What there is to say about a written file; how its text was laid out is left to the caller."""
        keeps_others = self.kind.keeps_others
        columns = {
            column: None if position is None else f"column_{position + 1}" if keeps_others else column
            for column, position in match.positions.items()
        }
        others = {header: f"column_{position + 1}" for header, position in match.others.items()}
        relation = parquet_relation(str(file.path))
        is_invoices = self.kind is INVOICES
        return Part(
            sheet=None,
            path=str(file.path),
            columns=columns,
            other_columns=others if keeps_others else {},
            ignored_headers=[] if keeps_others else list(match.others),
            n_records=file.n_records,
            n_unreadable=file.n_unreadable,
            n_lines=0,
            n_header_lines=0,
            n_blank_lines=0,
            encoding=None,
            delimiter=None,
            dates=date_shapes(self.connection, relation, "invoiced_at") if is_invoices else [],
            prices=price_separators(self.connection, relation, "unit_price") if is_invoices else None,
        )

    def kept(self, key: str, conversion: Conversion) -> Conversion:
        """The same, noted for the next build."""
        record = self.folder / f"{key}.json"
        unfinished = record.with_name(f".{record.name}.{os.getpid()}")
        unfinished.write_text(json.dumps(asdict(conversion)), encoding="utf-8")
        unfinished.replace(record)
        return conversion


def conversion_from(content: dict[str, Any]) -> Conversion:
    """A conversion as it was noted in JSON."""
    parts = [
        Part(
            **{
                **part,
                "dates": [DateShape(**shape) for shape in part["dates"]],
                "prices": PriceSeparators(**part["prices"]) if part["prices"] else None,
            }
        )
        for part in content["parts"]
    ]
    return Conversion(parts, content["empty_sheets"])


def without_start(blocks: Iterator[bytes], n_bytes: int) -> Iterator[bytes]:
    """The blocks without the first bytes, which lie in the first block."""
    yield next(blocks)[n_bytes:]
    yield from blocks
