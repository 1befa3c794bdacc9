"""What leaves the history with a forgotten customer: their rows, and movements that were theirs alone."""

import json
import shlex
from collections.abc import Callable
from datetime import date
from typing import Any

import duckdb
import pytest

from privacy.suppression import add_to_list, suppression_path

GONE = "Qzxjwvkt-7"
# Who goes came on 1 February into segment 1 and moved to 2 on 1 April; there is a snapshot each month.
MOVEMENTS: tuple[tuple[int, int | None, int | None, int, str], ...] = (
    # month, from, to, customers, whose
    (2, None, 1, 1, GONE),
    (3, 1, 1, 1, GONE),
    (4, 1, 2, 1, GONE),
    (5, 2, 2, 1, GONE),
    # Of one customer each, who did something else in the same month.
    (2, None, 2, 1, "arrived elsewhere"),
    (2, 1, 1, 1, "had been there"),
    (3, 1, 2, 1, "went where GONE went a month later"),
    (3, 2, 2, 1, "was where GONE would be"),
    (4, 1, 1, 1, "stayed where GONE left"),
    (4, 2, 2, 1, "stayed where GONE came"),
    (4, 1, None, 1, "left"),
    (5, 1, 2, 1, "went where GONE went a month before"),
    (5, 1, 1, 1, "is where GONE was"),
    # The same as GONE, but not alone.
    (6, 2, 2, 2, "two customers"),
)


def test_movements_of_one_customer_alone_go_with_them(
    make_place: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make_place()
    with duckdb.connect(str(place.database)) as connection:
        connection.execute(
            """
            create schema main_intermediate;
            create table segment_history (
                customer_id varchar, segment_id int, valid_from date, valid_to date
            );
            create table segment_migration (
                previous_as_of_date date, as_of_date date,
                from_segment_id int, to_segment_id int, n_customers bigint, whose varchar
            );
            create table main_intermediate.int_segment_snapshots as select 'somebody' as customer_id;
            """
        )
        stays = [
            (GONE, 1, date(2024, 2, 1), date(2024, 4, 1)),
            (GONE, 2, date(2024, 4, 1), None),
            ("somebody", 3, date(2024, 1, 1), None),
        ]
        connection.executemany("insert into segment_history values (?, ?, ?, ?)", stays)
        connection.executemany(
            "insert into segment_migration values (?, ?, ?, ?, ?, ?)",
            [(date(2024, month - 1, 1), date(2024, month, 1), *rest) for month, *rest in MOVEMENTS],
        )
        connection.execute("insert into main_intermediate.int_segment_snapshots values (?)", [GONE])
    monkeypatch.setenv("SEGMENTATION_PRIVACY_KEY", "an invented key of more than 32 characters")
    add_to_list(suppression_path(str(place.database)), GONE)

    variables = json.dumps({"invoices": str(place.invoices)})
    one_seed = shlex.join(["--select", "non_product_stock_codes", "--vars", variables])
    built = place.run("make_build", variables=None, DBT_ARGS=one_seed)

    assert built.exit_code == 0, built.output
    assert place.rows("select customer_id from segment_history") == [("somebody",)]
    assert place.rows("select * from main_intermediate.int_segment_snapshots") == [("somebody",)]
    left = [whose for (whose,) in place.rows("select whose from segment_migration order by rowid")]
    assert left == [whose for *_, whose in MOVEMENTS if whose != GONE]
