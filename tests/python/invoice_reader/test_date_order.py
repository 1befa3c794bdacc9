"""Formats that are decided from the values of all files."""

import duckdb
import pytest

from invoice_reader.date_order import check_date_format, date_shapes, decide_formats
from invoice_reader.problems import InputProblem


def formats(connection: duckdb.DuckDBPyConnection, *files: list[str]) -> list[str]:
    shapes = []
    for number, texts in enumerate(files):
        connection.execute("create or replace table dates as select unnest($1) as text", [texts])
        shapes.append((f"file {number}", date_shapes(connection, "dates", "text")))
    return decide_formats(shapes)


@pytest.mark.parametrize(
    ("text", "timestamp"),
    [
        ("12/13/2010 8:26", "2010-12-13 08:26:00"),
        ("12/13/10 8:26", "2010-12-13 08:26:00"),
        ("12/13/2010", "2010-12-13 00:00:00"),
        ("12-13-2010 08:26:59", "2010-12-13 08:26:59"),
        ("12-13-2010T08:26:59.25", "2010-12-13 08:26:59.25"),
        ("12/13/2010 8:26 PM", "2010-12-13 20:26:00"),
        ("12/13/2010 8:26:01am", "2010-12-13 08:26:01"),
        ("13.12.2010 8:26", "2010-12-13 08:26:00"),
        ("13/12/99", "1999-12-13 00:00:00"),
        (" 13-12-2010  8:26 ", "2010-12-13 08:26:00"),
        ("1.2.2010", "2010-02-01 00:00:00"),
        ("12.13.2010", "2010-12-13 00:00:00"),
        ("5/5/2010", "2010-05-05 00:00:00"),
    ],
)
def test_the_format_of_each_shape_reads_it(
    text: str, timestamp: str, connection: duckdb.DuckDBPyConnection
) -> None:
    found = formats(connection, [text])
    assert len(found) == 1
    query = "select try_strptime(trim($1), $2) = cast($3 as timestamp)"
    assert connection.execute(query, [text, found, timestamp]).fetchone() == (True,)


def test_a_two_digit_year_never_becomes_the_year_10(connection: duckdb.DuckDBPyConnection) -> None:
    found = formats(connection, ["12/13/2010 8:26", "12/1/10 8:26", "1/2/2011 9:00"])
    read = connection.execute(
        "select try_strptime(text, $1) from (select unnest(['12/1/10 8:26', '1/2/2011 9:00']) as text)",
        [found],
    ).fetchall()
    assert [str(row[0]) for row in read] == ["2010-12-01 08:26:00", "2011-01-02 09:00:00"]


def test_one_file_decides_for_the_others(connection: duckdb.DuckDBPyConnection) -> None:
    assert formats(connection, ["1/2/2010"], ["31/1/2010"]) == ["%d/%m/%Y"]
    assert formats(connection, ["1/2/2010", "2010-03-04T05:06:07"], ["1/31/2010", "none"]) == ["%m/%d/%Y"]


@pytest.mark.parametrize("text", ["2010-12-01", "2010-12-01 8:26", "2010-12-01T08:26:00.123", "2010/12/01"])
def test_dates_with_the_year_first_need_no_format(text: str, connection: duckdb.DuckDBPyConnection) -> None:
    assert formats(connection, [text, "1"]) == []


def test_impossible_dates_decide_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    assert formats(connection, ["45/1/2010", "1/45/2010", "13/13/2010", "31/12/2010", "1/2/2010"]) == [
        "%d/%m/%Y"
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            [["1/2/2010 8:26"], ["3/4/2010 8:26"]],
            "file 0.*'1/2/2010 8:26' may have the day or the month first",
        ),
        ([["13/1/2010"], ["1/13/2010"]], r"'13/1/2010' \(file 0\).*'1/13/2010' \(file 1\)"),
        ([["1.2.2010"], ["1/13/2010"]], r"'1\.2\.2010' \(file 0\)"),
        ([["?", "Dec 1, 2010"]], "file 0: no invoiced_at can be read as a date, such as '\\?'"),
    ],
)
def test_open_orders(files: list[list[str]], expected: str, connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(InputProblem, match=f"{expected}.*invoice_date_format"):
        formats(connection, *files)


def test_a_format_must_hold_a_whole_date(connection: duckdb.DuckDBPyConnection) -> None:
    check_date_format("%d.%m.%y %H:%M", connection)
    for unusable in ("%m/%Y", "%H:%M", "d/m/y", "%Q", "%"):
        with pytest.raises(InputProblem, match="day, month and year"):
            check_date_format(unusable, connection)
