"""What a change of the input does to the result is known, whatever the shop is: many shops, up to the scores.

`test_rules_through_dbt.py` has the same for the segments, on one shop.
"""

import tempfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from campaigns.changes import (
    moved,
    new_names,
    renamed,
    shuffled,
    with_a_cancelled_order,
    with_a_copy,
    with_doubled_prices,
)
from campaigns.inputs import check_lines
from campaigns.shops import HEADERS, Line, random_shop, write_csv
from campaigns.sql_models import build_in_memory

SHOPS = (11, 12, 13)
COLUMNS = """
    recency_days, frequency, monetary, gross_monetary, returned_monetary, tenure_days, n_products, country,
    r_score, f_score, m_score, rfm_segment
"""

Customers = dict[str, tuple[Any, ...]]


class Built:
    """The customers and the ledger of a build in memory of some files; every test of the project passed."""

    def __init__(self, files: Sequence[Sequence[Line]], **variables: object) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "input"
            folder.mkdir()
            for number, lines in enumerate(files):
                write_csv(folder / f"{number}.csv", HEADERS, lines)
            models = build_in_memory(Path(name) / "target", {"invoices": str(folder), **variables})
            with models.connection:
                check_lines(models)
                rows = models.rows(f"select customer_id, {COLUMNS} from int_customers_scored")
                self.customers: Customers = {customer: values for customer, *values in rows}  # type: ignore[misc]
                self.ledger = models.rows("from cleaning_ledger order by rule_number")


@pytest.fixture(params=SHOPS)
def shop(request: pytest.FixtureRequest) -> list[Line]:
    return random_shop(request.param)


@pytest.fixture(params=["net", "gross"])
def basis(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_order_of_the_lines_and_files(shop: list[Line], basis: str) -> None:
    built = Built([shop], monetary_basis=basis)
    mixed = shuffled(shop, 1)
    again = Built([mixed[::3], mixed[1::3], mixed[2::3]], monetary_basis=basis)
    assert len(built.customers) > 40
    assert again.customers == built.customers
    assert again.ledger == built.ledger


def test_names_of_the_customers(shop: list[Line], basis: str) -> None:
    names = new_names(shop, 2)
    built = Built([shop], monetary_basis=basis)
    again = Built([renamed(shop, names)], monetary_basis=basis)
    assert again.customers == {names[name]: values for name, values in built.customers.items()}
    assert again.ledger == built.ledger


def test_doubled_prices(shop: list[Line], basis: str) -> None:
    built = Built([shop], monetary_basis=basis)
    again = Built([with_doubled_prices(shop)], monetary_basis=basis)

    def doubled(values: tuple[Any, ...]) -> list[Any]:
        return [2 * value if isinstance(value, Decimal) else value for value in values]

    assert again.customers == {name: doubled(values) for name, values in built.customers.items()}
    for before, after in zip(built.ledger, again.ledger, strict=True):
        assert list(after) == doubled(before)


def test_a_copy_of_a_customer(shop: list[Line], basis: str) -> None:
    built = Built([with_a_copy(shop, "20003", "99999")], monetary_basis=basis).customers
    assert built["99999"] == built["20003"]


def test_an_order_that_is_cancelled(shop: list[Line]) -> None:
    built, again = Built([shop]), Built([with_a_cancelled_order(shop, 3)])

    def kept(customers: Customers) -> dict[str, list[Any]]:
        # What the customer ever bought and sent back has grown, and by the same amount.
        return {name: [*values[:3], *values[5:]] for name, values in customers.items()}

    assert kept(again.customers) == kept(built.customers)
    assert again.ledger[-1][-1] == built.ledger[-1][-1]
    assert again.ledger[0][4] == built.ledger[0][4] + 6


@pytest.mark.parametrize("n_days", [1, -400, 1461])
def test_moved_dates(shop: list[Line], n_days: int) -> None:
    built, again = Built([shop]), Built([moved(shop, n_days)])
    assert again.customers == built.customers
    assert again.ledger == built.ledger
