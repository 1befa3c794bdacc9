"""Shops that are not Online Retail: what looks wrong stops the build, what is only unusual does not.

Everything here is invented, and what a shop comes to is counted beside the build, line by line.
"""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from campaigns.shops import HEADERS, Line, line, write_csv

Build = Callable[..., Any]

UP_TO_CUSTOMERS = (
    *("build", "--select", "+customer_rfm", "+rejected_invoice_lines"),
    *("--exclude-resource-type", "test"),
)
# What the other tests of whole builds already ask.
NO_BRANCHES = (
    "--exclude",
    "tag:methods",
    "tag:metrics",
    "published_build",
    *("--exclude-resource-type", "test"),
)


def orders(prefix: str = "", n_customers: int = 30, n_orders: int = 4) -> list[Line]:
    """Each customer orders as often, two products at a time."""
    return [
        line(
            f"{prefix}{1000 + customer * n_orders + order}",
            1 + (customer + order) % 5,
            day=order * 40 + customer % 30,
            price=("2.50", "4.95", "12.75")[customer % 3],
            customer=f"K{customer}",
            code=f"P{product}",
        )
        for customer in range(n_customers)
        for order in range(n_orders)
        for product in range(2)
    ]


def returned(lines: list[Line], share: float, prefix: str = "C") -> list[Line]:
    """Returns of the first lines, whole, so that this share of all lines are returns."""
    n_returns = round(len(lines) * share / (1 - share))
    return [(f"{prefix}{sold[0]}", *sold[1:3], f"-{sold[3]}", *sold[4:]) for sold in lines[:n_returns]]


def swapped(lines: list[Line]) -> list[Line]:
    """Quantities under the header of the price, and prices under that of the quantity."""
    return [(*sold[:3], sold[5], sold[4], sold[3], *sold[6:]) for sold in lines]


def replaced(lines: list[Line], position: int, value: str, every: int = 1) -> list[Line]:
    """The lines with another value in a column, in every so manieth line."""
    return [
        (*sold[:position], value, *sold[position + 1 :]) if number % every == 0 else sold
        for number, sold in enumerate(lines)
    ]


# What is wrong with the shop; check; parts of the sentence: how much, likely cause.
IMPLAUSIBLE = {
    "price and quantity are swapped": (
        lambda: swapped(orders()),
        "unusable_lines",
        ("240 of 240 lines (100.0 %) cannot be used", "invalid_quantity", "line 2 of", "swapped"),
    ),
    "most dates are words": (
        lambda: replaced(replaced(orders(), 4, "soon"), 4, "2024-01-05", every=3),
        "unusable_lines",
        ("160 of 240 lines (66.7 %)", "invalid_date", "invoice_date_format"),
    ),
    "more returns than sales": (
        lambda: [*orders()[:20], *returned(orders(), 0.45, prefix="R")],
        "returns",
        ("196 of 216 sales and returns (90.7 %) are returns", "cancellation_pattern"),
    ),
    "nobody is known": (
        lambda: replaced(orders(), 6, "guest"),
        "customers",
        ("has a customer who keeps any of it", "customer_id"),
    ),
    "nothing costs anything": (
        lambda: replaced(orders(), 5, "0"),
        "revenue",
        ("Sales less returns come to £0.00",),
    ),
}

UNUSUAL: dict[str, Callable[[], list[Line]]] = {
    "two lines in five are returns": lambda: [*orders(), *returned(orders(), 0.4, prefix="R")],
    "a wholesaler with ten customers": lambda: orders(n_customers=10, n_orders=12),
    "a subscription": lambda: [
        line(str(100 * month + customer), 1, 30 * month, "9.99", f"K{customer}")
        for customer in range(40)
        for month in range(8)
    ],
    "every number begins with C": lambda: orders(prefix="C"),
    "every number begins with A": lambda: orders(prefix="A"),
    "three customers": lambda: orders(n_customers=3),
    "a third of the orders are those of guests": lambda: replaced(orders(), 6, "", every=3),
    "many copies": lambda: [*orders(), *orders(), *orders()],
}


