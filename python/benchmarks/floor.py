"""The floor: the least work that answers the question, without rules, checks, names or files for others.

One DuckDB query from lines to recency, frequency and monetary, one K-Means fit, one label per customer.
`python -m benchmarks.floor LINES.parquet|csv` prints the result as JSON.
"""

import json
import sys

import duckdb
import numpy as np
from sklearn.cluster import KMeans
from sklearn.preprocessing import StandardScaler

from sql_text import quoted_literal

N_SEGMENTS = 4

# Lines with the same hash over all columns count once; the eight columns themselves would be far larger keys.
MEASURES = """
with

lines as (
    select
        any_value(CustomerID) as customer_id,
        any_value(InvoiceNo) as invoice_number,
        any_value(cast(InvoiceDate as date)) as invoice_date,
        any_value(cast(round(Quantity * cast(UnitPrice as decimal(18, 4)), 2) as decimal(18, 2)))
            as line_amount
    from {source}
    where CustomerID is not null and Quantity > 0 and UnitPrice > 0
    group by
        hash(InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, CustomerID, Country)
),

as_of_date as (
    select max(cast(InvoiceDate as date)) + 1 as as_of_date
    from {source}
)

select
    customer_id,
    (select as_of_date from as_of_date) - max(invoice_date) as recency_days,
    count(distinct invoice_number) as frequency,
    sum(line_amount) as monetary
from lines
group by customer_id
"""


def run(path: str) -> dict[str, object]:
    """Measure and label every customer; returns how many there are, their money and the clusters' sizes."""
    with duckdb.connect() as connection:
        connection.execute(f"create temp table customers as {MEASURES.format(source=quoted_literal(path))}")
        monetary = connection.execute("select sum(monetary) from customers").fetchall()[0][0]
        customers = connection.execute("select recency_days, frequency, monetary from customers").fetchnumpy()
    values = np.column_stack(
        [np.asarray(customers[name], dtype=np.float64) for name in ("recency_days", "frequency", "monetary")]
    )
    z = StandardScaler().fit_transform(np.log1p(values))
    labels = KMeans(N_SEGMENTS, n_init=1, random_state=0).fit_predict(z)
    return {
        "customers": len(values),
        "monetary": str(monetary),
        "sizes": np.bincount(labels, minlength=N_SEGMENTS).tolist(),
    }


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1])))
