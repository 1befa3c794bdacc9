"""The notebook: customer segmentation as it is usually published, in pandas and scikit-learn.

Lines without a customer or with a price or quantity of 0 or less are dropped, exact duplicates too; money is
a float; the number of segments is read from a scan with silhouettes of a sample.
`python -m benchmarks.notebook LINES.parquet|csv` prints the result as JSON.
"""

import json
import sys

import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score
from sklearn.preprocessing import StandardScaler

CANDIDATES = range(2, 11)
RESTARTS = 10
SILHOUETTE_SAMPLE = 10_000


def run(path: str) -> dict[str, object]:
    """Clean, measure and scan; returns the number of customers, their money and the silhouette by k."""
    texts = {"InvoiceNo": str, "StockCode": str, "CustomerID": str}
    lines = pd.read_csv(path, dtype=texts) if path.endswith(".csv") else pd.read_parquet(path)
    lines["InvoiceDate"] = pd.to_datetime(lines["InvoiceDate"])
    lines = lines.dropna(subset=["CustomerID"])
    lines = lines[(lines["Quantity"] > 0) & (lines["UnitPrice"] > 0)].drop_duplicates()
    lines["Amount"] = lines["Quantity"] * lines["UnitPrice"]

    day_after = lines["InvoiceDate"].max() + pd.Timedelta(days=1)
    customers = lines.groupby("CustomerID").agg(
        # One call of Python per customer: how almost every published notebook counts recency.
        recency=("InvoiceDate", lambda dates: (day_after - dates.max()).days),
        frequency=("InvoiceNo", "nunique"),
        monetary=("Amount", "sum"),
    )

    z = StandardScaler().fit_transform(np.log1p(customers.to_numpy(dtype=np.float64)))
    silhouettes = {}
    for k in CANDIDATES:
        labels = KMeans(k, n_init=RESTARTS, random_state=0).fit_predict(z)
        sample_size = min(SILHOUETTE_SAMPLE, len(z))
        silhouettes[k] = float(silhouette_score(z, labels, sample_size=sample_size, random_state=0))
    return {
        "customers": len(customers),
        "monetary": f"{customers['monetary'].sum():.2f}",
        "silhouettes": silhouettes,
    }


if __name__ == "__main__":
    print(json.dumps(run(sys.argv[1])))
