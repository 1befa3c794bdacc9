"""Tiers: best first, whatever the order, and few rows handled."""

import numpy as np
import pytest

from segmentation.kmeans import FloatArray
from segmentation.tiers import value_tiers


def countries() -> FloatArray:
    """Revenue, orders, customers, average order value, return rate of one big, four middling, eight small."""
    generator = np.random.default_rng(2)
    orders = np.concatenate([[20_000.0], generator.uniform(300, 500, 4), generator.uniform(2, 9, 8)])
    average = generator.uniform(300, 400, 13)
    return np.column_stack([orders * average, orders, orders / 4, average, generator.uniform(0, 0.1, 13)])


def test_tiers_are_numbered_by_mean_revenue() -> None:
    features = countries()
    tiers = value_tiers(features, features[:, 0], random_seed=0)
    assert set(tiers) == {1, 2, 3}
    assert tiers[0] == 1
    means = [features[tiers == tier, 0].mean() for tier in (1, 2, 3)]
    assert means == sorted(means, reverse=True)
    shuffled = np.random.default_rng(0).permutation(13)
    np.testing.assert_array_equal(
        value_tiers(features[shuffled], features[shuffled, 0], random_seed=0), tiers[shuffled]
    )


def test_a_return_rate_alone_can_make_tiers() -> None:
    features = np.ones((6, 5))
    features[3:, 4] = 0.0
    assert value_tiers(features, np.arange(6.0), random_seed=0).tolist() == [2, 2, 2, 1, 1, 1]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("rows", "tiers"), [(0, 0), (1, 1), (2, 1), (5, 1), (6, 2), (8, 2), (9, 3)])
def test_few_rows_have_fewer_tiers(rows: int, tiers: int) -> None:
    features = countries()[:rows]
    found = value_tiers(features, features[:, 0], random_seed=0)
    assert len(found) == rows
    assert set(found) == set(range(1, tiers + 1))


def test_equal_rows_are_one_tier_and_negative_revenue_counts_as_none() -> None:
    assert set(value_tiers(np.ones((12, 5)), np.ones(12), random_seed=0)) == {1}
    features = countries()
    features[-1, 0] = -50.0
    tiers = value_tiers(features, features[:, 0], random_seed=0)
    assert tiers[-1] == 3
