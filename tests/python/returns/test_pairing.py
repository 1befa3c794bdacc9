"""Latest sale first, on whole numbers."""

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from python_models import pair_events
from returns import ReturnPairing

# A sale is its pieces, a return minus its pieces; pairs are (sale, return, pieces), counted from 1.
CASES = {
    "over several": ([2, 3, 4, -8], [(3, 4, 4), (2, 4, 3), (1, 4, 1)]),
    "in parts": ([10, -3, -3, -5], [(1, 2, 3), (1, 3, 3), (1, 4, 4)]),
    "too early": ([-2, 3, -1, 5], [(2, 3, 1)]),
    "only returns": ([-2, -2], []),
    "nested": (
        [5, 5, -3, 2, -4, 1, 1, -1, -9],
        [(2, 3, 3), (4, 5, 2), (2, 5, 2), (7, 8, 1), (6, 9, 1), (1, 9, 5)],
    ),
    "left over": ([4, -1, 4, -1, 2, -7], [(1, 2, 1), (3, 4, 1), (5, 6, 2), (3, 6, 3), (1, 6, 2)]),
}


def pairs_of(events: list[int], starts: list[bool], *, batch: int) -> list[tuple[int, int, int]]:
    """The pairs of events that are added in batches of this size."""
    pairing, found = ReturnPairing(), []
    for start in range(0, len(events), batch):
        rows = slice(start, start + batch)
        quantity = np.array(events[rows])
        pairs = pairing.pairs(np.array(starts[rows]), quantity < 0, np.abs(quantity))
        columns = (pairs.sale + 1, pairs.returned + 1, pairs.quantity)
        found += list(zip(*(column.tolist() for column in columns), strict=True))
    return found


@pytest.mark.parametrize("batch", [1, 2, 100])
@pytest.mark.parametrize("name", CASES)
def test_a_return_takes_from_the_latest_sales_that_have_something_left(name: str, batch: int) -> None:
    events, expected = CASES[name]
    starts = [number == 0 for number in range(len(events))]
    assert pairs_of(events, starts, batch=batch) == expected


def test_piles_do_not_mix() -> None:
    # A sale, then the return of another customer or product.
    assert pairs_of([9, -9], [True, True], batch=100) == []
    assert pairs_of([9, -9], [True, False], batch=100) == [(1, 2, 9)]


def test_nothing_to_pair() -> None:
    assert pairs_of([], [], batch=1) == []


def test_pairs_carry_customer_product_and_positions() -> None:
    events = pa.table(
        {
            # Out of order; positions count within customer and product.
            "customer_id": ["b", "b", "a", "a", "a", "a"],
            "product_code": ["P", "P", "P", "P", "Q", "Q"],
            "position": [2, 1, 1, 2, 2, 1],
            "is_return": [True, False, False, True, True, False],
            "quantity": [1, 5, 3, 4, 2, 2],
        }
    )
    with duckdb.connect() as connection:
        found = pair_events(connection.from_arrow(events)).to_pylist()
        none = pair_events(connection.from_arrow(events.slice(0, 0)))
    assert [tuple(row.values()) for row in found] == [
        ("a", "P", 1, 2, 3),
        ("a", "Q", 1, 2, 2),
        ("b", "P", 1, 2, 1),
    ]
    assert (len(none), none.schema) == (0, pair_events_schema())


def pair_events_schema() -> pa.Schema:
    """Columns of int_return_pairs."""
    text, number = pa.string(), pa.int64()
    names = ("customer_id", "product_code", "sale_position", "return_position", "quantity")
    return pa.schema(list(zip(names, (text, text, number, number, number), strict=True)))


def test_a_million_events_of_one_pile() -> None:
    """Sales inside sales to a depth of half a million: more than any recursion could hold."""
    half = 500_000
    events = [1] * half + [-1] * half
    found = pairs_of(events, [True] + [False] * (2 * half - 1), batch=300_000)
    assert len(found) == half
    assert found[0] == (half, half + 1, 1)
    assert found[-1] == (1, 2 * half, 1)
