"""Records of a CSV text, each with its first physical line; nothing is lost.

- A field in quotes may hold delimiters, line ends and doubled quotes, and ends at a delimiter or line end.
  A quote inside a field that does not start with one is a character like any other (RFC 4180, read strictly).
- A line of nothing but spaces and tabs (where the tab is not the delimiter) is blank and no record. Every
  other physical line belongs to exactly one record.
- Unreadable records keep their text and one `read_error`:
  `broken_quote`: quotes that do not close properly. A record over several lines must close within
  MAX_RECORD_LINES and MAX_RECORD_BYTES and have the right number of columns; else its first physical line
  alone is rejected, and reading goes on at the next one, so that a stray quote costs one line.
  `wrong_column_count`: one line with more or fewer columns than the header.
  `bad_encoding`: columns as they should be, but not valid UTF-8; in the text such bytes are written as \\xNN.

A block of text is read in two ways that give the same records:
1. At once: nearly all lines are plain, that is, one record each, with well-formed quotes, the right number of
   columns and valid UTF-8. `find_plain_lines` finds them, `table_of_plain_lines` cuts out their fields, both
   with array operations over the whole block.
2. One by one: every other line is blank, unreadable or the start of a record that takes lines below it along.
   `read_one_by_one` goes through these with the csv module; a line that such a record takes along is part of
   it, however plain it looks by itself.
`read_block` puts both together in order of the lines.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from invoice_reader.csv_source import MAX_LINE_BYTES, is_utf8
from invoice_reader.problems import InputProblem

MAX_RECORD_LINES = 1_000
MAX_RECORD_BYTES = 2**20
DELIMITERS = (",", ";", "\t", "|")
LINE_FEED, CARRIAGE_RETURN, QUOTE = b'\n\r"'

# The csv module's own limit on a field, 128 KiB, would take long texts for broken ones.
csv.field_size_limit(2 * MAX_LINE_BYTES)

Bytes = npt.NDArray[np.uint8]
Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class CsvLayout:
    """delimiter: one character. n_columns: columns of the header. wanted: name to write -> position."""

    delimiter: str
    n_columns: int
    wanted: Mapping[str, int]


@dataclass(frozen=True)
class Header:
    """The header record: its cells as in the file, its delimiter, and the physical lines up to its end."""

    cells: tuple[str, ...]
    delimiter: str
    n_lines: int
    n_blank_lines: int
    n_bytes: int


@dataclass(frozen=True)
class RecordBlock:
    """Records of one block of text.

    records: source_line, the wanted columns, raw_text, read_error; in the order of the file.
    n_lines, n_blank_lines: physical lines that were read. rest: bytes of a record that goes on after it.
    """

    records: pa.Table
    n_lines: int
    n_blank_lines: int
    rest: bytes


@dataclass(frozen=True)
class Lines:
    """Physical lines of a block, as byte positions of shape (n_lines,).

    starts, ends: of the content, without the line end. nexts: start of the following line.
    """

    starts: Positions
    ends: Positions
    nexts: Positions

    def __len__(self) -> int:
        """Number of lines."""
        return len(self.starts)


@dataclass(frozen=True)
class PlainLines:
    """Lines to cut at once: their numbers in the block (n,), the ends of their fields (n, n_columns)."""

    numbers: Positions
    field_ends: Positions

    def where(self, is_kept: npt.NDArray[np.bool_]) -> "PlainLines":
        """Those of the lines that are kept."""
        return PlainLines(self.numbers[is_kept], self.field_ends[is_kept])


@dataclass(frozen=True)
class SingleRecord:
    """A record that was read by itself: number of its first line in the block; cells, or text and error."""

    number: int
    cells: Sequence[str] | None
    raw_text: str | None
    read_error: str | None


@dataclass(frozen=True)
class LinesReadOneByOne:
    """What the lines that are not plain hold.

    inner_numbers: lines that a record takes along, plain-looking ones among them. n_lines: lines of the block
    that are read, fewer than there are where the record at that line may go on after the block.
    """

    records: list[SingleRecord]
    inner_numbers: Positions
    n_lines: int
    n_blank_lines: int


def read_header(block: bytes, name: str) -> Header:
    """The header: the first record of the file, under the delimiter that gives it the most columns.

    block: the first block of the file; name: the file as the messages call it.
    """
    lines = block.splitlines(keepends=True)[:MAX_RECORD_LINES]
    n_blank = next((number for number, line in enumerate(lines) if line.strip(b" \t\r\n")), len(lines))
    if n_blank == len(lines):
        raise InputProblem(f"{name}: the file has no header line, only blank ones: export it again.")
    if b"\0" in lines[n_blank]:
        raise InputProblem(
            f"{name}: the header line holds NUL bytes, so this is a binary file or UTF-16 without its mark: "
            "save it as CSV in UTF-8."
        )
    text = [line.decode("utf-8", errors="backslashreplace") for line in lines[n_blank:]]
    best: Header | None = None
    for delimiter in DELIMITERS:
        reader = csv.reader(iter(text), delimiter=delimiter, strict=True)
        try:
            cells = next(reader)
        except csv.Error:
            continue
        if best is None or len(cells) > len(best.cells):
            n_lines = n_blank + reader.line_num
            n_bytes = sum(map(len, lines[:n_lines]))
            best = Header(tuple(cells), delimiter, n_lines, n_blank, n_bytes)
    if best is None:
        raise InputProblem(f"{name}: the header line has a quote that does not close: correct it.")
    return best


def read_records(blocks: Iterable[bytes], layout: CsvLayout, first_line: int) -> Iterator[RecordBlock]:
    """The records of the blocks that follow the header; first_line: number of their first physical line."""
    rest = b""
    for block in blocks:
        part = read_block(rest + block, layout, first_line, is_last=False)
        first_line += part.n_lines
        rest = part.rest
        yield part
    if rest:
        yield read_block(rest, layout, first_line, is_last=True)


def first_records(block: bytes, header: Header, n_lines: int) -> list[tuple[str, ...]]:
    """The readable records of the first lines below the header, all cells of each.

    block: the first block of the file, of which at most MAX_LINE_BYTES are looked at.
    """
    lines = block[header.n_bytes : header.n_bytes + MAX_LINE_BYTES].splitlines(keepends=True)[:n_lines]
    names = [f"column_{position}" for position in range(len(header.cells))]
    layout = CsvLayout(header.delimiter, len(names), {name: position for position, name in enumerate(names)})
    records: list[tuple[str, ...]] = []
    for part in read_records([b"".join(lines)], layout, first_line=1):
        readable = part.records.filter(pc.is_null(part.records["read_error"])).select(names)
        records += zip(*(column.to_pylist() for column in readable.columns), strict=True)
    return records


def read_block(block: bytes, layout: CsvLayout, first_line: int, is_last: bool) -> RecordBlock:
    """The records of a block of text, the plain lines cut at once and the others read one by one.

    Unless it is the last, the block is read up to its last line end, or to a record that may go on after it.
    """
    lines = find_lines(np.frombuffer(block, dtype=np.uint8), with_tail=is_last)
    buffer = np.frombuffer(block, dtype=np.uint8)[: lines.nexts[-1] if len(lines) else 0]
    plain = find_plain_lines(buffer, lines, layout)
    if not block.isascii() and not is_utf8(block):
        # Somewhere in the block: the lines that are not valid go the other way.
        is_valid = [is_utf8(block[lines.starts[number] : lines.ends[number]]) for number in plain.numbers]
        plain = plain.where(np.array(is_valid, dtype=bool))
    others = read_one_by_one(block, lines, plain.numbers, layout, is_last)
    plain = plain.where(~np.isin(plain.numbers, others.inner_numbers) & (plain.numbers < others.n_lines))

    records = table_of_plain_lines(buffer, lines, plain, layout, first_line)
    if others.records:
        records = pa.concat_tables([records, table_of_single_records(others.records, layout, first_line)])
        records = records.take(pc.sort_indices(records["source_line"]))
    n_bytes = int(lines.nexts[others.n_lines - 1]) if others.n_lines else 0
    return RecordBlock(records, others.n_lines, others.n_blank_lines, block[n_bytes:])


def find_lines(buffer: Bytes, with_tail: bool) -> Lines:
    """The physical lines of a block; with_tail: what follows the last line end is a line too."""
    is_end = buffer == LINE_FEED
    is_return = buffer == CARRIAGE_RETURN
    is_return[:-1] &= ~is_end[1:]
    nexts = np.flatnonzero(is_end | is_return) + 1
    ends = nexts - 1
    # The content of a line that ends in CRLF stops one byte earlier.
    ends -= (buffer[ends] == LINE_FEED) & (ends > 0) & (buffer[ends - 1] == CARRIAGE_RETURN)
    if with_tail and (nexts[-1] if len(nexts) else 0) < len(buffer):
        nexts, ends = np.append(nexts, len(buffer)), np.append(ends, len(buffer))
    starts = np.concatenate([np.zeros(1, dtype=np.int64), nexts])[: len(nexts)]
    return Lines(starts, ends, nexts)


def find_plain_lines(buffer: Bytes, lines: Lines, layout: CsvLayout) -> PlainLines:
    """Lines with the right number of columns whose quotes, if any, are well formed, whatever their encoding.

    Within a line the quotes alternate between opening and closing (a doubled quote closes and opens again).
    They are well formed if their number is even, each opening one follows the start, a delimiter or a quote,
    and each closing one is followed by the end, a delimiter or a quote. Delimiters count outside quotes only.
    """
    if layout.n_columns == 1 or not len(lines):
        return PlainLines(np.empty(0, dtype=np.int64), np.empty((0, layout.n_columns), dtype=np.int64))
    delimiter = ord(layout.delimiter)
    delimiters = np.flatnonzero(buffer == delimiter)
    delimiter_lines = np.searchsorted(lines.nexts, delimiters, side="right")
    quotes = np.flatnonzero(buffer == QUOTE)
    is_plain = np.ones(len(lines), dtype=bool)
    if len(quotes):
        quote_lines = np.searchsorted(lines.nexts, quotes, side="right")
        first_quotes = np.searchsorted(quotes, lines.starts)
        is_opening = (np.arange(len(quotes)) - first_quotes[quote_lines]) % 2 == 0
        before = buffer[quotes - 1]
        after = buffer[np.minimum(quotes + 1, len(buffer) - 1)]
        is_sound = np.where(
            is_opening,
            (quotes == lines.starts[quote_lines]) | (before == delimiter) | (before == QUOTE),
            (quotes + 1 == lines.ends[quote_lines]) | (after == delimiter) | (after == QUOTE),
        )
        is_plain[quote_lines[~is_sound]] = False
        is_plain &= np.bincount(quote_lines, minlength=len(lines)) % 2 == 0
        is_outside = (np.searchsorted(quotes, delimiters) - first_quotes[delimiter_lines]) % 2 == 0
        delimiters, delimiter_lines = delimiters[is_outside], delimiter_lines[is_outside]
    is_plain &= np.bincount(delimiter_lines, minlength=len(lines)) == layout.n_columns - 1
    numbers = np.flatnonzero(is_plain)
    inner_ends = delimiters[is_plain[delimiter_lines]].reshape(len(numbers), layout.n_columns - 1)
    return PlainLines(numbers, np.column_stack([inner_ends, lines.ends[numbers]]))


def table_of_plain_lines(
    buffer: Bytes, lines: Lines, plain: PlainLines, layout: CsvLayout, first_line: int
) -> pa.Table:
    """The plain lines as records: the wanted fields cut out of the block, without their quotes."""
    columns: dict[str, pa.Array] = {"source_line": pa.array(plain.numbers + first_line)}
    for name, position in layout.wanted.items():
        starts = plain.field_ends[:, position - 1] + 1 if position else lines.starts[plain.numbers]
        ends = plain.field_ends[:, position]
        is_filled = starts < ends
        is_quoted = np.zeros(len(starts), dtype=bool)
        is_quoted[is_filled] = buffer[starts[is_filled]] == QUOTE
        texts = cut_out(buffer, starts + is_quoted, ends - is_quoted)
        if is_quoted.any():
            texts = pc.replace_substring(texts, '""', '"')
        columns[name] = texts
    nothing = pa.nulls(len(plain.numbers), pa.string())
    return pa.table({**columns, "raw_text": nothing, "read_error": nothing}, schema=record_schema(layout))


def cut_out(buffer: Bytes, starts: Positions, ends: Positions) -> pa.Array:
    """The texts buffer[start:end], which must be valid UTF-8, as one Arrow array."""
    lengths = ends - starts
    offsets = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
    positions = np.repeat(starts - offsets[:-1], lengths) + np.arange(offsets[-1])
    data = buffer[positions]
    buffers = pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(data)
    return pa.StringArray.from_buffers(len(starts), *buffers)


def read_one_by_one(
    block: bytes, lines: Lines, plain_numbers: Positions, layout: CsvLayout, is_last: bool
) -> LinesReadOneByOne:
    """Read the lines that are not plain one by one, with those that a record takes along."""
    blank_bytes = b" \t".replace(layout.delimiter.encode(), b"")
    is_other = np.ones(len(lines), dtype=bool)
    is_other[plain_numbers] = False
    records: list[SingleRecord] = []
    inner_numbers: list[int] = []
    n_blank_lines = 0
    next_number = 0
    for number in np.flatnonzero(is_other).tolist():
        if number < next_number:
            continue
        text = block[lines.starts[number] : lines.ends[number]]
        if not text.strip(blank_bytes):
            n_blank_lines += 1
            continue
        cells, n_record_lines, may_go_on = parse_record(block, lines, number, layout)
        if may_go_on and not is_last:
            return LinesReadOneByOne(records, np.array(inner_numbers, dtype=np.int64), number, n_blank_lines)
        read_error: str | None = None
        if cells is None or (n_record_lines > 1 and len(cells) != layout.n_columns):
            read_error, n_record_lines = "broken_quote", 1
        elif len(cells) != layout.n_columns:
            read_error = "wrong_column_count"
        next_number = number + n_record_lines
        inner_numbers += range(number + 1, next_number)
        text = block[lines.starts[number] : lines.ends[next_number - 1]]
        if read_error is None and not is_utf8(text):
            read_error = "bad_encoding"
        if cells is None or read_error is not None:
            raw_text = text.decode("utf-8", errors="backslashreplace")
            records.append(SingleRecord(number, None, raw_text, read_error))
        else:
            decoded = [cell.encode("latin-1").decode("utf-8") for cell in cells]
            records.append(SingleRecord(number, decoded, None, None))
    return LinesReadOneByOne(records, np.array(inner_numbers, dtype=np.int64), len(lines), n_blank_lines)


def parse_record(
    block: bytes, lines: Lines, number: int, layout: CsvLayout
) -> tuple[list[str] | None, int, bool]:
    """Read one record from the start of a line with the csv module.

    Returns its cells (each byte as one character; None where the quotes are broken), its number of lines, and
    whether it is broken only because the block ends before MAX_RECORD_LINES and MAX_RECORD_BYTES.
    """
    n_bytes = 0

    def record_lines() -> Iterator[str]:
        nonlocal n_bytes
        for following in range(number, min(number + MAX_RECORD_LINES, len(lines))):
            if n_bytes >= MAX_RECORD_BYTES:
                return
            line = block[lines.starts[following] : lines.nexts[following]]
            n_bytes += len(line)
            yield line.decode("latin-1")

    reader = csv.reader(record_lines(), delimiter=layout.delimiter, strict=True)
    try:
        cells = next(reader)
    except csv.Error:
        at_end = number + reader.line_num == len(lines)
        may_go_on = at_end and reader.line_num < MAX_RECORD_LINES and n_bytes < MAX_RECORD_BYTES
        return None, reader.line_num, may_go_on
    return cells, reader.line_num, False


def table_of_single_records(records: Sequence[SingleRecord], layout: CsvLayout, first_line: int) -> pa.Table:
    """The same columns for the records that were read one by one."""
    columns: dict[str, list[object]] = {"source_line": [record.number + first_line for record in records]}
    for name, position in layout.wanted.items():
        columns[name] = [record.cells[position] if record.cells is not None else None for record in records]
    columns["raw_text"] = [record.raw_text for record in records]
    columns["read_error"] = [record.read_error for record in records]
    return pa.table(columns, schema=record_schema(layout))


def record_schema(layout: CsvLayout) -> pa.Schema:
    """source_line, the wanted columns as text, raw_text, read_error."""
    texts = [(name, pa.string()) for name in (*layout.wanted, "raw_text", "read_error")]
    return pa.schema([("source_line", pa.int64()), *texts])