def customers_and_sum(lines: list[Line]) -> tuple[int, Decimal]:
    """Customers and revenue of a shop without returns: quantity times price, each different line once."""
    kept = {sold for sold in lines if sold[6]}
    return len({sold[6] for sold in kept}), sum(
        (int(sold[3]) * Decimal(sold[5]) for sold in kept), start=Decimal(0)
    )


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The one file of all shops, in databases of their own: with equal vars dbt reads the project once."""
    return tmp_path_factory.mktemp("shops") / "shop.csv"


@pytest.mark.parametrize("name", IMPLAUSIBLE)
def test_what_cannot_be_right_stops_the_build(dbt: Build, shop: Path, name: str) -> None:
    lines, check, parts = IMPLAUSIBLE[name]
    write_csv(shop, HEADERS, lines())
    variables = {"invoices": str(shop)}
    database = f"implausible {name}"
    stopped = dbt(database, *UP_TO_CUSTOMERS, variables=variables, fails=True)
    assert all(part in stopped.output for part in (*parts, f"accept_implausible: [{check}]")), stopped.output
    # The customers were not made, and the one check that is accepted stops nothing.
    assert not stopped.rows("from duckdb_tables() where table_name = 'customer_rfm'")
    accepted = dbt(database, *UP_TO_CUSTOMERS, variables=variables | {"accept_implausible": [check]})
    assert parts[0] in accepted.output


@pytest.mark.parametrize("name", UNUSUAL)
def test_what_is_only_unusual_goes_on(dbt: Build, shop: Path, name: str) -> None:
    lines = UNUSUAL[name]()
    write_csv(shop, HEADERS, lines)
    built = dbt(f"unusual {name}", *UP_TO_CUSTOMERS, variables={"invoices": str(shop)})
    ((n_customers, monetary),) = built.rows("select count(*), sum(monetary) from customer_rfm")
    # Whole lines come back, the first ones.
    n_returns = sum(int(sold[3]) < 0 for sold in lines)
    assert (n_customers, monetary) == customers_and_sum(lines[n_returns : len(lines) - n_returns])


def test_a_fifth_unusable_and_a_third_returns_are_warned_about(dbt: Build, shop: Path) -> None:
    lines = [*replaced(orders(), 4, "soon", every=4), *returned(orders(), 0.35, prefix="R")]
    write_csv(shop, HEADERS, lines)
    built = dbt("warned about", *UP_TO_CUSTOMERS, variables={"invoices": str(shop)})
    assert "60 of 369 lines" not in built.output
    assert "129 of 309 sales and returns (41.7 %) are returns." in built.output


def test_an_id_that_hides_many_customers_is_named(dbt: Build, shop: Path) -> None:
    till = [line(f"T{number}", 1, number % 90, customer="99999") for number in range(60)]
    write_csv(shop, HEADERS, [*orders(), *till])
    variables: dict[str, Any] = {"invoices": str(shop)}
    warned = dbt("a till", *UP_TO_CUSTOMERS, variables=variables)
    assert "One customer has 60 of 180 orders (33.3 %); it comes first in customer_rfm" in warned.output
    named = dbt("a till", *UP_TO_CUSTOMERS, variables=variables | {"placeholder_customers": ["99999"]})
    assert "One customer has" not in named.output
    assert named.value("select count(*) from customer_rfm") == 30
    of_nobody = "from main_intermediate.int_order_amounts where customer_id is null"
    assert named.value(f"select sum(n_lines) {of_nobody}") == 60


def test_a_shop_takes_the_place_of_the_sample(
    dbt: Build, sample: Any, copied: Callable[..., Any], tmp_path: Path
) -> None:
    """Nothing of the sample is left: no history of its customers, no model, no names."""
    copied(sample, "of the sample")
    shop = write_csv(tmp_path / "shop.csv", HEADERS, orders(n_customers=60))
    variables = {"invoices": str(shop)}
    name = "of the sample/sample"
    refused = dbt(name, "run", "--select", "segment_model", variables=variables, fails=True)
    assert "This database holds the tables of the shipped sample" in refused.output
    assert refused.value("select count(*) from customer_rfm") > 700
    mine = dbt(name, "build", *NO_BRANCHES, variables=variables)
    assert "the database held the shipped sample" in mine.output
    assert mine.rows(
        "select count(*), count(distinct valid_from), min(customer_id) from segment_history"
    ) == [(60, 1, "K0")]
    assert mine.value("select max(version_number) from segment_model") == 1
    forgotten = dbt(name, "build", fails=True)
    assert f"This database holds the tables of {shop}, and this build would read the shipped sample" in (
        forgotten.output
    )
    assert forgotten.value("select count(*) from customer_rfm") == 60


def test_another_shop_does_not_follow_in_silence(dbt: Build, tmp_path: Path) -> None:
    """Other files, other customers and another currency: only on purpose."""
    first = write_csv(tmp_path / "first.csv", HEADERS, orders())
    others = [(*sold[:6], f"X{sold[6]}", sold[7]) for sold in orders()]
    second = write_csv(tmp_path / "second.csv", HEADERS, others)
    few = {"publish_report": False, "cluster_methods": [], "n_segments": 3, "k_candidates": [3]}
    name = "two shops"
    dbt(name, "build", variables=few | {"invoices": str(first)})
    stopped = dbt(name, "build", variables={"invoices": str(second), "currency": "EUR"}, fails=True)
    assert "second.csv has none of its customers, and amounts in EUR" in stopped.output
    # On purpose; with the same currency; and with a customer of the first shop.
    dry = ("run", "--select", "stg_input_files", "--empty")
    dbt(name, *dry, variables={"invoices": str(second), "currency": "EUR", "same_shop": True})
    dbt(name, *dry, variables={"invoices": str(second)})
    third = write_csv(tmp_path / "third.csv", HEADERS, [*others, *orders()[:1]])
    dbt(name, *dry, variables={"invoices": str(third), "currency": "EUR"})
