"""What is published under both vars of personal data, the report included; the warehouse holds all."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

CUSTOMER = "Qzxjwvkt-7"


@pytest.fixture(scope="module")
def place(make_place: Callable[[], Any]) -> Any:
    """A shop whose published files carry pseudonyms and no counts of few, single lines included."""
    place = make_place()
    built = place.build(pseudonymize_customer_ids=True, minimum_published_customers=4, publish_lines=True)
    assert built.exit_code == 0, built.output
    return place


def test_no_published_file_holds_a_true_id(place: Any, traces: Callable[[Path, str], set[str]]) -> None:
    builds = place.folder / "published_builds"
    assert {"report.html", "campaigns", "segments.duckdb"} <= {
        path.name for path in place.published.iterdir()
    }
    assert traces(builds, CUSTOMER) == set()
    # The search itself, on what is published of the same customer.
    assert "/segments.duckdb" in " ".join(traces(builds, "Qzxjwvktville"))


def test_the_warehouse_keeps_the_ids_and_the_key_joins_them(place: Any) -> None:
    published = str(place.published / "segments.duckdb")
    assert place.rows(f"select count(*) from customer_segments where customer_id = '{CUSTOMER}'") == [(1,)]
    monetary = place.rows(f"select monetary from customer_rfm where customer_id = '{CUSTOMER}'")
    with duckdb.connect(published, read_only=True) as connection:
        assert connection.execute("select sum(monetary) from customer_rfm").fetchall() == place.rows(
            "select sum(monetary) from customer_rfm"
        )
        ids = [
            row[0]
            for row in connection.execute(
                "select customer_id from customer_rfm where monetary = $1", monetary[0]
            ).fetchall()
        ]
        assert len(ids) == 1 and len(ids[0]) == 32
        scored = "select segment_id from score_customer(10, 5, 500)"
        assert connection.execute(scored).fetchall() == place.rows(scored)


def test_counts_of_few_customers_are_in_the_warehouse_alone(place: Any) -> None:
    few = "select count(*) from {} where n_customers < 4"
    with duckdb.connect(str(place.published / "segments.duckdb"), read_only=True) as connection:
        for table in ("segment_attribute_profiles", "product_segments"):
            assert place.rows(few.format(table))[0][0] > 0
            assert connection.execute(few.format(table)).fetchall() == [(0,)]
            assert connection.execute(f"select count(*) from {table}").fetchall()[0][0] > 0


def test_without_a_key_the_build_stops_before_the_first_model(place: Any) -> None:
    run = place.run("make_build", variables={"pseudonymize_customer_ids": True}, key=None)
    assert run.exit_code != 0
    _, sentence = run.output.splitlines()
    assert sentence.startswith(
        "The var `pseudonymize_customer_ids` needs the key in SEGMENTATION_PRIVACY_KEY"
    )
