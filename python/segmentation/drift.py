"""Whether today's customers still look like those a model was fitted on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from segmentation.clustering_methods import match_labels
from segmentation.kmeans import FloatArray, IntArray

DECILES = np.arange(1, 10) / 10
# An empty bin counts as this share, since the logarithm of 0 is not finite.
SMALLEST_SHARE = 1e-4


@dataclass(frozen=True)
class FeatureBins:
    """Deciles of the customers a model was fitted on, per feature.

    `cut_points` (9, d): observed values; a value's bin is the number of cut points strictly below it.
    `shares` (10, d): share of the fitted customers in each bin. Many equal values leave bins empty, so the
    shares are stored and not taken to be a tenth.
    """

    cut_points: FloatArray
    shares: FloatArray


def fit_feature_bins(values: FloatArray) -> FeatureBins:
    """Bins of `values` (n, d) in original units; n must be 1 or more."""
    cut_points = np.quantile(values, DECILES, axis=0, method="inverted_cdf")
    return FeatureBins(cut_points, _shares(cut_points, values))


def population_stability_index(bins: FeatureBins, values: FloatArray) -> FloatArray:
    """Population stability index (d,) of `values` (n, d) against the fitted customers.

    The sum over the bins of (share now - share then) * ln(share now / share then). Common reading: below 0.1
    no shift, to 0.25 some, above a large one. 0 where there are no customers now.
    """
    if len(values) == 0:
        return np.zeros(values.shape[1])
    then = np.maximum(bins.shares, SMALLEST_SHARE)
    now = np.maximum(_shares(bins.cut_points, values), SMALLEST_SHARE)
    index: FloatArray = np.sum((now - then) * np.log(now / then), axis=0)
    return index


def reassigned_share(frozen_labels: IntArray, fresh_labels: IntArray) -> float:
    """Share of customers (0 to 1) whose segment a fresh fit would change, after matching its labels (n,).

    The fresh clusters are matched one to one to the frozen segments so that most customers stay; customers of
    a fresh cluster without a partner count as changed. 0 where there are no customers.
    """
    if len(frozen_labels) == 0:
        return 0.0
    return float(np.mean(match_labels(fresh_labels, frozen_labels) != frozen_labels))


def _shares(cut_points: FloatArray, values: FloatArray) -> FloatArray:
    columns = []
    for cuts, column in zip(cut_points.T, values.T, strict=True):
        bins = np.searchsorted(cuts, column, side="left")
        columns.append(np.bincount(bins, minlength=len(cuts) + 1) / len(column))
    return np.column_stack(columns)
