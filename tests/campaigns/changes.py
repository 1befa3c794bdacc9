"""Changes to a shop's lines of which it is known what they do to the result, whatever the shop is."""

import random
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from campaigns.shops import Line

CUSTOMER, PRICE, DATE, INVOICE = 6, 5, 4, 0
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"


def changed(line: Line, place: int, text: str) -> Line:
    """The line with one other column."""
    columns = list(line)
    columns[place] = text
    return tuple(columns)  # type: ignore[return-value]


def at(line: Line) -> datetime:
    """When the line was invoiced."""
    return datetime.strptime(line[DATE], TIME_FORMAT).replace(tzinfo=UTC)


def shuffled(lines: Sequence[Line], seed: int) -> list[Line]:
    """The same lines in another order."""
    return random.Random(seed).sample(lines, len(lines))


def new_names(lines: Sequence[Line], seed: int) -> dict[str, str]:
    """A new id for every customer: of other length and order, with letters for some."""
    draw = random.Random(seed)
    ids = sorted({line[CUSTOMER] for line in lines} - {""})
    numbers = draw.sample(range(1, 10**7), len(ids))
    return {
        name: f"{number}{draw.choice(('', 'X', ' y'))}" for name, number in zip(ids, numbers, strict=True)
    }


def renamed(lines: Sequence[Line], names: dict[str, str]) -> list[Line]:
    """The same lines with the customers' new ids."""
    return [changed(line, CUSTOMER, names.get(line[CUSTOMER], "")) for line in lines]


def with_doubled_prices(lines: Sequence[Line]) -> list[Line]:
    """The same lines at twice the price."""
    return [changed(line, PRICE, str(2 * Decimal(line[PRICE]))) for line in lines]


def with_a_copy(lines: Sequence[Line], customer: str, copy: str) -> list[Line]:
    """The lines, and those of one customer once more under another id and with other invoice numbers."""
    copies = [
        changed(changed(line, CUSTOMER, copy), INVOICE, f"{line[INVOICE]}9")
        for line in lines
        if line[CUSTOMER] == customer
    ]
    return [*lines, *copies]


def with_a_cancelled_order(lines: Sequence[Line], seed: int) -> list[Line]:
    """The lines, and an order of a customer there is, which is cancelled as a whole a minute later."""
    draw = random.Random(seed)
    model = draw.choice(
        [line for line in lines if line[CUSTOMER] and not line[INVOICE].startswith(("C", "A"))]
    )
    added = []
    for number in range(3):
        sold = changed(changed(model, INVOICE, "888888"), 1, f"P{draw.randint(1, 30)}")
        sold = changed(sold, 3, str(draw.randint(1, 99) + number))
        back = changed(changed(sold, INVOICE, "C888889"), 3, f"-{sold[3]}")
        added += [sold, changed(back, DATE, f"{at(sold) + timedelta(minutes=1):{TIME_FORMAT}}")]
    return [*lines, *added]


def moved(lines: Sequence[Line], n_days: int) -> list[Line]:
    """The same lines so many days later."""
    return [changed(line, DATE, f"{at(line) + timedelta(days=n_days):{TIME_FORMAT}}") for line in lines]
