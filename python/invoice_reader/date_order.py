"""Which formats the dates of an input are in, decided from all its files together.

- ISO dates (2010-12-01, 2010-12-01T08:26:00Z) need no decision, nor do dates with the name of the month
  (01-Dec-10, 1 December 2010) and other dates that start with the year (2010/12/01).
- Eight digits (20101201) are a date only where every other value of the file that has a digit is one too: a
  number of an order or product may look like a date now and then.
- In 12/1/2010, 12-1-2010 or 12/1/10 the month is first where some second number is above 12, and the day
  where some first number is; dates with dots that leave it open have the day first. Both in one input, or
  neither, is an error that names `invoice_date_format`, as is an input without any readable date.
- The formats are those of DuckDB's strptime, one for each shape that occurs; two-digit years go first, since
  %Y would take 10 for the year 10. Local times with an offset (+0200) stay local times: the offset is text.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product

import duckdb

from invoice_reader.problems import InputProblem
from sql_text import quoted_identifier

# A date in the text of a shape (see DATE_SHAPES) -> the date in strptime.
NUMBERED_DATES = {
    f"0{separator}0{separator}{year}": f"first{separator}second{separator}{letter}"
    for separator in "/.-"
    for year, letter in (("%Y", "%Y"), ("0", "%y"))
}
NAMED_DATES = {
    f"0{separator}{month}{separator}{year}": f"%d{separator}{month}{separator}{letter}"
    for separator in "- /."
    for month in ("%b", "%B")
    for year, letter in (("%Y", "%Y"), ("0", "%y"))
}
YEAR_FIRST_DATES = {f"%Y{separator}0{separator}0": f"%Y{separator}%m{separator}%d" for separator in "/."}
EIGHT_DIGITS = "%Y%Y"
# The time in the text of a shape -> the time in strptime.
TIMES = {
    "": "",
    "0:0": "%H:%M",
    "0:0:0": "%H:%M:%S",
    "0:0:0%f": "%H:%M:%S.%f",
    "0:0 %p": "%I:%M %p",
    "0:0%p": "%I:%M%p",
    "0:0:0 %p": "%I:%M:%S %p",
    "0:0:0%p": "%I:%M:%S%p",
}
ISO = "ISO"
DATES = {**NUMBERED_DATES, **NAMED_DATES, **YEAR_FIRST_DATES, EIGHT_DIGITS: "%Y%m%d"}
# The text of a shape -> strptime, with "first" and "second" for two numbers whose order is open.
FORMATS = {
    f"{date}{gap}{clock}": f"{date_format}{gap}{time_format}"
    for (date, date_format), (clock, time_format) in product(DATES.items(), TIMES.items())
    for gap in (" T" if clock else ("",))
}
# DuckDB reads years first with hyphens by itself, but for these.
FORMATS |= {
    f"%Y-0-0{gap}{clock}": f"%Y-%m-%d{gap}{time_format}"
    for clock, time_format in TIMES.items()
    if "%p" in clock
    for gap in " T"
}
ZONED_FORMATS = FORMATS | {
    f"%Y-0-0{gap}{clock}": f"%Y-%m-%d{gap}{time_format}"
    for clock, time_format in TIMES.items()
    if clock and "%p" not in clock
    for gap in " T"
}
# Formats that are only offered: forms that are rare, or that leave open what is what.
OFFERED_DATES = (
    *("%d-%b-%y", "%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y", "%b %d %Y", "%B %d %Y"),
    *(
        "%Y-%b-%d",
        "%y-%b-%d",
        "%d/%b/%Y",
        "%d%b%Y",
        "%d%b%y",
        "%a, %d %b %Y",
        "%A, %d %B %Y",
        "%a %d %b %Y",
        "%A %d %B %Y",
    ),
    *("%Y%m%d", "%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y %m %d", "%d%m%Y"),
    *("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%m.%d.%Y", "%d-%m-%Y", "%m-%d-%Y", "%d %m %Y", "%m %d %Y"),
    *("%d/%m/%y", "%m/%d/%y", "%d.%m.%y", "%m.%d.%y", "%d-%m-%y", "%m-%d-%y"),
)
OFFERED_TIMES = (
    *("", " %H:%M", " %H:%M:%S", " %H:%M:%S.%f", " %I:%M %p", " %I:%M:%S %p", " %H.%M", " %H.%M.%S"),
    *(" %H%M", " %H%M%S", "%H%M%S", "%H%M", "T%H%M%S", "T%H%M", ", %H:%M", ", %H:%M:%S", ", %I:%M %p"),
    *(" at %H:%M", " at %I:%M %p", " at %I:%M%p", "T%H:%MZ", " %H:%M Uhr", " - %H:%M", ":%H:%M:%S"),
)

# One row per shape of date, and offset. In the text of a shape four digits are %Y and any others 0, a month's
# name is %b or %B, morning or afternoon %p, and what follows the second %f. Values of no known shape have the
# shape null. Plain replacements come before patterns, which take ten times as long; in two places the result
# is kept, since computing all in one go takes twice as long.
DATE_SHAPES = r"""
with texts as (
    select distinct trim(cast({column} as varchar), ' ' || chr(9) || chr(160)) as text
    from {relation}
    where {column} is not null
),

