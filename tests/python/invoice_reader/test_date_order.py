"""Formats that are decided from the values of all files."""

import re

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
        ("1.4.2012 08:26", "2012-04-01 08:26:00"),
        ("2012/04/01", "2012-04-01 00:00:00"),
        ("2012/4/1 8:26:59", "2012-04-01 08:26:59"),
        ("2012.04.01 08:26", "2012-04-01 08:26:00"),
        ("2012-04-01 8:26 PM", "2012-04-01 20:26:00"),
        ("2012-04-01 00:26:00 +0200", "2012-04-01 00:26:00"),
        ("19970101", "1997-01-01 00:00:00"),
        ("20121231 08:26", "2012-12-31 08:26:00"),
        ("20121231T08:26:59", "2012-12-31 08:26:59"),
        ("01-Apr-12", "2012-04-01 00:00:00"),
        ("31-DEC-99 8:26", "1999-12-31 08:26:00"),
        ("1-may-2012 08:26:59", "2012-05-01 08:26:59"),
        ("1 Apr 2012", "2012-04-01 00:00:00"),
        ("1 April 2012 8:26 pm", "2012-04-01 20:26:00"),
        ("1/Apr/2012", "2012-04-01 00:00:00"),
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


def test_a_name_of_a_month_with_both_kinds_of_years(connection: duckdb.DuckDBPyConnection) -> None:
    found = formats(connection, ["01-Apr-12", "01-Apr-2012", "1 June 2012", "1 May 2012"])
    assert found == ["%d-%b-%y", "%d %B %Y", "%d %b %Y", "%d-%b-%Y"]
    read = (
        "select try_strptime('02-Apr-12', $1), try_strptime('3-Jul-2012', $1), try_strptime('4 May 2012', $1)"
    )
    days = connection.execute(read, [found]).fetchone()
    assert days is not None
    assert [str(day) for day in days] == ["2012-04-02 00:00:00", "2012-07-03 00:00:00", "2012-05-04 00:00:00"]


def test_a_format_with_the_year_first_does_not_read_a_day_as_a_year(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    found = formats(connection, ["2012/04/01", "31/12/10"])
    query = "select try_strptime('10/12/01', $1) = timestamp '2001-12-10'"
    assert connection.execute(query, [found]).fetchone() == (True,)


@pytest.mark.parametrize(
    ("others", "expected"), [(["n/a", "2012-04-01"], ["%Y%m%d"]), (["00000000", "2012-04-01"], [])]
)
def test_eight_digits_are_a_date_where_all_numbers_are_dates(
    others: list[str], expected: list[str], connection: duckdb.DuckDBPyConnection
) -> None:
    assert formats(connection, ["19970101", *others]) == expected


def test_eight_digits_among_other_numbers(connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(InputProblem) as problem:
        formats(connection, ["19970101 8:26", "19979999"])
    assert str(problem.value) == (
        "file 0: invoiced_at has eight digits as in '19970101 8:26', but also '19979999', which is no "
        "such date: correct it, or have such values rejected with `invoice_date_format: '%Y%m%d %H:%M'`."
    )


@pytest.mark.parametrize(
    ("text", "timestamp"),
    [
        ("Apr 1, 2012", "2012-04-01 00:00:00"),
        ("April 1, 2012 8:26 am", "2012-04-01 08:26:00"),
        ("97-Apr-01", "1997-04-01 00:00:00"),
        ("01/Apr/2012:08:26:59", "2012-04-01 08:26:59"),
        ("20120401082659", "2012-04-01 08:26:59"),
        ("13/04/2012 8.26", "2012-04-13 08:26:00"),
        ("Sun, 1 Apr 2012 08:26", "2012-04-01 08:26:00"),
        ("2012-04-01T08:26Z", "2012-04-01 08:26:00"),
    ],
)
def test_the_format_of_a_date_that_is_not_read_is_offered(
    text: str, timestamp: str, connection: duckdb.DuckDBPyConnection
) -> None:
    with pytest.raises(InputProblem) as problem:
        formats(connection, ["?", text])
    sentence = re.fullmatch(
        "file 0: no invoiced_at can be read as a date, such as '(.*)': "
        "give its format with `invoice_date_format: '(.*)'`.",
        str(problem.value),
    )
    assert sentence is not None
    assert sentence[1] == text
    check_date_format(sentence[2], connection)
    query = "select try_strptime($1, $2) = cast($3 as timestamp)"
    assert connection.execute(query, [text, sentence[2], timestamp]).fetchone() == (True,)


@pytest.mark.parametrize("text", ["40148", "20101301", "2010-02-30", "soon", "13/13/2010 8:26 x"])
def test_a_text_that_is_no_date_gets_no_format(text: str, connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(InputProblem, match="write the dates as YYYY-MM-DD, or give their strptime format"):
        formats(connection, [text])


def test_one_file_decides_for_the_others(connection: duckdb.DuckDBPyConnection) -> None:
    assert formats(connection, ["1/2/2010"], ["31/1/2010"]) == ["%d/%m/%Y"]
    assert formats(connection, ["1/2/2010", "2010-03-04T05:06:07"], ["1/31/2010", "none"]) == ["%m/%d/%Y"]


@pytest.mark.parametrize(
    "text", ["2010-12-01", "2010-12-01 8:26", "2010-12-01T08:26:00Z", "2010/12/01 08:26:00Z"]
)
def test_iso_dates_need_no_format(text: str, connection: duckdb.DuckDBPyConnection) -> None:
    assert formats(connection, [text, "1"]) == []
    assert formats(connection, ["2010-12-01T08:26:00.123"]) == []


def test_impossible_dates_decide_nothing(connection: duckdb.DuckDBPyConnection) -> None:
    assert formats(connection, ["45/1/2010", "1/45/2010", "13/13/2010", "31/12/2010", "1/2/2010"]) == [
        "%d/%m/%Y"
    ]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        (
            [["1/2/2010 8:26"], ["3/4/2010 8:26"]],
            "file 0.*'1/2/2010 8:26' may have the day or the month first.* '%d/%m/%Y %H:%M'` or .* '%m/%d/%Y",
        ),
        ([["13/1/2010"], ["1/13/2010"]], r"'13/1/2010' \(file 0\).*'1/13/2010' \(file 1\)"),
        ([["1.2.2010"], ["1/13/2010"]], r"'1\.2\.2010' \(file 0\)"),
        ([["?"]], "file 0: no invoiced_at can be read as a date, such as '\\?'"),
    ],
)
def test_open_orders(files: list[list[str]], expected: str, connection: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(InputProblem, match=expected) as problem:
        formats(connection, *files)
    assert "invoice_date_format" in str(problem.value)


def test_a_format_must_hold_a_whole_date(connection: duckdb.DuckDBPyConnection) -> None:
    check_date_format("%d.%m.%y %H:%M", connection)
    for unusable in ("%m/%Y", "%H:%M", "d/m/y", "%Q", "%"):
        with pytest.raises(InputProblem, match="day, month and year"):
            check_date_format(unusable, connection)
