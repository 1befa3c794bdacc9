"""The seeds that hold rules: the grid of recency against frequency, and codes that are no product."""

import csv
from itertools import product
from pathlib import Path

SEEDS = Path(__file__).resolve().parents[3] / "seeds"


def rows(seed: str) -> list[dict[str, str]]:
    with (SEEDS / f"{seed}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_rule_grid_is_an_exact_partition_into_ten_segments() -> None:
    grid = rows("rfm_segment_rules")

    cells = sorted((int(row["r_score"]), int(row["f_score"])) for row in grid)

    assert cells == list(product(range(1, 6), repeat=2))
    assert len({row["rfm_segment"] for row in grid}) == 10


def test_codes_are_compared_in_upper_case_and_say_why_they_stand_there() -> None:
    codes = rows("non_product_stock_codes")
    stock_codes = [row["stock_code"] for row in codes]

    assert stock_codes == [code.strip().upper() for code in stock_codes]
    assert len(set(stock_codes)) == len(stock_codes)
    assert {row["line_type"] for row in codes} == {"charge", "discount"}
    assert all(row["comment"] for row in codes)


def test_goods_with_odd_codes_stay_goods() -> None:
    stock_codes = {row["stock_code"] for row in rows("non_product_stock_codes")}

    assert not [code for code in stock_codes if code.startswith(("DCGS", "GIFT")) or code == "PADS"]
