"""A first look at the input: what each file is, which of its headers is which column, and its first records.

Nothing is converted and nothing is kept. Where a build would stop, the look goes on with what it has.
"""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import duckdb

from invoice_reader.column_guesses import MAX_RECORDS, simplified
from invoice_reader.column_guesses import guess_columns as guess_open_columns
from invoice_reader.columns import ColumnProblem, InputKind, known_names, match_columns, positions_of
from invoice_reader.csv_records import first_records, read_header
from invoice_reader.csv_source import utf8_blocks
from invoice_reader.discovery import SourceFile
from invoice_reader.headers import header_encoding
from invoice_reader.problems import InputProblem
from invoice_reader.relations import check_parquet
from invoice_reader.workbook_records import cell_text, numbered_rows, open_workbook
from sql_text import parquet_relation


@dataclass(frozen=True)
class FileOverview:
    """A file or sheet.

    name: the file, and [sheet] where there are several. encoding, delimiter: None where there is none, or
    where a large file would have to be read for it. records: the first MAX_RECORDS at most, each a text per
    header.
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
    else it is a guess, by its name or by the first records.
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
    return FileOverview(
        source.name,
        source.format,
        header.cells,
        tuple(first_records(block, header, MAX_RECORDS)),
        encoding,
        header.delimiter,
    )


def workbook_overviews(source: SourceFile) -> list[FileOverview]:
    """The header and the first rows of each sheet that is not empty."""
    found: list[FileOverview] = []
    for sheet in open_workbook(source.path, source.name).sheets:
        name = source.name if sheet.name is None else f"{source.name}[{sheet.name}]"
        rows = islice(numbered_rows(sheet.content), 1, MAX_RECORDS + 1)
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
                f"select cast(columns(*) as varchar) from {parquet_relation(str(link))} limit {MAX_RECORDS}"
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
    table: FileOverview, kind: InputKind, mapping: Mapping[str, str | None]
) -> dict[str, ColumnGuess]:
    """Our column -> the header that is it, or that may be it, by its name or by the first records.

    mapping: as `columns.check_mapping` returns it.
    """
    headers, known = table.headers, known_names(kind)
    found: dict[str, ColumnGuess] = {}
    for column in kind.headers:
        if column in mapping:
            found[column] = mapped_column(headers, mapping[column])
            continue
        named = [header for header in headers if known.get(simplified(header)) == column]
        found[column] = ColumnGuess(named[0] if len(named) == 1 else None, is_known=len(named) == 1)
    positions = {
        column: headers.index(guess.header) for column, guess in found.items() if guess.header is not None
    }
    open_columns = [column for column, guess in found.items() if guess.header is None and not guess.is_known]
    free = {position for position, header in enumerate(headers) if headers.count(header) == 1} - set(
        positions.values()
    )
    guesses = guess_open_columns(headers, free, open_columns, positions, lambda: table.records)
    return found | {column: ColumnGuess(headers[at], is_known=False) for column, at in guesses.items()}


def mapped_column(headers: Sequence[str], name: str | None) -> ColumnGuess:
    """The header that the mapping var names for a column; null says that it is known to have none."""
    if name is None:
        return ColumnGuess(None, is_known=True)
    positions = positions_of(headers, name)
    return (
        ColumnGuess(headers[positions[0]], is_known=True) if len(positions) == 1 else ColumnGuess(None, False)
    )


def column_problem(overview: FileOverview, kind: InputKind, mapping: dict[str, str | None]) -> str | None:
    """The sentence with which a build refuses the headers of a file, or None."""
    try:
        match_columns(overview.headers, kind, mapping, overview.name, lambda: overview.records)
    except ColumnProblem as problem:
        return str(problem)
    return None
