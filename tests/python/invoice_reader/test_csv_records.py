"""Every physical line of a CSV text ends up in one record or is blank, whichever way it is read."""

import csv
import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from invoice_reader import csv_records
from invoice_reader.csv_records import CsvLayout, RecordBlock, read_header, read_records
from invoice_reader.csv_source import line_blocks
from invoice_reader.problems import InputProblem

LAYOUT = CsvLayout(delimiter=",", n_columns=3, wanted={"a": 0, "b": 1, "c": 2})
WHOLE = 10**9


def blocks(text: bytes, chunk_bytes: int = WHOLE, layout: CsvLayout = LAYOUT) -> Iterator[RecordBlock]:
    chunks = (text[start : start + chunk_bytes] for start in range(0, len(text), chunk_bytes))
    return read_records(line_blocks(chunks, "text"), layout, first_line=1)


def read(text: bytes, chunk_bytes: int = WHOLE, layout: CsvLayout = LAYOUT) -> list[dict[str, object]]:
    """The records of a text without header, read in chunks of that many bytes."""
    return [record for block in blocks(text, chunk_bytes, layout) for record in block.records.to_pylist()]


def read_plainly(text: bytes, layout: CsvLayout) -> tuple[list[dict[str, object]], int]:
    """The records and the number of blank lines, by the csv module alone: slow and plain."""
    lines = text.splitlines(keepends=True)
    records: list[dict[str, object]] = []
    number = n_blank_lines = 0
    while number < len(lines):
        if not lines[number].strip(b" \t\r\n".replace(layout.delimiter.encode(), b"")):
            number += 1
            n_blank_lines += 1
            continue
        fed = [lines[number]]
        for line in lines[number + 1 : number + csv_records.MAX_RECORD_LINES]:
            if len(b"".join(fed)) < csv_records.MAX_RECORD_BYTES:
                fed.append(line)
        reader = csv.reader((line.decode("latin-1") for line in fed), delimiter=layout.delimiter, strict=True)
        cells: list[str] | None = None
        try:
            cells = next(reader)
        except csv.Error:
            read_error = "broken_quote"
        else:
            read_error = "wrong_column_count" if reader.line_num == 1 else "broken_quote"
        n_lines = 1
        if cells is not None and len(cells) == layout.n_columns:
            n_lines = reader.line_num
            read_error = "bad_encoding"
        taken = re.sub(rb"(\r\n|\n|\r)\Z", b"", b"".join(fed[:n_lines]))
        record: dict[str, object] = {"source_line": number + 1}
        if read_error == "bad_encoding" and is_utf8(taken) and cells is not None:
            texts = [cell.encode("latin-1").decode() for cell in cells]
            record |= {name: texts[position] for name, position in layout.wanted.items()}
            record |= {"raw_text": None, "read_error": None}
        else:
            record |= dict.fromkeys(layout.wanted)
            record |= {"raw_text": taken.decode(errors="backslashreplace"), "read_error": read_error}
        records.append(record)
        number += n_lines
    return records, n_blank_lines


def is_utf8(text: bytes) -> bool:
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


PIECES = [
    b"a",
    b"b ",
    b",",
    b'"',
    b'""',
    b'",',
    b',"',
    b"\n",
    b"\r\n",
    b"\r",
    b"\xc3\xa9",
    b"\xa3",
    b"\0",
    b" ",
    b"\t",
]
csv_like = st.lists(st.sampled_from(PIECES + [b",", b"\n"] * 3), max_size=60).map(b"".join)
# Records as an export writes them, with now and then a piece out of place.
field = st.sampled_from(
    [
        b"a",
        b"",
        b'"x, y"',
        b'"say ""so"""',
        b'"two\nlines"',
        b'"four\n1,2,3\n4,5,6\nlines"',
        b'7" tray',
        b'"',
        b"\xa3",
    ]
)
written = st.lists(st.lists(field, min_size=2, max_size=4).map(b",".join), max_size=12).map(b"\r\n".join)


@settings(max_examples=500, deadline=None)
@given(
    text=st.one_of(csv_like, written, st.binary(max_size=80)),
    chunk_bytes=st.integers(1, 40),
    delimiter=st.sampled_from(",\t"),
    n_columns=st.integers(1, 4),
)
def test_any_bytes_give_the_same_records_and_lines_as_the_plain_way(
    text: bytes, chunk_bytes: int, delimiter: str, n_columns: int
) -> None:
    layout = CsvLayout(delimiter, n_columns, {"a": 0, "b": n_columns - 1})
    parts = list(blocks(text, chunk_bytes, layout))
    records = [record for part in parts for record in part.records.to_pylist()]
    # The plain way steps from record to record, so equal records and blank lines account for every line.
    assert (records, sum(part.n_blank_lines for part in parts)) == read_plainly(text, layout)
    assert sum(part.n_lines for part in parts) == len(text.splitlines())


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_line_ends(line_end: bytes) -> None:
    records = read(line_end.join([b"1,2,3", b"", b'4,"5', b'6",7', b"8,9,10"]))
    assert [record["source_line"] for record in records] == [1, 3, 5]
    assert [record["b"] for record in records] == ["2", f"5{line_end.decode()}6", "9"]


