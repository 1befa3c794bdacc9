"""A first look at the input: what each file is, which of its headers is which column, and its first records.

Nothing is converted and nothing is kept. Where a build would stop, the look goes on with what it has.
"""

import difflib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import duckdb

from invoice_reader.columns import (
    ColumnProblem,
    InputKind,
    known_names,
    match_columns,
    named_position,
    simplified,
)
from invoice_reader.csv_records import CsvLayout, read_header, read_records
from invoice_reader.csv_source import utf8_blocks
from invoice_reader.discovery import SourceFile
from invoice_reader.headers import header_encoding
from invoice_reader.problems import InputProblem
from invoice_reader.relations import check_parquet
from invoice_reader.workbook_records import cell_text, numbered_rows, open_workbook
from sql_text import parquet_relation

N_RECORDS = 5
# Of a CSV file's first block: enough for a few records of any length that occurs.
BYTES_OF_FIRST_RECORDS = 2**18


@dataclass(frozen=True)
class FileOverview:
    """A file or sheet.

    name: the file, and [sheet] where there are several. encoding, delimiter: None where there is none, or
    where a large file would have to be read for it. records: up to N_RECORDS, each a text per header.
    """

    name: str
    format: str
    headers: tuple[str, ...]
    records: tuple[tuple[str, ...], ...]
    encoding: str | None = None
    delimiter: str | None = None


@dataclass(frozen=True)
class ColumnGuess:
    """Which header is one of our columns.

    header: None where none is found. is_known: whether a build finds it by itself or by the mapping var;
    else it is the header that looks most like a known one.
    """

    header: str | None
    is_known: bool


def overviews(source: SourceFile) -> list[FileOverview]:
    """The tables of a file; raises InputProblem, OSError where its header cannot be read."""
    if source.format == "parquet":
        return [parquet_overview(source)]
    if source.format == "xlsx":
        return workbook_overviews(source)
    return [csv_overview(source)]


def csv_overview(source: SourceFile) -> FileOverview:
    """The header and the first readable records of a CSV file."""
    is_gzipped = source.format == "csv.gz"
    encoding = header_encoding(source, is_gzipped)
    block = next(utf8_blocks(source.path, is_gzipped, encoding or "utf-8", source.name), b"")
    header = read_header(block, source.name)
    names = [f"column_{position}" for position in range(len(header.cells))]
    layout = CsvLayout(header.delimiter, len(names), {name: number for number, name in enumerate(names)})
    start = block[header.n_bytes : header.n_bytes + BYTES_OF_FIRST_RECORDS]
    if header.n_bytes + len(start) < len(block):
        start = start[: start.rfind(b"\n") + 1]
    records: list[tuple[str, ...]] = []
    for read in read_records([start], layout, header.n_lines + 1):
        rows = read.records.slice(0, 100).to_pylist()
        records += [tuple(row[name] for name in names) for row in rows if row["read_error"] is None]
    return FileOverview(
        source.name,
        source.format,
        header.cells,
        tuple(records[:N_RECORDS]),
        encoding,
        header.delimiter,
    )


def workbook_overviews(source: SourceFile) -> list[FileOverview]:
    """The header and the first rows of each sheet that is not empty."""
    found: list[FileOverview] = []
    for sheet in open_workbook(source.path, source.name).sheets:
        name = source.name if sheet.name is None else f"{source.name}[{sheet.name}]"
        rows = islice(numbered_rows(sheet.content), 1, N_RECORDS + 1)
        records = tuple(tuple(map(cell_text, cells)) for _, cells in rows)
        found.append(FileOverview(name, source.format, sheet.headers, records))
    return found


def parquet_overview(source: SourceFile) -> FileOverview:
    """The columns and the first rows of a Parquet file."""
    check_parquet(source.path, source.name)
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        # Under a plain name: DuckDB would take some names for globs.
        link = Path(folder) / "input.parquet"
        link.symlink_to(source.path.resolve())
        try:
            read = connection.execute(
                f"select cast(columns(*) as varchar) from {parquet_relation(str(link))} limit {N_RECORDS}"
            )
            headers = tuple(column[0] for column in read.description or [])
            rows = read.fetchall()
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise InputProblem(
                f"{source.name}: cannot be read ({reason}): copy or export it again."
            ) from error
    records = tuple(tuple("" if value is None else value for value in row) for row in rows)
    return FileOverview(source.name, source.format, headers, records)


def guess_columns(
    headers: Sequence[str], kind: InputKind, mapping: Mapping[str, str | None], where: str
) -> dict[str, ColumnGuess]:
    """Our column -> the header that is it, or that may be it.

    mapping: as `columns.check_mapping` returns it. where: the file.
    """
    known = known_names(kind)
    found: dict[str, ColumnGuess] = {}
    for column in kind.headers:
        if column in mapping:
            found[column] = mapped_column(headers, column, mapping[column], kind, where)
            continue
        named = [header for header in headers if known.get(simplified(header)) == column]
        found[column] = ColumnGuess(named[0] if len(named) == 1 else None, is_known=len(named) == 1)
    taken = {guess.header for guess in found.values()}
    for column, guess in found.items():
        if guess.header is None and not guess.is_known:
            free = {
                simplified(header): header for header in headers if header.strip() and header not in taken
            }
            names = [name for name, ours in known.items() if ours == column]
            close = [like for name in names for like in difflib.get_close_matches(name, free, n=1)]
            if close:
                found[column] = replace(guess, header=free[close[0]])
                taken.add(free[close[0]])
    return found


def mapped_column(
    headers: Sequence[str], column: str, name: str | None, kind: InputKind, where: str
) -> ColumnGuess:
    """The header that the mapping var names for a column; null says that it is known to have none."""
    try:
        position = named_position(headers, column, name, kind, where)
    except ColumnProblem:
        return ColumnGuess(None, is_known=False)
    return ColumnGuess(None if position is None else headers[position], is_known=True)


def column_problem(overview: FileOverview, kind: InputKind, mapping: dict[str, str | None]) -> str | None:
    """The sentence with which a build refuses the headers of a file, or None."""
    try:
        match_columns(overview.headers, kind, mapping, overview.name)
    except ColumnProblem as problem:
        return str(problem)
    return None
