"""The files beside the database: a Parquet file per table, a CSV file per segment."""

import re
from collections.abc import Sequence
from pathlib import Path

import duckdb

from publishing.places import PublishingError
from sql_text import quoted_identifier, quoted_literal

PARQUET_OPTIONS = "format parquet, compression zstd"
NO_HISTORY = """
    (select null::varchar as customer_id, null::varchar as segment_name, null::date as valid_to where false)
"""
CAMPAIGNS = "campaigns"
# A spreadsheet takes a cell that starts with one of these as a formula; the last four are their wide forms.
FORMULA_STARTS = r"=+\-@" + "\uff1d\uff0b\uff0d\uff20"
# Where lists are separated by semicolons or tabs, a spreadsheet splits a cell at one, and at a line break.
SEPARATORS = r";\t\r\n"


def write_parquet(connection: duckdb.DuckDBPyConnection, table: str, path: Path) -> int:
    """Write a table of the current database, rows in their order there; returns the number of rows."""
    return write(connection, f"from {quoted_identifier(table)}", path, PARQUET_OPTIONS)


def write_parquet_without(
    connection: duckdb.DuckDBPyConnection, table: str, left_out: Sequence[str], path: Path
) -> int:
    """Write a table of the current database without some columns; returns the number of rows."""
    columns = ", ".join(quoted_identifier(column) for column in left_out)
    query = f"select * exclude ({columns}) from {quoted_identifier(table)}"
    return write(connection, query, path, PARQUET_OPTIONS)


def write_campaigns(
    connection: duckdb.DuckDBPyConnection, folder: Path, *, has_history: bool
) -> dict[str, int]:
    """Write one CSV file per segment, one row per customer; returns the rows of each file by its name.

    `previous_segment` is the last one that the customer left, empty where there is none, and without
    segment_history. A cell that a spreadsheet would take as a formula gets a leading apostrophe, which shows
    that it is text.

    Raises:
        PublishingError: a segment's key cannot be a file name.
    """
    (folder / CAMPAIGNS).mkdir()
    rows = {}
    history = "segment_history" if has_history else NO_HISTORY
    keys = connection.execute("select segment_key from segment_profiles order by segment_key").fetchall()
    for (key,) in keys:
        if not re.fullmatch(r"[\w-]+", key):
            raise PublishingError(
                f"The segment key '{key}' cannot name a file: "
                "use letters, digits, - and _ for segment_key in seeds/segment_playbook.csv."
            )
        query = f"""
            with left_segments as (
                select
                    customer_id,
                    segment_name,
                    row_number() over (partition by customer_id order by valid_to desc) as nearness
                from {history}
                where valid_to is not null
            )
            select
                {text_cell("customer_segments.customer_id")} as customer_id,
                {text_cell("customer_segments.segment_name")} as segment,
                {text_cell("left_segments.segment_name")} as previous_segment,
                {text_cell("customer_segments.recommended_action")} as recommended_action
            from customer_segments
            left join left_segments
                on customer_segments.customer_id = left_segments.customer_id and left_segments.nearness = 1
            where customer_segments.segment_key = {quoted_literal(key)}
            order by customer_segments.customer_id
        """
        name = f"{CAMPAIGNS}/{key}.csv"
        rows[name] = write(connection, query, folder / name, "format csv, header")
    return rows


def text_cell(column: str) -> str:
    """SQL for the column's text, with an apostrophe before what a spreadsheet would take as a formula."""
    inside = rf"regexp_replace({column}, '([{SEPARATORS}][\s\"]*)([{FORMULA_STARTS}])', '\1''\2', 'g')"
    return rf"regexp_replace({inside}, '^([{FORMULA_STARTS}\t\r\n])', '''\1')"


def write(connection: duckdb.DuckDBPyConnection, query: str, path: Path, options: str) -> int:
    """Write the query's rows to a file; returns their number."""
    count = connection.execute(f"copy ({query}) to {quoted_literal(str(path))} ({options})").fetchall()
    return int(count[0][0])
