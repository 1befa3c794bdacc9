"""Hostile texts through every entrance: names of files, sheets and columns, values, segment names, vars.

None becomes SQL, code, markup, a formula or a path: texts come out as they went in, and nothing else is.
"""

import csv
import html.parser
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from invoice_reader.columns import INVOICES

PAYLOADS = [
    "'; drop table main.customer_segments; --",
    "' || (select 1) || '",
    '"; drop schema main cascade; --',
    "'); copy (select 42) to 'stolen.csv'; --",
    "$$; attach 'stolen.duckdb'; --",
    "{{ env_var('SEGMENTATION_PRIVACY_KEY') }}",
    "{% do exceptions.raise_compiler_error('taken') %}",
    "${SEGMENTATION_PRIVACY_KEY}$(touch stolen)`touch stolen`",
    "__import__('os').system('touch stolen')",
    "%s %d {0} {secret!r}",
    "<script>document.title='taken'</script>",
    '"><img src=x onerror="document.title=\'taken\'">',
    "</script><svg/onload=document.title='taken'>",
    "javascript:alert(1)",
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "-2+3;=1+1",
    "../../../../stolen",
    "/etc/passwd",
    "\\..\\..\\stolen",
    "NULL",
    "\u202egnitirw",
]
# Headers of the export, each of them hostile.
HEADERS = dict(zip(INVOICES.headers, PAYLOADS, strict=False))
ATTRIBUTE = "age'); drop table main.customer_rfm; --\"<b>"
FOLDER = "it's \"; drop schema main; --${PATH}%s"


def lines(name: str, number: int) -> list[list[Any]]:
    """Three orders of each payload as customer, product, description and country."""
    made = []
    for position, payload in enumerate(PAYLOADS):
        for order in range(1 + position % 4):
            day = f"2024-{1 + (position + order) % 9:02d}-{1 + position:02d} 10:00"
            made.append(
                [
                    f"{payload} {number}{order}",
                    payload,
                    payload,
                    1 + position,
                    day,
                    2.5,
                    f"{payload} {name}",
                    payload,
                ]
            )
    return made


@pytest.fixture(scope="module")
def hostile(make_place: Callable[[], Any]) -> Any:
    """A copy of the project with hostile segment names, built from hostile files, and where it lies."""
    place = make_place()
    project = place.folder / "project"
    for name in ("models", "seeds", "macros", "python"):
        shutil.copytree(
            place.repo_root / name, project / name, ignore=shutil.ignore_patterns("__pycache__", ".*")
        )
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(place.repo_root / name, project / name)
    for path in (place.repo_root / "tests" / "generic").glob("*.sql"):
        copy = project / path.relative_to(place.repo_root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    playbook = project / "seeds" / "segment_playbook.csv"
    with playbook.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for row, payload in zip(rows, PAYLOADS, strict=False):
        row["segment_name"] = row["recommended_action"] = row["description"] = payload
    with playbook.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)

    folder = place.folder / FOLDER
    folder.mkdir()
    with (folder / "'; drop table x; --.csv").open("w", encoding="utf-8", newline="") as file:
        # Quoted: which separator a file has is told from its first line.
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([HEADERS.values(), *lines("csv", 1)])
    columns = [[str(cell) for cell in column] for column in zip(*lines("parquet", 2), strict=True)]
    pq.write_table(pa.table(columns, names=list(HEADERS.values())), folder / "[a]*'); select 1; --.parquet")
    with xlsxwriter.Workbook(folder / "book $(touch stolen).xlsx", {"strings_to_formulas": False}) as book:
        for sheet_name in ("'; drop --", "=1+1"):
            sheet = book.add_worksheet(sheet_name.strip("'"))
            for position, row in enumerate([list(HEADERS.values()), *lines(sheet_name, 3)]):
                sheet.write_row(position, 0, row)
    with place.attributes.open("w", encoding="utf-8", newline="") as file:
        customers = [f"{payload} {name}" for payload in PAYLOADS for name in ("csv", "parquet")]
        values = [(customer, number % 7, PAYLOADS[number % 5]) for number, customer in enumerate(customers)]
        csv.writer(file).writerows([("customer_id", ATTRIBUTE, PAYLOADS[10]), *values])

    run = place.run(
        "make_build",
        cwd=project,
        variables={
            "invoices": str(folder),
            "invoice_columns": HEADERS,
            "segmentation_features": [
                "recency_days",
                "frequency",
                "monetary",
                ATTRIBUTE,
                PAYLOADS[10],
            ],
            "publish_lines": True,
            "drop_duplicates": False,
        },
    )
    assert run.exit_code == 0, run.output
    return place


