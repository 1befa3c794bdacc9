"""Which invoice numbers are cancellations and adjustments, decided from all lines of the input."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Prepare = Callable[..., dict[str, Any]]

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
# Number, quantity, price, customer, stock code.
Line = tuple[str, int, str, str, str]


def sale(number: str, quantity: int = 1, price: str = "2.50", customer: str = "7", code: str = "P1") -> Line:
    return number, quantity, price, customer, code


def write(path: Path, lines: list[Line]) -> str:
    texts = [
        f"{number},{code},Mug,{quantity},2024-01-05,{price},{customer},France"
        for number, quantity, price, customer, code in lines
    ]
    path.write_text("\n".join([HEADER, *texts, ""]), encoding="utf-8")
    return path.name


ORDERS = [sale(str(number)) for number in range(100, 300)]


def decided(
    prepared: Prepare, folder: Path, lines: list[Line], **given: object
) -> tuple[object, object, list[str]]:
    answer = prepared(invoices=write(folder / "shop.csv", lines), **given)
    assert answer["error"] is None, answer["error"]
    return answer["cancellation_pattern"], answer["adjustment_pattern"], answer["notices"]


@pytest.mark.parametrize(
    ("cancelled", "expected"),
    [
        ([sale("C1", -1)] * 10, "^[Cc][0-9]"),
        ([sale("c1", -1)] * 9 + [sale("C2", 1)], "^[Cc][0-9]"),
        # A third of all lines, and more than a third.
        ([sale("C1", -1)] * 100, "^[Cc][0-9]"),
        ([sale("C1", -1)] * 101, None),
        ([sale("C1", 1)] * 800, None),
        # No digit after the letter: a country, a year, a till.
        ([sale("CA-2016-152156", 1)] * 10, None),
        ([], None),
    ],
)
def test_cancellations_are_borne_out_by_the_quantities(
    prepared: Prepare, folder: Path, cancelled: list[Line], expected: str | None
) -> None:
    pattern, _, notices = decided(prepared, folder, [*ORDERS, *cancelled])
    assert pattern == expected
    if any(line[0] == "C1" for line in cancelled):
        assert ("are cancellations" if expected else "are ordinary orders") in notices[0]


@pytest.mark.parametrize(
    ("line", "parts"),
    [
        (sale("C1", 1), ("10 of 210 lines", "0 of these lines", "`cancellation_pattern`")),
        (sale("C1", 1, "-2.50"), ("quantity and unit_price swapped", "`invoice_columns`")),
    ],
)
def test_few_cancellations_without_negative_quantities_stop_the_build(
    prepared: Prepare, folder: Path, line: Line, parts: tuple[str, ...]
) -> None:
    answer = prepared(invoices=write(folder / "shop.csv", [*ORDERS, *[line] * 10]))
    assert all(part in answer["error"] for part in ("such as C1", *parts)), answer["error"]


@pytest.mark.parametrize(
    ("adjusted", "expected"),
    [
        ([sale("A1", customer="")] * 2, "^[Aa][0-9]"),
        ([sale("a1", customer="9", code="b")] * 2, "^[Aa][0-9]"),
        # A customer's product, one of two; and more than one line in a hundred.
        ([sale("A1", customer=""), sale("A2")], None),
        ([sale("A1", customer="")] * 3, None),
        ([sale("A-1", customer="")] * 2, None),
    ],
)
def test_adjustments_are_few_and_of_no_customers_product(
    prepared: Prepare, folder: Path, adjusted: list[Line], expected: str | None
) -> None:
    path = write(folder / "shop.csv", [*ORDERS, *adjusted])
    answer = prepared(invoices=path)
    assert answer["adjustment_pattern"] == expected


def test_the_vars_decide_instead(prepared: Prepare, folder: Path) -> None:
    lines = [*ORDERS, *[sale("C1", 1)] * 10]
    given = {"cancellation_pattern": "none", "adjustment_pattern": "^X"}
    assert decided(prepared, folder, lines, **given) == (None, "^X", [])


def test_a_var_that_is_no_regular_expression_is_an_error(prepared: Prepare, folder: Path) -> None:
    answer = prepared(invoices=write(folder / "shop.csv", ORDERS), cancellation_pattern="^C(")
    assert "`cancellation_pattern` is '^C('" in answer["error"]


def test_all_files_are_decided_together_and_a_repeated_one_counts_once(
    prepared: Prepare, folder: Path
) -> None:
    (folder / "many").mkdir()
    write(folder / "many/a.csv", [*ORDERS])
    write(folder / "many/b.csv", [sale("C1", -1)] * 100)
    write(folder / "many/c.csv", [sale("C1", -1)] * 100)
    assert prepared(invoices="many")["cancellation_pattern"] == "^[Cc][0-9]"
