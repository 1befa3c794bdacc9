"""One customer is forgotten: nothing of them is left in any table or file, and no later build holds them."""

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

KEY = "SEGMENTATION_PRIVACY_KEY"
Traces = Callable[[Path, str], set[str]]


@pytest.fixture(scope="module")
def shop(make_place: Callable[[], Any], traces: Traces) -> dict[str, Any]:
    """A shop built at two dates, then without a customer; what was found before and after."""
    place = make_place()
    for variables in ({"as_of_date": "2024-06-30"}, {}):
        built = place.build(publish_lines=True, **variables)
        assert built.exit_code == 0, built.output
    figures = "select count(*), sum(n_customers) from segment_migration where n_customers > 1"
    found: dict[str, Any] = {
        "place": place,
        "before": traces(place.folder, "Qzxjwvkt"),
        "lines": place.rows("select count(*) from main_staging.stg_invoice_lines"),
        "migration": place.rows(figures + " and as_of_date = date '2024-06-30'"),
        "inode": place.database.stat().st_ino,
        "sql": [path.read_text(encoding="utf-8") for path in (place.folder / "target").rglob("*.sql")],
    }
    found["without a key"] = forget(place, key=None)
    found["another input"] = forget(place, variables=None)
    found["tables after another input"] = place.rows("select count(*) from customer_segments")
    found["forgotten"] = forget(place)
    found["after"] = traces(place.folder, "Qzxjwvkt")
    found["migration after"] = place.rows(figures + " and as_of_date = date '2024-06-30'")
    return found


def forget(place: Any, **keywords: Any) -> Any:
    """Forget the marked customer."""
    keywords = {"variables": {"publish_lines": True}} | keywords
    return place.run("privacy", "forget", CUSTOMER=" Qzxjwvkt-7.0", **keywords)


def test_the_search_finds_what_is_there(shop: dict[str, Any]) -> None:
    """The test below could not fail otherwise: tables, pages, pictures' data and copies all hold the mark."""
    before = shop["before"]
    for place in (
        'warehouse.duckdb "main"."customer_segments"',
        'warehouse.duckdb "main"."segment_history"',
        'warehouse.duckdb "main"."rejected_invoice_lines"',
        'warehouse.duckdb "main_staging"."stg_invoice_lines"',
        'warehouse.duckdb "main_intermediate"."int_segment_snapshots"',
    ):
        assert place in before
    kinds = {Path(name.split(" ")[0]).suffix for name in before if name.startswith("published_builds/")}
    assert {".duckdb", ".parquet", ".csv", ".html"} <= kinds
    assert len({name.split("/")[1] for name in before if name.startswith("published_builds/")}) == 2
    assert any(name.startswith("target/input_records/") for name in before)


def test_logs_and_what_dbt_compiles_hold_no_line_of_a_customer(shop: dict[str, Any]) -> None:
    """Broken lines of the customer are in the input, so that the build has something to say."""
    beside = {name for name in shop["before"] if name.startswith(("logs/", "target/"))}
    assert {name for name in beside if not name.startswith("target/input_records/")} == set()
    assert (shop["place"].folder / "logs" / "dbt.log").stat().st_size > 100_000


def test_where_nobody_is_forgotten_the_sql_says_nothing_of_it(shop: dict[str, Any]) -> None:
    assert len(shop["sql"]) > 100
    assert not [text for text in shop["sql"] if "is_forgotten" in text]


def test_nothing_of_a_forgotten_customer_is_left(shop: dict[str, Any]) -> None:
    assert shop["forgotten"].exit_code == 0, shop["forgotten"].output
    assert shop["after"] == set()
    # Nor in blocks that no table uses: they may be compressed, so the files must have none.
    place = shop["place"]
    databases = [path for path in place.folder.rglob("*.duckdb") if not path.is_symlink()]
    assert len(databases) == 2
    for path in databases:
        with duckdb.connect(str(path), read_only=True) as connection:
            assert connection.execute("select free_blocks from pragma_database_size()").fetchall() == [(0,)]
    assert place.database.stat().st_ino != shop["inode"]
    assert not list(place.folder.glob("*.wal"))


