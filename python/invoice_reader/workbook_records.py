"""Rows of an XLSX workbook as text; each sheet is a table of its own.

- The first row that is not blank is the header; rows without any filled cell are blank and no records.
- A whole number is written without decimals (17850), any other as the shortest text that gives it back
  (2.55), a date as YYYY-MM-DD HH:MM:SS to the nearest second, a truth value as true or false; text
  stays as it is.
- The workbook is held in memory while it is read, as the format demands.
"""

import datetime
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pyarrow as pa
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum

from invoice_reader.csv_records import CsvLayout, record_schema
from invoice_reader.csv_source import foreign_format
from invoice_reader.problems import InputProblem

ROWS_PER_BLOCK = 100_000

Cell = int | float | str | bool | datetime.time | datetime.date | datetime.datetime | datetime.timedelta


@dataclass(frozen=True)
class Sheet:
    """A sheet with a header; name: None where it is the only one, n_rows: up to its last filled row."""

    name: str | None
    headers: tuple[str, ...]
    n_rows: int
    content: CalamineSheet


@dataclass(frozen=True)
class Workbook:
    """The sheets to read, and the names of those that are empty."""

    sheets: tuple[Sheet, ...]
    empty_sheets: tuple[str, ...]


def cell_text(cell: Cell) -> str:
    """The cell as text; an empty cell is an empty text."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, datetime.datetime):
        return (cell + datetime.timedelta(microseconds=500_000)).strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, datetime.date):
        return f"{cell.isoformat()} 00:00:00"
    return str(cell)


def open_workbook(path: Path, name: str) -> Workbook:
    """Open a workbook and find the sheets with content; name: the file as the messages call it."""
    with path.open("rb") as stream:
        start = stream.read(1024)
    if not start:
        raise InputProblem(f"{name}: the file is empty: expected a workbook; export it again.")
    if not zipfile.is_zipfile(path):
        found = foreign_format(start) or "something else"
        raise InputProblem(
            f"{name}: the name says XLSX, but the content is {found}, or the file is cut short: "
            "give it the ending of what it is, or save it as .xlsx again."
        )
    try:
        book = CalamineWorkbook.from_path(path)
        named = [meta.name for meta in book.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
        contents = [book.get_sheet_by_name(sheet) for sheet in named]
    except PasswordError as error:
        raise InputProblem(f"{name}: the workbook is protected by a password: save it without.") from error
    except CalamineError as error:
        raise InputProblem(
            f"{name}: the workbook cannot be read ({error}): expected an .xlsx file; save it again."
        ) from error
    sheets: list[Sheet] = []
    empty: list[str] = []
    for content in contents:
        header = next(numbered_rows(content), None)
        if header is None:
            empty.append(content.name)
            continue
        _, cells = header
        title = content.name if len(named) > 1 else None
        n_rows = content.end[0] + 1 if content.end else 0
        sheets.append(Sheet(title, tuple(map(cell_text, cells)), n_rows, content))
    if not sheets:
        raise InputProblem(
            f"{name}: every sheet is empty: expected a header row and records; export it again."
        )
    return Workbook(tuple(sheets), tuple(empty))


def numbered_rows(content: CalamineSheet) -> Iterator[tuple[int, list[Cell]]]:
    """The rows that are not blank, with their numbers in the sheet (from 1)."""
    if content.start is None:
        return
    # iter_rows gives the empty rows above the first filled one too, but no empty columns before it.
    for number, cells in enumerate(content.iter_rows(), start=1):
        if any(not isinstance(cell, str) or cell.strip() for cell in cells):
            yield number, cells


def first_rows(sheet: Sheet, n_rows: int) -> list[tuple[str, ...]]:
    """The first rows below the header as text, all cells of each."""
    rows = islice(numbered_rows(sheet.content), 1, n_rows + 1)
    return [tuple(map(cell_text, cells)) for _, cells in rows]


def sheet_records(sheet: Sheet, layout: CsvLayout) -> Iterator[pa.Table]:
    """The records below the header, in blocks, with the columns of CSV records."""
    rows = numbered_rows(sheet.content)
    next(rows)
    numbers: list[int] = []
    columns: list[list[str]] = [[] for _ in layout.wanted]
    for number, cells in rows:
        numbers.append(number)
        for column, position in zip(columns, layout.wanted.values(), strict=True):
            column.append(cell_text(cells[position]))
        if len(numbers) == ROWS_PER_BLOCK:
            yield records_table(numbers, columns, layout)
            numbers, columns = [], [[] for _ in layout.wanted]
    if numbers:
        yield records_table(numbers, columns, layout)


def records_table(numbers: list[int], columns: list[list[str]], layout: CsvLayout) -> pa.Table:
    """Rows as records; all of them are readable."""
    nothing = pa.nulls(len(numbers), pa.string())
    texts = dict(zip(layout.wanted, columns, strict=True))
    return pa.table(
        {"source_line": numbers, **texts, "raw_text": nothing, "read_error": nothing},
        schema=record_schema(layout),
    )
