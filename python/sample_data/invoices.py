"""Invoices and their lines, and the CSV file an accounting system would export from them."""

import csv
import io
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sample_data.catalogue import Product

COLUMNS = (
    "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country",
)  # fmt: skip
FIRST_INVOICE_NUMBER = 710001


@dataclass(frozen=True)
class Line:
    """One line of an invoice; the price is in pence."""

    stock_code: str
    description: str
    quantity: int
    pence: int
    minutes_later: int = 0


@dataclass
class Invoice:
    """One invoice. `prefix` is C for a cancellation, A for an adjustment; `customer` None for a guest."""

    created_at: datetime
    customer: int | None
    country: str
    lines: list[Line] = field(default_factory=list)
    prefix: str = ""
    has_decimal_id: bool = False


def product_line(product: Product, quantity: int, year: int, pence: int | None = None) -> Line:
    """A line of `product` as invoices of `year` show it, at list price unless `pence` is given."""
    price = product.price(year) if pence is None else pence
    return Line(product.stock_code, product.description(year), quantity, price)


def credit_note(sale: Invoice, at: datetime, lines: list[Line]) -> Invoice:
    """The cancellation of `lines` (given with positive quantity) of `sale`."""
    returned = [replace(line, quantity=-line.quantity, minutes_later=0) for line in lines]
    return replace(sale, created_at=at, lines=returned, prefix="C")


def pounds(pence: int) -> str:
    """Pence as a decimal number of pounds: 1205 is '12.05', -30 is '-0.30'."""
    sign = "-" if pence < 0 else ""
    return f"{sign}{abs(pence) // 100}.{abs(pence) % 100:02d}"


def csv_text(invoices: list[Invoice]) -> str:
    """All lines in order of time; invoices are numbered in order of time too."""
    rows: list[tuple[datetime, int, int, tuple[str, ...]]] = []
    in_order = sorted(invoices, key=lambda each: each.created_at)
    for number, invoice in enumerate(in_order, FIRST_INVOICE_NUMBER):
        customer_id = "" if invoice.customer is None else str(invoice.customer)
        if customer_id and invoice.has_decimal_id:
            customer_id += ".0"
        for place, line in enumerate(invoice.lines):
            at = invoice.created_at + timedelta(minutes=line.minutes_later)
            cells = (
                f"{invoice.prefix}{number}", line.stock_code, line.description, str(line.quantity),
                f"{at:%Y-%m-%d %H:%M:%S}", pounds(line.pence), customer_id, invoice.country,
            )  # fmt: skip
            rows.append((at, number, place, cells))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(cells for _, _, _, cells in sorted(rows))
    return text.getvalue()