def test_the_lines_are_counted_and_the_ledger_ties_out(shop: dict[str, Any]) -> None:
    """The build's own data tests hold the ledger to its sums; here: what becomes of the lines."""
    place = shop["place"]
    assert place.rows("select count(*) from main_staging.stg_invoice_lines") == shop["lines"]
    ((lines, value, before),) = place.rows(
        """
        select lines_removed, value_removed, lines_before from cleaning_ledger
        where rule = 'forgotten_customer'
        """
    )
    ids = [
        line.split(",")[6]
        for line in place.invoices.read_text(encoding="utf-8").splitlines()
        if line.count(",") == 7
    ]
    assert lines == sum("Qzxjwvkt" in text for text in ids) > 0
    assert (before, value) == (shop["lines"][0][0], 0)
    contents = place.rows(
        """
        select distinct * exclude (source_file, source_line) from rejected_invoice_lines
        where rejection_reason = 'forgotten_customer'
        """
    )
    assert [set(row) - {None, 0} for row in contents] == [{"forgotten_customer"}]
    # Whose an unreadable record is nobody can say.
    assert place.rows(
        "select raw_text from rejected_invoice_lines where rejection_reason = 'unreadable'"
    ) == [(None,)]
    assert place.rows(
        "select raw_text from rejected_customer_attributes where rejection_reason = 'forgotten_customer'"
    ) == [("",)]


def test_history_keeps_the_counts_of_more_than_one(shop: dict[str, Any]) -> None:
    assert shop["migration after"] == shop["migration"]
    ((customers,),) = shop["place"].rows(
        "select count(*) from segment_history where valid_from = date '2024-06-30'"
    )
    assert customers > 0


def test_without_a_key_nothing_is_forgotten(shop: dict[str, Any]) -> None:
    run = shop["without a key"]
    assert run.exit_code == 1
    assert run.output.count("\n") == 1 and f"needs the key in {KEY}" in run.output


def test_another_input_than_that_of_the_warehouse_stops_the_build(shop: dict[str, Any]) -> None:
    """Without the vars of the usual build the shop would become the sample."""
    run = shop["another input"]
    assert run.exit_code == 1
    assert "and this build would read seeds/sample_invoices.csv" in run.output
    assert "this one failed" in run.output.splitlines()[-1]
    assert shop["tables after another input"][0][0] < 100


@pytest.mark.parametrize("key", [None, "another key, which is as long as the right one"])
def test_a_build_without_the_right_key_stops_before_the_first_model(
    shop: dict[str, Any], key: str | None
) -> None:
    run = shop["place"].run("make_build", variables={}, key=key)
    assert run.exit_code != 0
    _, sentence = run.output.splitlines()
    assert KEY in sentence and "_forgotten_customers.txt" in sentence


def test_a_build_without_the_list_stops(shop: dict[str, Any]) -> None:
    """The customer would come back without a word."""
    place = shop["place"]
    path = place.folder / "warehouse_forgotten_customers.txt"
    path.rename(path.with_suffix(".copy"))
    run = place.run("make_build", variables={})
    path.with_suffix(".copy").rename(path)
    assert run.exit_code != 0
    _, sentence = run.output.splitlines()
    assert str(path) in sentence and "put back a copy" in sentence


def test_the_list_is_for_its_owner_alone_and_names_nobody(shop: dict[str, Any]) -> None:
    path = shop["place"].folder / "warehouse_forgotten_customers.txt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    lines = path.read_text(encoding="utf-8").split()
    assert len(lines) == 2 and all(len(line) == 64 for line in lines)


def test_the_key_is_nowhere(shop: dict[str, Any], traces: Traces) -> None:
    assert traces(shop["place"].folder, "an invented key") == set()
