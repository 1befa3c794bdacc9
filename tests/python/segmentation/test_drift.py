"""Drift: none against oneself, a figure worked by hand, and what a fresh fit would change."""

import numpy as np
import pytest

from segmentation.drift import population_stability_index, reassigned_share
from segmentation.kmeans import FloatArray
from segmentation.model import FeatureBins, fit_feature_bins


def test_no_drift_against_the_fitted_customers_in_any_order(online_retail_rfm: FloatArray) -> None:
    """The real Online Retail file; frequency has so many ties that bins are empty."""
    bins = fit_feature_bins(online_retail_rfm)
    assert bins.cut_points.shape == (9, 3) and bins.shares.shape == (10, 3)
    assert bins.shares.sum(axis=0) == pytest.approx([1, 1, 1])
    assert bins.shares[1, 1] == 0
    assert all(
        np.isin(bins.cut_points[:, feature], online_retail_rfm[:, feature]).all() for feature in range(3)
    )
    assert population_stability_index(bins, online_retail_rfm[::-1]) == pytest.approx([0, 0, 0])


def test_only_the_feature_that_moved_drifts(online_retail_rfm: FloatArray) -> None:
    """The real Online Retail file, with every customer 60 days staler."""
    bins = fit_feature_bins(online_retail_rfm)
    index = population_stability_index(bins, online_retail_rfm + np.array([60, 0, 0]))
    assert index[0] > 0.25
    assert index[1:] == pytest.approx([0, 0])


def test_index_by_hand() -> None:
    bins = FeatureBins(np.array([[10.0]]), np.array([[0.6], [0.4]]))
    values = np.array([[10.0], [11.0], [12.0], [13.0]])  # 10 is not above the cut point
    expected = (0.25 - 0.6) * np.log(0.25 / 0.6) + (0.75 - 0.4) * np.log(0.75 / 0.4)
    assert population_stability_index(bins, values) == pytest.approx([expected])
    # Everybody left the first bin: a large, finite figure.
    emptied = population_stability_index(bins, values[1:])
    assert np.isfinite(emptied).all() and emptied[0] > 3
    assert population_stability_index(bins, values[:0]) == pytest.approx([0])


def test_every_other_id_counts_as_changed() -> None:
    frozen = np.array([1, 1, 1, 1, 2, 2, 2, 2, 3, 3])
    assert reassigned_share(frozen, frozen) == 0
    # One customer went over to another segment, two are in one that was not there before.
    assert reassigned_share(frozen, np.array([1, 1, 1, 2, 2, 2, 2, 2, 4, 4])) == pytest.approx(0.3)
    assert reassigned_share(frozen[:0], frozen[:0]) == 0
