"""Tiers of countries or products, which can be very few."""

from __future__ import annotations

import numpy as np

from segmentation.features import FeatureTransformer
from segmentation.kmeans import FloatArray, IntArray, fit_kmeans

N_TIERS = 3
# A tier of fewer members on average says nothing that the table itself does not.
MEMBERS_PER_TIER = 3


def value_tiers(
    features: FloatArray, revenue: FloatArray, *, random_seed: int, n_tiers: int = N_TIERS
) -> IntArray:
    """Tier (n,) of each row, 1 being the one with the highest mean `revenue` (n,).

    K-Means on the log1p of `features` (n, d): revenue, orders, customers, average order value, return rate; a
    value below 0, such as the revenue of a product that only came back, counts as 0. With fewer than three
    rows per tier there are fewer tiers, and one row is one tier. The row order does not matter.
    """
    fitting = max(min(n_tiers, len(features) // MEMBERS_PER_TIER), 1)
    positive = np.maximum(features, 0)
    z = FeatureTransformer("log1p").fit(positive).transform(positive)
    labels = fit_kmeans(z, fitting, random_seed=random_seed).labels
    clusters = np.unique(labels)
    # Sorted before the sum, so that the row order cannot move the last digit of a mean.
    means = np.array([np.sort(revenue[labels == cluster]).mean() for cluster in clusters])
    tiers = np.empty(len(clusters), dtype=np.int64)
    tiers[np.argsort(-means, kind="stable")] = np.arange(1, len(clusters) + 1)
    return tiers[np.searchsorted(clusters, labels)]
