"""Missing feature values, filled from the most similar customers. Ids are never imputed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from segmentation.kmeans import FloatArray, IntArray

NEIGHBOURS = 5
# Customers that values are taken from. The cost is rows with a gap times donors.
DONORS = 1_000
CHUNK_ROWS = 20_000


class FeatureWithoutValuesError(ValueError):
    """A feature that no customer has a value of."""


@dataclass(frozen=True)
class Imputation:
    """`values` (n, d) without gaps, and which of them were imputed, `is_imputed` (n, d)."""

    values: FloatArray
    is_imputed: NDArray[np.bool_]


def impute_missing(
    values: FloatArray, features: Sequence[str], *, random_seed: int, n_donors: int = DONORS
) -> Imputation:
    """Fill each NaN of `values` (n, d) with the mean of that feature over the five nearest donors.

    scikit-learn's KNNImputer: distances over the features both customers have, here standardised so that
    days and money weigh alike. Donors are `n_donors` customers per feature, complete ones as far as there are
    enough, drawn by row: the rows must come in a fixed order, that of the customer ids. A customer without
    any value gets the donors' means. Imputed values are not rounded. Known values come back as they were,
    and without a gap the array itself comes back.

    Raises FeatureWithoutValuesError for a feature without any value; `features` (d,) names it.
    """
    is_missing = np.isnan(values)
    with_gaps = np.flatnonzero(is_missing.any(axis=1))
    if len(with_gaps) == 0:
        return Imputation(values, is_missing)
    for name, column in zip(features, is_missing.T, strict=True):
        if column.all():
            raise FeatureWithoutValuesError(
                f"'{name}' has no usable value for any of {len(values)} customers, so none can be imputed: "
                "supply values."
            )
    from sklearn.impute import KNNImputer
    from threadpoolctl import threadpool_limits

    means, scales = np.nanmean(values, axis=0), np.nanstd(values, axis=0)
    scales[scales == 0] = 1
    donors = _donors(is_missing, n_donors, random_seed)
    imputer = KNNImputer(n_neighbors=NEIGHBOURS)
    filled = values.copy()
    with threadpool_limits(limits=1):
        imputer.fit((values[donors] - means) / scales)
        for start in range(0, len(with_gaps), CHUNK_ROWS):
            rows = with_gaps[start : start + CHUNK_ROWS]
            imputed = imputer.transform((values[rows] - means) / scales) * scales + means
            # Only the gaps: scaling there and back moves the last digit of a known value.
            filled[rows] = np.where(is_missing[rows], imputed, values[rows])
    return Imputation(filled, is_missing)


def _donors(is_missing: NDArray[np.bool_], n_donors: int, random_seed: int) -> IntArray:
    """Ascending row numbers: of each feature, `n_donors` customers that have it, fewest gaps first.

    With enough complete customers that is the same `n_donors` for every feature.
    """
    order = np.random.default_rng(random_seed).permutation(len(is_missing))
    order = order[np.argsort(is_missing[order].sum(axis=1), kind="stable")]
    return np.unique(np.concatenate([order[~column[order]][:n_donors] for column in is_missing.T]))
