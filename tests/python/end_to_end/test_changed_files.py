"""A second build reads the files that have changed, and ends as if it had read everything.

A build from nothing is the rival: a warehouse of its own, or one whose lines are of other versions.
"""

import shutil
from pathlib import Path

import duckdb
import pytest

from campaigns.builds import NO_UNIT_TESTS, QUICK_VARIABLES, Left, Place, difference, look
from campaigns.days import LINES_ONLY, follow_days, read_records, split_by_date, write_records

ONLY_MODELS = LINES_ONLY[-4:]


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


@pytest.fixture(scope="module")
def right(repo_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Left:
    """What a new warehouse makes of the sample's lines."""
    place = Place(tmp_path_factory.mktemp("right"))
    place.must_build(*LINES_ONLY, variables={"invoices": str(repo_root / "seeds" / "sample_invoices.csv")})
    return look(place)


def value(place: Place, query: str) -> object:
    """The only value of a query."""
    with duckdb.connect(str(place.database), read_only=True) as connection:
        return connection.execute(query).fetchall()[0][0]


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
        connection.execute("update main_staging.base_invoice_lines set file_version = 'of another time'")

    for day in sample_days[-2:]:
        shutil.copy(day, delivered)
    variables["refit"] = "never"
    output = following.must_build(*NO_UNIT_TESTS, variables=variables)
    assert f"Lines: 2 of {len(sample_days)} files are read, the others are as they were." in output
    assert f"new: {delivered}" in output
    all_read = f"Lines: {len(sample_days)} of {len(sample_days)} files are read"
    assert all_read in anew.must_build(*NO_UNIT_TESTS, variables=variables)
    assert difference(following, look(anew)) == []
    assert value(following, scan) == first_scan


def test_what_a_build_left_undone_is_made_up_for(
    sample_days: list[Path], delivered: Path, tmp_path: Path
) -> None:
    """Files come, are corrected, taken back; a build ends after its first table, and the next one goes on."""
    following, anew = Place(tmp_path / "following"), Place(tmp_path / "anew")
    following.folder.mkdir()
    variables = {"invoices": str(delivered)}
    following.must_build(*LINES_ONLY, variables=variables)

    shutil.copy(sample_days[-1], delivered)
    corrected, gone = (delivered / sample_days[index].name for index in (7, 11))
    header, records = read_records(corrected)
    for record in records[:3]:
        record[header.index("Quantity")] = "77"
    write_records(corrected, header, records)
    gone.unlink()
    output = following.must_build("--select", "+base_invoice_lines", *ONLY_MODELS, variables=variables)
    for part in (f"new: {delivered}", f"changed: {corrected}", f"gone: {gone}"):
        assert part in output

    # The next build has nothing to read, and something to do.
    output = following.must_build(*LINES_ONLY, variables=variables)
    assert f"Lines: 0 of {len(sample_days) - 2} files are read" in output
    assert "since the last build" not in output
    anew.folder.mkdir()
    anew.must_build(*LINES_ONLY, variables=variables)
    assert difference(following, look(anew)) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {
            "invoice_columns": {"quantity": "UnitPrice", "unit_price": "Quantity"},
            "cancellation_pattern": "none",
            "accept_implausible": ["unusable_lines"],
        },
        {"invoice_columns": {"stock_code": "Description", "description": "StockCode"}},
        {"invoice_columns": {"country": None}},
        {"as_of_date": "2024-06-30"},
        {"invoice_date_format": "%Y-%d-%m %H:%M:%S", "accept_implausible": ["unusable_lines"]},
        {"cancellation_pattern": "none", "adjustment_pattern": "none"},
        {"placeholder_customers": ["20113"]},
        {"drop_duplicates": False},
        {"monetary_basis": "gross"},
    ],
    ids=str,
)
def test_a_corrected_var_gives_what_a_new_warehouse_gives(
    wrong: dict[str, object], repo_root: Path, tmp_path: Path, right: Left
) -> None:
    """What was read with another mapping, format or rule does not stay."""
    place = Place(tmp_path / "place")
    place.folder.mkdir()
    variables: dict[str, object] = {"invoices": str(repo_root / "seeds" / "sample_invoices.csv")}
    place.must_build(*LINES_ONLY, variables=variables | wrong)
    place.must_build(*LINES_ONLY, variables=variables)
    assert difference(place, right) == []
