"""Shops made up to order: one at random, and those that hardly any code expects.

A line is a tuple of the eight columns of Online Retail as text. Everything is invented and seeded.
"""

import csv
import random
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

Line = tuple[str, str, str, str, str, str, str, str]

HEADERS = (
    *("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"),
    "Country",
)
RECORD_HEADERS = ("customer_id", "recency", "frequency", "monetary")
COUNTRIES = ("France", "Italy", "Norway")
FIRST_DAY = datetime(2024, 1, 8, 9, tzinfo=UTC)
PRICES = ("0.85", "1.25", "2.10", "2.55", "4.95", "12.75")


def line(
    invoice: str = "1",
    quantity: int = 1,
    day: int = 0,
    price: str = "2.50",
    customer: str = "1",
    **other: str,
) -> Line:
    """One line; `day` counts from FIRST_DAY, `other` may hold code, country and minutes."""
    at = FIRST_DAY + timedelta(days=day, minutes=int(other.get("minutes", "0")))
    code = other.get("code", "P1")
    return (
        *(invoice, code, f"Product {code}", str(quantity), f"{at:%Y-%m-%d %H:%M:%S}", price, customer),
        other.get("country", "France"),
    )


def random_shop(seed: int, n_customers: int = 60, n_days: int = 300) -> list[Line]:
    """A shop with regular and rare customers, guests, returns in whole and in part, postage and copies."""
    draw = random.Random(seed)
    lines: list[Line] = []
    number = 1000
    for customer in range(1, n_customers + 1):
        is_regular = customer % 3 == 0
        country = draw.choice(COUNTRIES)
        for _ in range(draw.randint(4, 12) if is_regular else draw.randint(1, 3)):
            number += 1
            day = draw.randrange(n_days)
            buyer = "" if draw.random() < 0.1 else str(20000 + customer)
            for place in range(draw.randint(1, 4)):
                sold = line(
                    str(number),
                    draw.choice((1, 2, 6, 12, 48)) * (3 if is_regular else 1),
                    day,
                    draw.choice(PRICES),
                    buyer,
                    code=f"P{draw.randint(1, 25)}",
                    country=country,
                    minutes=str(place),
                )
                lines.append(sold)
                if draw.random() < 0.12:
                    returned = -draw.randint(1, int(sold[3]))
                    later = day + draw.randint(0, 20)
                    lines.append(
                        line(f"C{number}", returned, later, sold[5], buyer, code=sold[1], country=country)
                    )
                if draw.random() < 0.03:
                    lines.append(sold)
            if draw.random() < 0.2:
                lines.append(line(str(number), 1, day, "4.50", buyer, code="POST", country=country))
    lines.append(line("A9001", 1, n_days // 2, "-100.00", "", code="B"))
    return lines


def spread(n_customers: int) -> list[Line]:
    """Customers with one order each, all different."""
    return [
        line(str(number), number, number, "1.10", str(number), code=f"P{number % 7}")
        for number in range(1, n_customers + 1)
    ]


def special_shops() -> dict[str, Callable[[], list[Line]]]:
    """Shops at the edge by name; those named in LARGE are for the campaign alone."""
    return {
        "one line": lambda: [line()],
        "one customer": lambda: [line(str(number), number, number) for number in range(1, 20)],
        "two customers": lambda: [line("1", customer="1"), line("2", 5, 9, customer="2")],
        "three customers": lambda: spread(3),
        "all customers equal": lambda: [line(str(n), customer=str(n)) for n in range(1, 41)],
        "two kinds of customers": lambda: [line(str(n), 1 + n % 2 * 9, customer=str(n)) for n in range(40)],
        "every line cancelled": lambda: [
            sold
            for n in range(1, 31)
            for sold in (line(str(n), n, n, customer=str(n)), line(f"C{n}", -n, n + 1, customer=str(n)))
        ],
        "only cancellations": lambda: [line(f"C{n}", -n, n, customer=str(n)) for n in range(1, 31)],
        "every id missing": lambda: [line(str(n), n, n, customer="") for n in range(1, 41)],
        "dates in the future": lambda: [(*sold[:4], f"2098-{sold[4][5:]}", *sold[5:]) for sold in spread(40)],
        "negative prices": lambda: [line(str(n), n, n, "-2.50", str(n)) for n in range(1, 41)],
        "no product at all": lambda: [line(str(n), 1, n, "9.00", str(n), code="POST") for n in range(1, 21)],
        "every quantity 0": lambda: [line(str(n), 0, n, customer=str(n)) for n in range(1, 21)],
        "pennies": lambda: [line(str(n), 1, n % 5, "0.0049", str(n)) for n in range(1, 31)],
        "the largest amounts": lambda: [
            line(str(n), 9_999_999, n, "999999999.9999", str(n)) for n in range(1, 6)
        ],
        "the same second": lambda: [line("1", n, 0, customer=str(n % 9)) for n in range(1, 60)],
        "a leap day": lambda: [line(str(n), n, 52, customer=str(n)) for n in range(1, 41)],
        "one customer with many lines": lambda: many_lines(1_000_000) + spread(40),
        "many countries": lambda: [
            line(str(n), 1 + n % 9, n % 300, customer=str(n % 5000), country=f"Country {n}")
            for n in range(100_000)
        ],
    }


LARGE = ("one customer with many lines", "many countries")


def many_lines(n_lines: int) -> list[Line]:
    """Lines of one customer, ten to an invoice, each tenth a return."""
    return [
        line(
            f"C{number // 10}" if number % 10 == 9 else str(number // 10),
            -1 if number % 10 == 9 else 1 + number % 5,
            number // 4000,
            PRICES[number % len(PRICES)],
            "77777",
            code=f"P{number % 400}",
            minutes=str(number % 400),
        )
        for number in range(n_lines)
    ]


def special_records() -> dict[str, list[tuple[str, str, str, str]]]:
    """Customer records at the edge by name."""
    return {
        "one record": [("1", "10", "2", "99.50")],
        "two records": [("1", "10", "2", "99.50"), ("2", "300", "1", "5")],
        "all records equal": [(str(n), "10", "2", "99.50") for n in range(40)],
        "every record of nothing": [(str(n), "0", "0", "0") for n in range(40)],
        "a measure that never changes": [(str(n), str(n), "1", str(n * n)) for n in range(40)],
        "a measure that is missing": [(str(n), str(n), "", str(n * n)) for n in range(40)],
        "infinite values": [(str(n), str(n), str(n % 5), "Infinity" if n % 7 else "9") for n in range(40)],
        "gaps everywhere": [
            (str(n), str(n) if n % 3 else "", str(n * 2) if n % 3 != 1 else "", "9" if n % 3 != 2 else "")
            for n in range(40)
        ],
        "every id the same": [("1", str(n), "2", "99.50") for n in range(40)],
        "every id missing": [("", str(n), "2", "99.50") for n in range(40)],
        "negative values": [(str(n), f"-{n}", f"-{n}", f"-{n}") for n in range(1, 40)],
    }


def write_csv(path: Path, headers: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Path:
    """Write a CSV file; returns its path."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(headers)
        writer.writerows(rows)
    return path
