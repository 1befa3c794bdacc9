"""Every physical line of a CSV text ends up in one record or is blank, whichever way it is read."""

import csv
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoice_reader import csv_records
from invoice_reader.csv_records import CsvLayout, RecordBlock, read_header, read_records
from invoice_reader.csv_source import line_blocks

LAYOUT = CsvLayout(delimiter=",", n_columns=3, wanted={"a": 0, "b": 1, "c": 2})


def read(text: bytes, chunk_bytes: int = 10**9, layout: CsvLayout = LAYOUT) -> list[dict[str, object]]:
    """The records of a text without header, read in chunks of that many bytes."""
    return [record for block in blocks(text, chunk_bytes, layout) for record in block.records.to_pylist()]


def blocks(text: bytes, chunk_bytes: int, layout: CsvLayout = LAYOUT) -> Iterator[RecordBlock]:
    chunks = (text[start : start + chunk_bytes] for start in range(0, len(text), chunk_bytes))
    return read_records(line_blocks(chunks, "text"), layout, first_line=1)


def expected_records(text: bytes, layout: CsvLayout = LAYOUT) -> list[dict[str, object]]:
    """The same by the csv module alone, record by record: slow and plain."""
    lines = text.splitlines(keepends=True)
    records: list[dict[str, object]] = []
    number = 0
    while number < len(lines):
        bare = lines[number].rstrip(b"\r\n")
        if not bare.strip(b" \t".replace(layout.delimiter.encode(), b"")):
            number += 1
            continue
        allowed: list[str] = []
        for line in lines[number : number + csv_records.MAX_RECORD_LINES]:
            if sum(map(len, allowed)) < csv_records.MAX_RECORD_BYTES:
                allowed.append(line.decode("latin-1"))
        reader = csv.reader(iter(allowed), delimiter=layout.delimiter, strict=True)
        error = None
        cells: list[str] = []
        try:
            cells = next(reader)
            n_lines = reader.line_num
            if len(cells) != layout.n_columns:
                error = "wrong_column_count" if n_lines == 1 else "broken_quote"
        except csv.Error:
            error = "broken_quote"
        if error:
            n_lines = 1
        taken = b"".join(lines[number : number + n_lines])
        # only the line end of the last line is no part of the text
        last = lines[number + n_lines - 1]
        taken = taken[: len(taken) - (len(last) - len(last.rstrip(b"\r\n") if last.endswith((b"\r\n", b"\n")) else last[:-1]))] \
            if last.endswith((b"\n", b"\r")) else taken
        if error is None:
            try:
                taken.decode()
            except UnicodeDecodeError:
                error = "bad_encoding"
        record: dict[str, object] = {"source_line": number + 1}
        for name, position in layout.wanted.items():
            record[name] = None if error else cells[position].encode("latin-1").decode()
        record["raw_text"] = taken.decode(errors="backslashreplace") if error else None
        record["read_error"] = error
        records.append(record)
        number += n_lines
    return records


csv_like = st.lists(
    st.sampled_from([b"a", b"b ", b",", b",", b",", b'"', b'""', b'",', b',"', b"\n", b"\n", b"\r\n", b"\r", b"\xc3\xa9", b"\xa3", b"\0", b" ", b"\t"]),
    max_size=60,
).map(b"".join)


@settings(max_examples=400, deadline=None)
@given(text=st.one_of(csv_like, st.binary(max_size=80)), chunk_bytes=st.integers(1, 40), delimiter=st.sampled_from(",\t"))
def test_both_ways_give_the_same_records_for_any_bytes(text: bytes, chunk_bytes: int, delimiter: str) -> None:
    layout = CsvLayout(delimiter=delimiter, n_columns=3, wanted=LAYOUT.wanted)
    assert read(text, chunk_bytes, layout) == expected_records(text, layout)