def test_nothing_was_run(hostile: Any) -> None:
    places = [hostile.folder, hostile.repo_root]
    assert [path for place in places for path in place.glob("stolen*")] == []
    assert list(hostile.folder.rglob("stolen*")) == []
    # Of all tables only those of the project are there.
    assert hostile.rows("select count(*) from customer_segments")[0][0] > len(PAYLOADS)
    assert hostile.rows("select count(*) from duckdb_tables() where table_name in ('x', 'stolen')") == [(0,)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("select distinct description from invoice_lines", set(PAYLOADS)),
        ("select distinct country from country_segments", set(PAYLOADS)),
        ("select distinct stock_code from invoice_lines", set(PAYLOADS)),
        (
            "select customer_id from customer_rfm where customer_id like '% csv'",
            {f"{p} csv" for p in PAYLOADS},
        ),
        ("select distinct attribute from customer_attributes", {ATTRIBUTE, PAYLOADS[10]}),
        ("select value_text from customer_attributes where kind = 'category'", set(PAYLOADS[:5])),
    ],
)
def test_texts_come_out_as_they_went_in(hostile: Any, query: str, expected: set[str]) -> None:
    assert {text for (text,) in hostile.rows(query)} == expected
    with duckdb.connect(str(hostile.published / "segments.duckdb"), read_only=True) as connection:
        assert {text for (text,) in connection.execute(query).fetchall()} == expected
    table = query.split(" from ")[1].split()[0]
    parquet = str(hostile.published / f"{table}.parquet").replace("'", "''")
    found = duckdb.sql(query.replace(f" from {table}", f" from '{parquet}'")).fetchall()
    assert {text for (text,) in found} == expected


class Elements(html.parser.HTMLParser):
    """Every element of a page with its attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_report_has_no_element_of_theirs(hostile: Any) -> None:
    page = Elements()
    page.feed((hostile.published / "report.html").read_text(encoding="utf-8"))
    assert len(page.found) > 100
    for tag, attributes in page.found:
        assert not [name for name in attributes if name.startswith("on")]
        assert tag != "svg" or "onload" not in attributes
        address = attributes.get("src") or attributes.get("href") or ""
        assert not address.startswith(("javascript:", "http", "/", ".."))
    assert {attributes.get("src") for tag, attributes in page.found if tag == "script"} == {None}
    # Pictures of the report are drawn into it.
    assert all(
        (attributes["src"] or "").startswith("data:") for tag, attributes in page.found if tag == "img"
    )


def test_campaign_files_hold_no_formula(hostile: Any) -> None:
    cells = []
    for path in (hostile.published / "campaigns").iterdir():
        assert path.name.removesuffix(".csv").replace("_", "").replace("-", "").isalnum()
        with path.open(encoding="utf-8", newline="") as file:
            cells += [cell for row in csv.reader(file) for cell in row]
    assert len(cells) > 100
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r\n")]


def test_neither_the_key_nor_other_files_were_read(
    hostile: Any, traces: Callable[[Path, str], set[str]]
) -> None:
    assert traces(hostile.published.resolve(), "an invented key") == set()
    assert traces(hostile.published.resolve(), "root:x:0") == set()


@pytest.mark.parametrize(
    "variables",
    [
        {"invoices": "{{ env_var('SEGMENTATION_PRIVACY_KEY') }}"},
        {"currency": "'; drop table main.customer_segments; --"},
        {"segmentation_features": ['monetary"; drop table main.customer_segments; --']},
    ],
)
def test_a_hostile_var_stops_the_build_in_one_sentence(hostile: Any, variables: dict[str, Any]) -> None:
    before = hostile.rows("select count(*) from customer_segments")
    run = hostile.run("make_build", variables=variables)
    assert run.exit_code != 0
    assert len(run.output.splitlines()) == 2 and "an invented key" not in run.output
    assert hostile.rows("select count(*) from customer_segments") == before
