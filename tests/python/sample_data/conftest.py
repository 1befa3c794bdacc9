"""The sample as its readers see it."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
SAMPLE = REPOSITORY / "seeds" / "sample_invoices.csv"

# `lines` keeps the text of the file; `typed` reads it as design and seeds say, without judging any line.
TYPED = """
create table lines as
select row_number() over () as file_order, * from read_csv(?, header = true, all_varchar = true);

create table typed as
select
    file_order,
    InvoiceNo as invoice_number,
    left(InvoiceNo, 1) in ('C', 'A') as has_prefix,
    InvoiceNo[1] as prefix,
    StockCode as stock_code,
    upper(StockCode) as product_code,
    Description as description,
    Quantity::integer as quantity,
    InvoiceDate::timestamp as invoiced_at,
    UnitPrice::decimal(18, 4) as unit_price,
    regexp_replace(CustomerID, '\\.0$', '') as customer_id,
    Country as country,
    upper(StockCode) not in (select stock_code from read_csv(?, header = true)) as is_goods
from lines;

create view sales as
select * from typed
where is_goods and not has_prefix and quantity > 0 and unit_price > 0;

create view credit_notes as
select * from typed
where is_goods and prefix = 'C' and quantity < 0 and unit_price > 0;
"""


@pytest.fixture(scope="session")
def sample() -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with `lines`, `typed`, `sales` and `credit_notes` of the seed `sample_invoices`."""
    statements = [each for each in TYPED.split(";") if each.strip()]
    files = {0: [str(SAMPLE)], 1: [str(REPOSITORY / "seeds" / "non_product_stock_codes.csv")]}
    with duckdb.connect() as connection:
        for place, statement in enumerate(statements):
            connection.execute(statement, files.get(place, []))
        yield connection
