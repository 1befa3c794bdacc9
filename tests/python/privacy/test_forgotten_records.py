"""Customers on the list are left out of `customer_records` too, and a build alone keeps them out."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from privacy.suppression import add_to_list, suppression_path


def test_a_record_of_a_forgotten_customer_is_counted_and_empty(
    make_place: Callable[[], Any], traces: Callable[[Path, str], set[str]], monkeypatch: Any, tmp_path: Path
) -> None:
    place = make_place()
    records = tmp_path / "records.csv"
    with records.open("w", encoding="utf-8", newline="") as file:
        rows = [(f"C{number}", number % 90, 1 + number % 9, f"{number * 7}.50") for number in range(80)]
        # The last record has too many columns: nobody knows whose it is.
        named = [("Qzxjwvkt-7.00", 3, 5, "812.40"), ("Qzxjwvkt-7", 3, 5, "812.40", "more")]
        header = ("customer_id", "recency_days", "frequency", "monetary")
        csv.writer(file).writerows([header, *rows, *named])
    monkeypatch.setenv("SEGMENTATION_PRIVACY_KEY", "an invented key of more than 32 characters")
    add_to_list(suppression_path(str(place.database)), "Qzxjwvkt-7")

    built = place.build(customer_records=str(records), publish_lines=True)

    assert built.exit_code == 0, built.output
    assert traces(place.folder, "Qzxjwvkt") == set()
    rejected = "select rejection_reason, trim(raw_text) from rejected_customer_records order by all"
    assert place.rows(rejected) == [("forgotten_customer", ""), ("unreadable", "")]
    assert place.rows("select count(*) from customer_segments") == [(80,)]
    assert place.rows("select count(*) from rejected_customer_attributes where raw_text like '%ville%'") == [
        (0,)
    ]
