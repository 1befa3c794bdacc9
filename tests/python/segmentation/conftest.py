"""Data the tests of the segmentation package share."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
ONLINE_RETAIL = REPOSITORY.parent / "shared" / "data" / "online_retail" / "OnlineRetail.csv"

# Gross basis, duplicates kept: identified customer, quantity and price above 0.
# An order's day counts calendar days to the day after the last invoice of the file.
GROSS_RFM = """
with lines as (
    select
        CustomerID as customer_id,
        InvoiceNo as invoice,
        strptime(InvoiceDate, '%m/%d/%Y %H:%M')::date as invoice_date,
        round(Quantity::integer * UnitPrice::decimal(18, 4), 2) as line_amount,
        Quantity::integer as quantity,
        UnitPrice::decimal(18, 4) as unit_price,
    from read_csv(?, encoding = 'latin-1', all_varchar = true, header = true)
)

select
    (select max(invoice_date) + 1 from lines) - max(invoice_date) as recency_days,
    count(distinct invoice) as frequency,
    sum(line_amount)::double as monetary,
from lines
where customer_id is not null and quantity > 0 and unit_price > 0
group by customer_id
order by customer_id
"""


@pytest.fixture(scope="session")
def online_retail_rfm() -> npt.NDArray[np.float64]:
    """Recency (days), frequency (orders) and monetary (GBP) of the 4,338 customers, shape (4338, 3).

    Real data, read from `../shared/data/online_retail` beside the repository; skips where it is absent.
    """
    import duckdb

    if not ONLINE_RETAIL.exists():
        pytest.skip("the real Online Retail file is not beside the repository (../shared/data)")
    with duckdb.connect() as connection:
        columns = connection.execute(GROSS_RFM, [str(ONLINE_RETAIL)]).fetchnumpy()
    features = ("recency_days", "frequency", "monetary")
    return np.column_stack([columns[name].astype(float) for name in features])


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