@pytest.mark.parametrize(
    ("broken", "read_error"),
    [
        (b"1,2", "wrong_column_count"),
        (b"1,2,3,4", "wrong_column_count"),
        (b'1,"2,3', "broken_quote"),
        (b'1,"2"x,3', "broken_quote"),
        (b'1,2,"', "broken_quote"),
        (b"1,\xff,3", "bad_encoding"),
    ],
)
def test_a_broken_line_costs_itself_alone(broken: bytes, read_error: str) -> None:
    records = read(b'a,"b, c",d\n' + broken + b'\nx,"y ""z""",w\n' + b"k,l,m\n" * 3)
    assert [record["read_error"] for record in records] == [None, read_error, None, None, None, None]
    assert records[1]["raw_text"] == broken.decode(errors="backslashreplace")
    assert (records[1]["a"], records[1]["b"], records[1]["c"]) == (None, None, None)
    assert records[2]["b"] == 'y "z"'


def test_lines_inside_quotes_that_look_like_records_are_none() -> None:
    records = read(b'1,"2\n4,5,6\n7,""8"",9\n\n",3\n10,11,12\n')
    assert [(record["source_line"], record["b"]) for record in records] == [
        (1, '2\n4,5,6\n7,"8",9\n\n'),
        (6, "11"),
    ]


def test_two_stray_quotes_that_pair_up_to_a_wrong_record_cost_a_line_each() -> None:
    records = read(b'1,"2,3\n4,5,6\n7,8",9,10\n11,12,13\n')
    assert [record["read_error"] for record in records] == ["broken_quote", None, "wrong_column_count", None]


def test_a_stray_quote_does_not_reach_past_the_caps(monkeypatch: pytest.MonkeyPatch) -> None:
    within = b'1,"' + b"\n" * (csv_records.MAX_RECORD_LINES - 1) + b'",3\n'
    beyond = b'1,"' + b"\n" * csv_records.MAX_RECORD_LINES + b'",3\n'
    assert [record["read_error"] for record in read(within)] == [None]
    assert [record["read_error"] for record in read(beyond)] == ["broken_quote", "broken_quote"]
    monkeypatch.setattr(csv_records, "MAX_RECORD_BYTES", 10)
    assert [record["read_error"] for record in read(b'1,"2345678\n9",3\n')] == [
        "broken_quote",
        "wrong_column_count",
    ]
    assert [record["read_error"] for record in read(b'1,"23456\n9",3\n')] == [None]


def test_very_long_lines_and_fields() -> None:
    long = b"x" * 10_000_000
    records = read(b"1,2,3\n4," + long + b',6\n7,"' + long + b'",9\n10,' + long + b'"",12', chunk_bytes=2**20)
    assert [record["source_line"] for record in records] == [1, 2, 3, 4]
    assert [len(str(record["b"])) for record in records] == [1, 10_000_000, 10_000_000, 10_000_002]


def test_nul_bytes_and_a_missing_last_line_end() -> None:
    assert [record["b"] for record in read(b"1,a\0b,3\n4,5,6")] == ["a\0b", "5"]


@pytest.mark.parametrize(
    ("line", "delimiter", "cells"),
    [
        (b"a,b,c\n", ",", ("a", "b", "c")),
        (b"a;b;c, d\r\n", ";", ("a", "b", "c, d")),
        (b"a\tb\tc\r", "\t", ("a", "b", "c")),
        (b'a|"b|c"|d\n', "|", ("a", "b|c", "d")),
        (b'"a;b;c;d",e\n', ",", ("a;b;c;d", "e")),
    ],
)
def test_the_header_decides_the_delimiter(line: bytes, delimiter: str, cells: tuple[str, ...]) -> None:
    header = read_header(b"\n \n" + line + b"1,2,3\n", "file.csv")
    # A quoted field holds more semicolons than there are commas: inside quotes they are no delimiters.
    assert (header.delimiter, header.cells) == (delimiter, cells)
    assert (header.n_lines, header.n_blank_lines, header.n_bytes) == (3, 2, 3 + len(line))


@pytest.mark.parametrize(
    ("text", "message"),
    [(b"\n \n", "no header line"), (b"a\0b,c\n", "binary"), (b'"a,b\n1,2\n', "quote that does not close")],
)
def test_no_header(text: bytes, message: str) -> None:
    with pytest.raises(InputProblem, match=message):
        read_header(text, "file.csv")
