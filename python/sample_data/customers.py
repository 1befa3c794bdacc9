"""Who buys: archetypes of customers, and the orders each of them places."""

from dataclasses import dataclass
from datetime import date, timedelta

from sample_data.catalogue import Catalogue, Product
from sample_data.draws import Draws
from sample_data.invoices import Invoice, Line, product_line
from sample_data.trading_days import FIRST_DAY, LAST_DAY, busy_day, busy_days, opening_hour

FIRST_CUSTOMER = 20411
ABROAD = (
    "Ireland", "France", "Germany", "Netherlands", "Channel Islands", "Spain", "Belgium", "Sweden", "Norway",
)  # fmt: skip


@dataclass(frozen=True)
class Archetype:
    """A kind of customer. Ranges are inclusive.

    `days_since_last_order` counts back from the last day of the data, `days_as_customer` from the last order
    to the first. Whoever was a customer before the data begins has all orders inside it.
    """

    name: str
    customers: int
    orders: tuple[int, int]
    days_since_last_order: tuple[int, int]
    days_as_customer: tuple[int, int]
    products_per_order: tuple[int, int]
    quantities: tuple[int, ...]
    discount_percent: int = 0
    abroad_per_mille: int = 60


ARCHETYPES = (
    Archetype("wholesale", 48, (10, 36), (0, 40), (300, 1100), (3, 8), (12, 12, 24, 24, 36, 48), 15, 200),
    Archetype("loyal", 120, (6, 18), (0, 75), (250, 1200), (3, 7), (3, 4, 6, 6, 12, 12)),
    Archetype("occasional", 85, (2, 5), (30, 330), (100, 700), (2, 5), (1, 2, 3, 6, 12)),
    Archetype("left", 130, (2, 9), (150, 600), (150, 900), (3, 6), (3, 4, 6, 6, 12, 12)),
    Archetype("one-time", 235, (1, 2), (140, 715), (10, 90), (1, 5), (1, 2, 2, 3, 4, 6)),
    Archetype("new", 140, (1, 3), (0, 75), (5, 60), (1, 5), (1, 2, 2, 3, 4, 6)),
)


def regular_orders(seed: int, catalogue: Catalogue) -> list[Invoice]:
    """All orders of the archetypes' customers; numbers follow the day of the first order, as in a shop."""
    draws = Draws(seed, "customers")
    planned: list[tuple[date, int, Archetype, list[date]]] = []
    for archetype in ARCHETYPES:
        for _ in range(archetype.customers):
            days = order_days(draws, archetype)
            planned.append((days[0], len(planned), archetype, days))
    orders = []
    customer = FIRST_CUSTOMER
    for _, _, archetype, days in sorted(planned):
        customer += draws.between(1, 4)
        orders += customer_orders(draws, catalogue, archetype, customer, days)
    return orders


def order_days(draws: Draws, archetype: Archetype) -> list[date]:
    """The days on which a customer orders: the last one first, then the first, then those between."""
    soonest, latest = archetype.days_since_last_order
    last = busy_day(draws, LAST_DAY - timedelta(days=latest), LAST_DAY - timedelta(days=soonest))
    count = draws.mostly_low(*archetype.orders)
    if count == 1:
        return [last]
    first = max(FIRST_DAY, last - timedelta(days=draws.between(*archetype.days_as_customer)))
    between = busy_days(draws, first, last - timedelta(days=1), count - 1)
    return [*between, last]


def customer_orders(
    draws: Draws, catalogue: Catalogue, archetype: Archetype, customer: int, days: list[date]
) -> list[Invoice]:
    """The invoices of one customer, who comes back to some favourite products."""
    country = draws.pick(ABROAD) if draws.happens(archetype.abroad_per_mille) else "United Kingdom"
    # Some customers take half as much of everything, some twice as much.
    budget_percent = draws.pick((40, 60, 80, 100, 100, 130, 170, 250))
    favourites: list[Product] = []
    orders = []
    for day in days:
        basket = catalogue.basket(draws, day.month, draws.between(*archetype.products_per_order))
        again = draws.sample(favourites, len(basket) // 3)
        basket = list(dict.fromkeys([*again, *basket[len(again) :]]))
        favourites += [product for product in basket if product not in favourites]
        lines = [order_line(draws, archetype, product, budget_percent, day.year) for product in basket]
        orders.append(Invoice(opening_hour(draws, day), customer, country, lines))
    return orders


def order_line(draws: Draws, archetype: Archetype, product: Product, budget_percent: int, year: int) -> Line:
    """One product of an order: less of what is dear, and a discount for wholesale buyers."""
    quantity = draws.pick(archetype.quantities) * budget_percent // 100
    if product.pence >= 800:
        quantity //= 3
    price = product.price(year) * (100 - archetype.discount_percent) // 100
    return product_line(product, max(1, quantity), year, price)
