"""Which formats the dates of an input are in, decided from all its files together.

- Dates that start with the year (2010-12-01, 2010/12/01) need no decision.
- In 12/1/2010, 12-1-2010 or 12/1/10 the month is first where some second number is above 12, and the day
  where some first number is; dates with dots that leave it open have the day first. Both in one input, or
  neither, is an error that names `invoice_date_format`, as is an input without any readable date.
- The formats are those of DuckDB's strptime, one for each shape that occurs; two-digit years go first, since
  %Y would take 10 for the year 10.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from invoice_reader.problems import InputProblem
from sql_text import quoted_identifier

# A date whose digits are written as 0 (Y: four of them) -> what follows the date in strptime.
TIMES = {
    "": "",
    "0:0": "%H:%M",
    "0:0:0": "%H:%M:%S",
    "0:0:0.0": "%H:%M:%S.%f",
    "0:0 PM": "%I:%M %p",
    "0:0PM": "%I:%M%p",
    "0:0:0 PM": "%I:%M:%S %p",
    "0:0:0PM": "%I:%M:%S%p",
}
SEPARATORS = "/.-"

# One row per shape of date. Only values that start like a date in some known order get a shape; all others
# have the shape null. RE2 has no back reference, so both separators are compared apart.
DATE_SHAPES = r"""
with texts as (
    select distinct trim(cast({column} as varchar), ' ' || chr(9) || chr(160)) as text
    from {relation}
    where {column} is not null
),

parts as (
    select
        text,
        regexp_extract(text, '^(\d{{1,2}})([/.-])(\d{{1,2}})([/.-])(\d{{4}}|\d{{2}})(?:$|[ T]+(.*)$)',
            ['first', 'separator', 'second', 'separator_again', 'year', 'time']) as part,
        regexp_matches(text, '^\d{{4}}[-/]\d{{1,2}}[-/]\d{{1,2}}($|[ T]\d)') as is_year_first,
    from texts
    where text <> ''
),

dates as (
    select
        text,
        case
            when is_year_first then 'year first'
            when part.separator <> '' and part.separator = part.separator_again then
                part.separator || length(part.year) || if(regexp_matches(text, '\dT\d'), 'T', ' ')
                || regexp_replace(regexp_replace(part.time, '\d+', '0', 'g'), '[AaPp][Mm]$', 'PM')
        end as shape,
        try_cast(part.first as integer) as first,
        try_cast(part.second as integer) as second,
    from parts
)

select
    shape,
    min(text) as example,
    min(text) filter (where first between 13 and 31 and second between 1 and 12) as day_first_example,
    min(text) filter (where second between 13 and 31 and first between 1 and 12) as month_first_example,
    min(text) filter (where first between 1 and 12 and second between 1 and 12 and first <> second)
        as open_example,
from dates
group by shape
order by shape
"""


@dataclass(frozen=True)
class DateShape:
    """Dates of one shape in one file, with the smallest text for each of the three cases.

    shape: None for texts that are no date, "year first", or separator, digits of the year, "T" or " ", and
    the time with its digits written as 0.
    """

    shape: str | None
    example: str
    day_first_example: str | None
    month_first_example: str | None
    open_example: str | None

    @property
    def is_dotted(self) -> bool:
        """Whether the parts of the date are separated by dots."""
        return self.shape is not None and self.shape.startswith(".")

    @property
    def date_format(self) -> str | None:
        """The format with "first" and "second" for the two numbers before the year, or None."""
        if self.shape is None or self.shape == "year first" or self.shape[3:] not in TIMES:
            return None
        separator, year, gap, time = self.shape[0], self.shape[1], self.shape[2], TIMES[self.shape[3:]]
        date = f"first{separator}second{separator}{'%y' if year == '2' else '%Y'}"
        return f"{date}{gap}{time}" if time else date


def date_shapes(connection: duckdb.DuckDBPyConnection, relation: str, column: str) -> list[DateShape]:
    """The shapes in a text column; relation: ready for SQL, column: its plain name."""
    query = DATE_SHAPES.format(relation=relation, column=quoted_identifier(column))
    return [DateShape(*row) for row in connection.execute(query).fetchall()]


def decide_formats(shapes_by_file: Iterable[tuple[str, list[DateShape]]]) -> list[str]:
    """The strptime formats to try, besides ISO; raises InputProblem where the order is open or mixed."""
    day_first: tuple[str, str] | None = None
    month_first: tuple[str, str] | None = None
    undecided: tuple[str, str] | None = None
    unreadable: tuple[str, str] | None = None
    has_dates = False
    formats: set[str] = set()
    for name, shapes in shapes_by_file:
        for shape in shapes:
            if shape.shape != "year first" and shape.date_format is None:
                unreadable = unreadable or (name, shape.example)
                continue
            has_dates = True
            if shape.date_format is None:
                continue
            formats.add(shape.date_format)
            if shape.day_first_example:
                day_first = day_first or (name, shape.day_first_example)
            elif shape.is_dotted and not shape.month_first_example:
                day_first = day_first or (name, shape.example)
            if shape.month_first_example:
                month_first = month_first or (name, shape.month_first_example)
            if shape.open_example:
                undecided = undecided or (name, shape.open_example)
    if not has_dates and unreadable:
        raise InputProblem(
            f"{unreadable[0]}: no invoiced_at can be read as a date, such as {shown_date(unreadable[1])}: "
            "give its strptime format with `invoice_date_format`."
        )
    if day_first and month_first:
        raise InputProblem(
            f"invoiced_at has the day first in {shown_date(day_first[1])} ({day_first[0]}) and the month "
            f"first in {shown_date(month_first[1])} ({month_first[0]}): correct one, or say which is right "
            "with `invoice_date_format`."
        )
    if undecided and not day_first and not month_first:
        raise InputProblem(
            f"{undecided[0]}: invoiced_at such as {shown_date(undecided[1])} may have the day or the month "
            "first, and no number above 12 decides it: give the strptime format with `invoice_date_format`, "
            "such as '%d/%m/%Y %H:%M' or '%m/%d/%Y %H:%M'."
        )
    first, second = ("%m", "%d") if month_first else ("%d", "%m")
    # %y sorts before %Y by the flag, so that a two-digit year is never read as the year 10.
    ordered = sorted(formats, key=lambda text: ("%Y" in text, text))
    return [text.replace("first", first).replace("second", second) for text in ordered]


def check_date_format(date_format: str, connection: duckdb.DuckDBPyConnection) -> None:
    """Raise InputProblem unless the strptime format reads a year, a month and a day."""
    try:
        row = connection.execute(
            "select strptime(strftime(timestamp '2011-02-03 04:05:06', $1), $1)::date = date '2011-02-03'",
            [date_format],
        ).fetchone()
        is_usable = row is not None and row[0]
    except duckdb.Error:
        is_usable = False
    if not is_usable:
        raise InputProblem(
            f"`invoice_date_format` is {date_format!r}: expected a strptime format with day, month and year, "
            "such as '%d/%m/%Y %H:%M'."
        )


def reads_any(connection: duckdb.DuckDBPyConnection, relation: str, column: str, date_format: str) -> bool:
    """Whether the strptime format reads at least one value of a text column."""
    text = f"trim(cast({quoted_identifier(column)} as varchar))"
    query = f"select 1 from {relation} where try_strptime({text}, $1) is not null limit 1"
    return connection.execute(query, [date_format]).fetchone() is not None


def shown_date(text: str) -> str:
    """A date in a message, at most 30 characters."""
    return repr(text if len(text) <= 30 else text[:29] + "…")
