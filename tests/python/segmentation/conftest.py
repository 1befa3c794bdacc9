"""Data the tests of the segmentation package share."""

import csv
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
ONLINE_RETAIL = REPOSITORY.parent / "shared" / "data" / "online_retail" / "OnlineRetail.csv"
NON_PRODUCT_STOCK_CODES = REPOSITORY / "seeds" / "non_product_stock_codes.csv"

# The day each cut is measured to, which is the day after its last line: from the sixth month on.
MONTHLY_CUTS = [*[date(2011, month, 1) for month in range(6, 13)], date(2011, 12, 10)]

LINES = """
create table lines as
select
    trim(InvoiceNo) as invoice,
    trim(StockCode) as stock_code,
    trim(Description) as description,
    Quantity::integer as quantity,
    strptime(InvoiceDate, '%m/%d/%Y %H:%M') as invoiced_at,
    UnitPrice::decimal(18, 4) as unit_price,
    trim(CustomerID) as customer_id,
    trim(Country) as country,
from read_csv(?, encoding = 'latin-1', all_varchar = true, header = true)
"""

# Gross basis, duplicates kept: identified customer, quantity and price above 0.
GROSS_RFM = """
select
    $as_of_date - max(invoiced_at::date) as recency_days,
    count(distinct invoice) as frequency,
    sum(round(quantity * unit_price, 2))::double as monetary,
from lines
where customer_id is not null and quantity > 0 and unit_price > 0 and invoiced_at < $as_of_date
group by customer_id
order by customer_id
"""

# Sales and returns of products, further copies dropped, in the order in which returns take from sales.
PRODUCT_LINES = """
create table product_lines as
with product_lines as (
    select
        customer_id,
        upper(stock_code) as product_code,
        invoice,
        invoiced_at,
        unit_price,
        abs(quantity) as quantity,
        starts_with(invoice, 'C') or quantity < 0 as is_return,
    from (select distinct * from lines)
    where
        customer_id is not null
        and unit_price > 0
        and not starts_with(invoice, 'A')
        and upper(stock_code) not in (select unnest(?))
)

select
    *,
    row_number() over (
        order by
            customer_id, product_code, invoiced_at, is_return,
            case when is_return then invoice end, invoice desc,
            case when is_return then -unit_price else unit_price end,
            case when is_return then quantity else -quantity end
    ) as line,
from product_lines
"""

# Net basis: sales less what is returned of them before the cut; only invoices that keep something count.
NET_RFM = """
with returned as (
    select sale, sum(quantity) as quantity
    from returned
    where returned_at < $as_of_date
    group by sale
),

invoices as (
    select
        customer_id,
        invoice,
        max(invoiced_at::date) as invoice_date,
        sum(
            round(product_lines.quantity * unit_price, 2)
            - round(coalesce(returned.quantity, 0) * unit_price, 2)
        ) as amount,
    from product_lines
    left join returned on line = sale
    where not is_return and invoiced_at < $as_of_date
    group by customer_id, invoice
)

select
    $as_of_date - max(invoice_date) as recency_days,
    count(*) as frequency,
    sum(amount)::double as monetary,
from invoices
where amount > 0
group by customer_id
order by customer_id
"""


@pytest.fixture(scope="session")
def online_retail() -> Iterator[duckdb.DuckDBPyConnection]:
    """The real file as the tables lines, product_lines and returned, the last with what each return cancels.

    Real data, read from `../shared/data/online_retail` beside the repository; skips where it is absent.
    """
    if not ONLINE_RETAIL.exists():
        pytest.skip("the real Online Retail file is not beside the repository (../shared/data)")
    with NON_PRODUCT_STOCK_CODES.open(encoding="utf-8", newline="") as file:
        codes = [row["stock_code"] for row in csv.DictReader(file)]
    with duckdb.connect() as connection:
        connection.execute(LINES, [str(ONLINE_RETAIL)])
        connection.execute(PRODUCT_LINES, [codes])
        query = """
            select customer_id, product_code, line, is_return, invoiced_at, quantity
            from product_lines
            order by line
        """
        returned = pa.table(paired_returns(connection.execute(query).fetchall()))
        connection.register("returned", returned)
        yield connection


def paired_returns(product_lines: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
    """What each return takes from each sale of the same customer and product, the latest sale first."""
    pairs: dict[str, list[Any]] = {"sale": [], "returned_at": [], "quantity": []}
    stock: list[list[int]] = []  # sale and quantity left, the latest last
    of_product: tuple[str, str] | None = None
    for customer_id, product_code, line, is_return, invoiced_at, quantity in product_lines:
        if of_product != (customer_id, product_code):
            of_product, stock = (customer_id, product_code), []
        if not is_return:
            stock.append([line, quantity])
            continue
        while quantity and stock:
            sale, left = stock.pop()
            taken = min(quantity, left)
            quantity -= taken
            if left > taken:
                stock.append([sale, left - taken])
            for column, value in zip(pairs, (sale, invoiced_at, taken), strict=True):
                pairs[column].append(value)
    return pairs


def customers_at(
    connection: duckdb.DuckDBPyConnection, as_of_date: date, basis: str
) -> npt.NDArray[np.float64]:
    """Recency (days), frequency (orders) and monetary (GBP), (n, 3), of the lines before `as_of_date`."""
    query = {"gross": GROSS_RFM, "net": NET_RFM}[basis]
    columns = connection.execute(query, {"as_of_date": as_of_date}).fetchnumpy()
    features = ("recency_days", "frequency", "monetary")
    return np.column_stack([columns[name].astype(float) for name in features])


@pytest.fixture(scope="session")
def monthly_customers(online_retail: duckdb.DuckDBPyConnection) -> dict[str, list[npt.NDArray[np.float64]]]:
    """Customers of the real file at each of MONTHLY_CUTS, (n, 3) each, by basis."""
    return {
        basis: [customers_at(online_retail, as_of_date, basis) for as_of_date in MONTHLY_CUTS]
        for basis in ("gross", "net")
    }


@pytest.fixture(scope="session")
def online_retail_rfm(online_retail: duckdb.DuckDBPyConnection) -> npt.NDArray[np.float64]:
    """Recency (days), frequency (orders) and monetary (GBP) of the 4,338 customers, shape (4338, 3).

    The whole real file, gross, duplicates kept.
    """
    return customers_at(online_retail, MONTHLY_CUTS[-1], "gross")


@pytest.fixture(scope="session")
def online_retail_z(online_retail_rfm: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The same customers, log1p and standardised, shape (4338, 3)."""
    return standardised(np.log1p(online_retail_rfm))


def standardised(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Columns with mean 0 and standard deviation 1."""
    return (values - values.mean(axis=0)) / values.std(axis=0)


@pytest.fixture(scope="session")
def separable_blobs() -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Four well separated groups of unequal size in three dimensions: values (2000, 3) and truth (2000,)."""
    generator = np.random.default_rng(7)
    centres = np.array([[0.0, 0.0, 0.0], [9.0, 0.0, 0.0], [0.0, 9.0, 0.0], [0.0, 0.0, 9.0]])
    truth = np.repeat(np.arange(4), [800, 600, 400, 200])
    return standardised(centres[truth] + generator.normal(size=(2000, 3))), truth


@pytest.fixture(scope="session")
def uniform_noise() -> npt.NDArray[np.float64]:
    """Independent uniform columns, shape (3000, 3): there is nothing to find."""
    return standardised(np.random.default_rng(11).uniform(size=(3000, 3)))