parts as materialized (
    select
        text,
        case
            when text like '____-%:%' or text like '%:%+%'
                then regexp_extract(text, ':\d{{2}}( ?[+-]\d{{2}}:?\d{{2}})$', 1)
            else ''
        end as time_offset,
        regexp_extract(text, '^(\d{{1,2}})[-/. ](?:(\d{{1,2}})[/.-])?', ['first', 'second']) as numbers,
    from texts
    where text <> ''
),

with_zeros as (
    select
        *,
        try_cast(numbers.first as integer) as first,
        try_cast(numbers.second as integer) as second,
        translate(left(text, length(text) - length(time_offset)), '123456789', '000000000') as zeros,
    from parts
),

without_words as (
    select
        *,
        case
            when lower(zeros) = upper(zeros) then zeros
            else
                zeros
                .regexp_replace('^(0{{1,2}}[-/. ])(?:{month_names})([-/. ])', '\1%B\2', 'i')
                .regexp_replace('^(0{{1,2}}[-/. ])(?:{month_abbreviations})([-/. ])', '\1%b\2', 'i')
                .regexp_replace('0( ?)[ap]m$', '0\1%p', 'i')
        end as wordless,
    from with_zeros
),

outlines as materialized (
    select
        *,
        if(wordless like '%:%.%', regexp_replace(wordless, '(:0{{1,2}})\.0+', '\1%f'), wordless)
            .replace('0000', '%Y')
            .replace('00', '0')
            .replace('   ', ' ')
            .replace('  ', ' ') as outline,
    from without_words
),

dates as (
    select
        *,
        case
            when regexp_matches(text, '^\d{{4}}-\d{{1,2}}-\d{{1,2}}($|[ T]\d)')
                and try_cast(text as timestamp) is not null then '{iso}'
            when outline like '{eight_digits}%' and (
                text < '19' or text >= '21' or try_strptime(left(text, 8), '%Y%m%d') is null
            ) then null
            -- A number above 31 before the name of a month is rather the year, as in 97-Apr-01.
            when first not between 1 and 31 and second is null then null
            when list_contains($shapes, outline) then outline
            when time_offset <> '' and list_contains($zoned_shapes, outline) then outline
            when regexp_matches(text, '^\d{{4}}/\d{{1,2}}/\d{{1,2}}($|[ T]\d)')
                and try_cast(text as timestamp) is not null then '{iso}'
        end as shape,
    from outlines
)

select
    shape,
    if(shape is null or shape = '{iso}', '', time_offset) as time_offset,
    coalesce(min(text) filter (where regexp_matches(text, '\d')), min(text)) as example,
    min(text) filter (where first between 13 and 31 and second between 1 and 12) as day_first_example,
    min(text) filter (where second between 13 and 31 and first between 1 and 12) as month_first_example,
    min(text) filter (where first between 1 and 12 and second between 1 and 12 and first <> second)
        as open_example,
