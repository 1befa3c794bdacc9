"""What a change of the input or of the machine does to the segments is known: one small shop through dbt.

`test_rules_on_any_shop.py` has the same up to the scores, on more shops.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from campaigns.builds import Place
from campaigns.changes import (
    moved,
    new_names,
    renamed,
    shuffled,
    with_a_cancelled_order,
    with_a_copy,
    with_doubled_prices,
)
from campaigns.shops import HEADERS, Line, random_shop, write_csv

SHOP = random_shop(21, n_customers=90)
# The number of segments is set: samples for the indices are drawn by row, so other ids give other samples.
VARIABLES: dict[str, object] = {"cluster_methods": [], "k_candidates": [4], "n_segments": 4}
TABLES = ("+customer_segments", "+segment_profiles", "+cleaning_ledger", "+country_segments")
TABLES += ("+product_segments",)
NO_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")

Rows = list[tuple[Any, ...]]
Build = Callable[..., "Results"]

CUSTOMERS = """
    select
        segments.customer_id, segment_id, segment_key, value_rank, runner_up_segment,
        round(distance_to_centroid, 9), round(confidence, 9), reason, next_step,
        rfm.* exclude (customer_id, as_of_date, first_order_date, last_order_date)
    from customer_segments as segments
    inner join customer_rfm as rfm using (customer_id)
    order by segments.customer_id
"""


class Results:
    """What is compared: customers by id with their segment, and the other tables as rows."""

    def __init__(self, database: Path) -> None:
        with duckdb.connect(str(database), read_only=True) as connection:
            query = connection.execute
            self.customers = {name: values for name, *values in query(CUSTOMERS).fetchall()}
            self.ledger: Rows = query("from cleaning_ledger order by rule_number").fetchall()
            profiles = "select * exclude (model_version) from segment_profiles order by segment_id"
            self.profiles: Rows = [rounded(row) for row in query(profiles).fetchall()]
            self.countries: Rows = query("from country_segments order by country").fetchall()
            self.products: Rows = query("from product_segments order by product_code").fetchall()


def rounded(row: tuple[Any, ...]) -> tuple[Any, ...]:
    """Floats to nine places: a mean may differ in its last digit where rows come in another order."""
    return tuple(round(value, 9) if isinstance(value, float) else value for value in row)


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Build from files of lines in a new warehouse; keywords: arguments for dbt, environment."""
    place = Place(tmp_path_factory.mktemp("rules"))

    def build(*files: Sequence[Line], arguments: tuple[str, ...] = (), **environment: str) -> Results:
        folder = place.folder / "input"
        folder.mkdir(exist_ok=True)
        for path in folder.iterdir():
            path.unlink()
        for number, lines in enumerate(files):
            write_csv(folder / f"{number}.csv", HEADERS, lines)
        place.database.unlink(missing_ok=True)
        place.must_build(
            "--select",
            *TABLES,
            *NO_TESTS,
            *arguments,
            variables=VARIABLES | {"invoices": str(folder)},
            environment=environment,
        )
        return Results(place.database)

    return build


@pytest.fixture(scope="module")
def baseline(build: Build) -> Results:
    return build(SHOP)


def check_equal(again: Results, baseline: Results) -> None:
    assert again.customers == baseline.customers
    assert again.ledger == baseline.ledger
    assert again.profiles == baseline.profiles
    assert again.countries == baseline.countries
    assert again.products == baseline.products


def segments(results: Results) -> dict[str, Any]:
    return {name: values[0] for name, values in results.customers.items()}


def test_there_is_something_to_compare(baseline: Results) -> None:
    assert len(baseline.customers) > 60
    assert len(baseline.profiles) == len(set(segments(baseline).values())) == 4


def test_order_of_lines_and_files(build: Build, baseline: Results) -> None:
    mixed = shuffled(SHOP, 1)
    check_equal(build(mixed[::3], mixed[1::3], mixed[2::3]), baseline)


def test_names_of_the_customers(build: Build, baseline: Results) -> None:
    names = new_names(SHOP, 2)
    again = build(renamed(SHOP, names))
    assert again.customers == {names[name]: values for name, values in baseline.customers.items()}
    assert again.ledger == baseline.ledger
    assert again.profiles == baseline.profiles


def test_moved_dates(build: Build, baseline: Results) -> None:
    check_equal(build(moved(SHOP, 1461)), baseline)


def test_an_order_that_is_cancelled(build: Build, baseline: Results) -> None:
    again = build(with_a_cancelled_order(SHOP, 3))
    assert segments(again) == segments(baseline)
    assert again.ledger[-1][-1] == baseline.ledger[-1][-1]


def test_a_copy_of_a_customer(build: Build) -> None:
    """With it the segments are others, but the two are alike in everything."""
    customers = build(with_a_copy(SHOP, "20006", "99999")).customers
    assert customers["99999"] == customers["20006"]


def test_doubled_prices(build: Build, baseline: Results) -> None:
    """Money doubles, recency, frequency and scores stay."""
    again = build(with_doubled_prices(SHOP))
    assert [row[-1] for row in again.ledger] == [2 * row[-1] for row in baseline.ledger]
    assert [row[-3:-1] for row in again.ledger] == [
        tuple(2 * value for value in row[-3:-1]) for row in baseline.ledger
    ]
    assert len(again.customers) == len(baseline.customers)


@pytest.mark.parametrize(
    ("threads", "environment"),
    [
        ("1", {"TZ": "Pacific/Auckland", "LC_ALL": "C"}),
        ("8", {"TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"}),
    ],
)
def test_threads_and_place_of_the_machine(
    threads: str, environment: dict[str, str], build: Build, baseline: Results
) -> None:
    check_equal(build(SHOP, arguments=("--threads", threads), **environment), baseline)
