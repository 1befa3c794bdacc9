"""A second build reads what has changed, and ends as if it had read everything.

A build from nothing is the rival: a warehouse of its own, or one whose lines are gone.
"""

import shutil
from pathlib import Path

import duckdb
import pytest

from campaigns.builds import NO_UNIT_TESTS, QUICK_VARIABLES, Place, difference, look
from campaigns.days import LINES_ONLY, follow_days, read_records, split_by_date, write_records

CHANGED = "from main_staging.base_changed_lines"
LONGER = "select list(invoice_number) from main_intermediate.int_invoices_of_several_days"


@pytest.fixture(scope="module")
def sample_days(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The sample, one file for about ten days, in order."""
    folder = tmp_path_factory.mktemp("days")
    return split_by_date(repo_root / "seeds" / "sample_invoices.csv", folder, n_characters=9)


@pytest.fixture
def delivered(sample_days: list[Path], tmp_path: Path) -> Path:
    """A folder with a copy of all days of the sample but the last two."""
    folder = tmp_path / "delivered"
    folder.mkdir()
    for day in sample_days[:-2]:
        shutil.copy(day, folder)
    return folder


def value(place: Place, query: str) -> object:
    """The only value of a query."""
    with duckdb.connect(str(place.database), read_only=True) as connection:
        return connection.execute(query).fetchall()[0][0]


def lie_on_two_days(day: Path) -> str:
    """Move the first line of the first invoice of a file to another day; the number of the invoice."""
    header, records = read_records(day)
    number, date = header.index("InvoiceNo"), header.index("InvoiceDate")
    first, second = records[:2]
    assert first[number] == second[number]
    first[date] = f"{first[date][:8]}28{first[date][10:]}"
    assert first[date] != second[date]
    write_records(day, header, records)
    return first[number]


def test_real_days_in_any_order(online_retail: Path) -> None:
    days = sorted((online_retail / "by-day").glob("*.csv"))
    assert len(days) == 305
    n_followed, problems = follow_days(days, 2, seed=1, say=print)
    assert problems == []
    assert n_followed == 2


def test_every_mart_follows_a_new_day(sample_days: list[Path], delivered: Path, tmp_path: Path) -> None:
    """With the same stored model tables and published build are those of a build that reads all lines."""
    variables = QUICK_VARIABLES | {"invoices": str(delivered), "publish_report": False}
    following, anew = Place(tmp_path / "following"), Place(tmp_path / "anew")
    following.folder.mkdir()
    following.must_build(*NO_UNIT_TESTS, variables=variables)
    scan = "select sum(hash(segment_k_scan)::hugeint) from segment_k_scan"
    first_scan = value(following, scan)
    anew.restore(following)
    with duckdb.connect(str(anew.database)) as connection:
        connection.execute("drop table main_staging.base_changed_lines")
        connection.execute("update main_staging.base_invoice_lines set file_version = 'of another time'")

    for day in sample_days[-2:]:
        shutil.copy(day, delivered)
    variables["refit"] = "never"
    output = following.must_build(*NO_UNIT_TESTS, variables=variables)
    assert f"Lines: 2 of {len(sample_days)} files are read, the others are as they were." in output
    assert f"new: {delivered}" in output
    assert "the others are as they were" not in anew.must_build(*NO_UNIT_TESTS, variables=variables)
    assert difference(following, look(anew)) == []
    assert value(following, scan) == first_scan


def test_what_a_build_left_undone_is_made_up_for(
    sample_days: list[Path], delivered: Path, tmp_path: Path
) -> None:
    """Lines that came in while the tables above stayed behind are noted until a whole build has followed."""
    following, anew = Place(tmp_path / "following"), Place(tmp_path / "anew")
    following.folder.mkdir()
    variables = {"invoices": str(delivered)}
    longer = lie_on_two_days(delivered / sample_days[3].name)
    following.must_build(*LINES_ONLY, variables=variables)
    assert value(following, f"select count(*) {CHANGED}") == 0
    assert value(following, LONGER) == [longer]

    # A day comes, two are corrected, another is taken back; the build ends after its first table.
    shutil.copy(sample_days[-1], delivered)
    back, corrected, gone = (delivered / sample_days[index].name for index in (3, 7, 11))
    shutil.copy(sample_days[3], back)
    longer = lie_on_two_days(corrected)
    header, records = read_records(corrected)
    for record in records[:3]:
        record[header.index("Quantity")] = "77"
    write_records(corrected, header, records)
    gone.unlink()
    output = following.must_build("--select", "+base_invoice_lines", *LINES_ONLY[-4:], variables=variables)
    for part in (f"new: {delivered}", f"changed: {back}, {corrected}", f"gone: {gone}"):
        assert part in output
    assert value(following, f"select count(distinct invoice_number) {CHANGED}") > 3

    # The next build has nothing to read, and something to do.
    output = following.must_build(*LINES_ONLY, variables=variables)
    assert f"Lines: 0 of {len(sample_days) - 2} files are read" in output
    assert "since the last build" not in output
    assert value(following, f"select count(*) {CHANGED}") == 0
    assert value(following, LONGER) == [longer]
    anew.folder.mkdir()
    anew.must_build(*LINES_ONLY, variables=variables)
    assert difference(following, look(anew)) == []


def test_what_failed_its_tests_is_tested_again(
    sample_days: list[Path], delivered: Path, tmp_path: Path
) -> None:
    """Lines stay noted while a test fails, even where every table has followed."""
    place = Place(tmp_path / "place")
    place.folder.mkdir()
    with_tests = (*LINES_ONLY[:-4], "+customer_rfm", "--indirect-selection", "cautious")
    variables = {"invoices": str(delivered)}
    place.must_build(*LINES_ONLY, variables=variables)
    shutil.copy(sample_days[-1], delivered)
    header, records = read_records(sample_days[-1])
    customers = {record[header.index("CustomerID")] for record in records}
    # Somebody who does not buy on that day, so that the row stays.
    wrong = f"""
        update main_intermediate.int_customer_orders set kept_amount = kept_amount + 1
        where customer_id = (
            select min(customer_id) from main_intermediate.int_customer_measures
            where customer_id not in {tuple(customers)}
        )
    """
    with duckdb.connect(str(place.database)) as connection:
        connection.execute(wrong)
    exit_code, output = place.build(*with_tests, *NO_UNIT_TESTS, variables=variables)
    assert exit_code == 1
    assert "FAIL 1 assert_ledger_ends_at_customer_rfm" in output
    assert "SKIP=0" in output
    assert value(place, f"select count(*) {CHANGED}") != 0

    with duckdb.connect(str(place.database)) as connection:
        connection.execute(wrong.replace("+ 1", "- 1"))
    place.must_build(*LINES_ONLY, variables=variables)
    assert value(place, f"select count(*) {CHANGED}") == 0


def test_under_other_rules_nothing_stays_as_it_was(delivered: Path, tmp_path: Path) -> None:
    """No line has changed; and yet a model that is run alone is made anew, and every file is read again."""
    place = Place(tmp_path / "place")
    place.folder.mkdir()
    variables: dict[str, object] = {"invoices": str(delivered)}
    gross = variables | {"monetary_basis": "gross"}
    place.must_build(*LINES_ONLY, variables=variables)
    amount = "select sum(gross_amount) from main_intermediate.int_customer_orders"
    net = value(place, amount)
    alone = ("--select", "int_customer_lines", "int_customer_orders", *LINES_ONLY[-4:])
    place.must_build(*alone, variables=gross)
    assert value(place, amount) != net
    read = ("--select", "+base_invoice_lines", *LINES_ONLY[-4:])
    assert "the others are as they were" in place.must_build(*read, variables=variables)
    assert "the others are as they were" not in place.must_build(*read, variables=gross)