from dates
group by all
order by all
"""
MONTH_NAMES = (
    *("january", "february", "march", "april", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
MONTH_ABBREVIATIONS = (*(name[:3] for name in MONTH_NAMES), "may")


@dataclass(frozen=True)
class DateShape:
    """Dates of one shape in one file, with the smallest text for each of the three cases.

    shape: None for texts that are no date, ISO, or the text of the shape. time_offset: what follows the time,
    such as " +0200". example: the smallest text, of those with a digit if there are any.
    """

    shape: str | None
    time_offset: str
    example: str
    day_first_example: str | None
    month_first_example: str | None
    open_example: str | None

    @property
    def is_dotted(self) -> bool:
        """Whether the date is numbers, the year last, with dots between them."""
        return self.shape is not None and self.shape.startswith("0.0.")

    @property
    def has_eight_digits(self) -> bool:
        """Whether the date is eight digits."""
        return self.shape is not None and self.shape.startswith(EIGHT_DIGITS)

    @property
    def is_other_number(self) -> bool:
        """Whether these are texts with digits that are no date."""
        return self.shape is None and any(character.isdigit() for character in self.example)

    @property
    def date_format(self) -> str | None:
        """The format with "first" and "second" for two numbers before the year; None for ISO or no date."""
        if self.shape is None or self.shape == ISO:
            return None
        return ZONED_FORMATS[self.shape] + self.time_offset


def date_shapes(connection: duckdb.DuckDBPyConnection, relation: str, column: str) -> list[DateShape]:
    """The shapes in a text column; relation: ready for SQL, column: its plain name."""
    query = DATE_SHAPES.format(
        relation=relation,
        column=quoted_identifier(column),
        month_names="|".join(MONTH_NAMES),
        month_abbreviations="|".join(MONTH_ABBREVIATIONS),
        eight_digits=EIGHT_DIGITS,
        iso=ISO,
    )
    shapes = {"shapes": list(FORMATS), "zoned_shapes": list(ZONED_FORMATS)}
    return [DateShape(*row) for row in connection.execute(query, shapes).fetchall()]


def decide_formats(shapes_by_file: Iterable[tuple[str, list[DateShape]]]) -> list[str]:
    """The strptime formats to try, besides ISO; raises InputProblem where the order is open or mixed."""
    day_first: tuple[str, str] | None = None
    month_first: tuple[str, str] | None = None
    undecided: tuple[str, str, str] | None = None
    unreadable: tuple[str, str] | None = None
    mixed_with: tuple[str, str] | None = None
    has_dates = False
    formats: set[str] = set()
    for name, shapes in shapes_by_file:
        other_number = next((shape.example for shape in shapes if shape.is_other_number), None)
        for shape in shapes:
            if shape.has_eight_digits and other_number is not None:
                unreadable, mixed_with = (name, shape.example), (other_number, str(shape.date_format))
                continue
            if shape.shape is None:
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
                undecided = undecided or (name, shape.open_example, shape.date_format)
    if not has_dates and unreadable:
        raise InputProblem(f"{unreadable[0]}: {unreadable_dates(unreadable[1], mixed_with)}")
    if day_first and month_first:
        raise InputProblem(
            f"invoiced_at has the day first in {shown_date(day_first[1])} ({day_first[0]}) and the month "
            f"first in {shown_date(month_first[1])} ({month_first[0]}): correct one, or say which is right "
            "with `invoice_date_format`."
        )
    if undecided and not day_first and not month_first:
        raise InputProblem(
            f"{undecided[0]}: invoiced_at such as {shown_date(undecided[1])} may have the day or the month "
            "first, and no number above 12 decides it: give the format with "
            f"{pasted(with_order(undecided[2], *order) for order in (('%d', '%m'), ('%m', '%d')))}."
        )
    first, second = ("%m", "%d") if month_first else ("%d", "%m")
    # %y sorts before %Y by the flag, so that a two-digit year is never read as the year 10.
    ordered = sorted(formats, key=lambda text: ("%Y" in text, text))
    return [with_order(text, first, second) for text in ordered]


def with_order(date_format: str, first: str, second: str) -> str:
    """The format with %d and %m in the places of the first and second number."""
    return date_format.replace("first", first).replace("second", second)


def unreadable_dates(example: str, mixed_with: tuple[str, str] | None) -> str:
    """The sentence for a file without a readable date.

    mixed_with: a number that is no date, and the format, where the example is eight digits that may be one.
    """
    if mixed_with is not None:
        other, date_format = mixed_with
        return (
            f"invoiced_at has eight digits as in {shown_date(example)}, but also {shown_date(other)}, which "
            f"is no such date: correct it, or have such values rejected with {pasted([date_format])}."
        )
    formats = matching_formats(example)
    advice = "write the dates as YYYY-MM-DD, or give their strptime format with `invoice_date_format`"
    if formats:
        advice = f"give its format with {pasted(formats)}"
    return f"no invoiced_at can be read as a date, such as {shown_date(example)}: {advice}."


def matching_formats(text: str) -> list[str]:
    """The strptime formats that a date may be in, at most two of them; none for a text that is no date."""
    found: list[str] = []
    for date_format, time_format in product(OFFERED_DATES, OFFERED_TIMES):
        try:
            parts = time.strptime(text, date_format + time_format)
        except ValueError:
            continue
        # Of digits in a row Python takes one for a day or hour where it has no two.
        is_whole = not text.isdigit() or len(time.strftime(date_format + time_format, parts)) == len(text)
        if is_whole and 1900 <= parts.tm_year < 2100:
            found.append(date_format + time_format)
    return found[:2]


def pasted(formats: Iterable[str]) -> str:
    """The var with each of the formats, as it is written in dbt_project.yml."""
    return " or ".join(f"`invoice_date_format: '{date_format}'`" for date_format in formats)


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
