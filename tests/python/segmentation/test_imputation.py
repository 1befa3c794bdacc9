"""Imputation: what is known stays, what is missing comes from similar customers, whatever the size."""

import numpy as np
import pytest

from segmentation import imputation
from segmentation.imputation import FeatureWithoutValuesError, impute_missing

FEATURES = ["recency_days", "frequency", "monetary"]


def two_kinds_of_customers() -> np.ndarray:
    """200 recent big spenders and 200 lapsed small ones, in turn."""
    generator = np.random.default_rng(4)
    kinds = np.tile([[5.0, 40.0, 9_000.0], [300.0, 2.0, 100.0]], (200, 1))
    return kinds * generator.uniform(0.9, 1.1, size=kinds.shape)


def test_a_gap_is_filled_from_similar_customers() -> None:
    values = two_kinds_of_customers()
    values[0, 2] = values[1, 2] = values[3, 0] = np.nan
    filled = impute_missing(values, FEATURES, random_seed=1)
    assert 8_000 < filled.values[0, 2] < 10_000
    assert 90 < filled.values[1, 2] < 110
    assert 270 < filled.values[3, 0] < 330
    assert np.argwhere(filled.is_imputed).tolist() == [[0, 2], [1, 2], [3, 0]]
    known = ~filled.is_imputed
    np.testing.assert_array_equal(filled.values[known], values[known])
    assert np.isnan(values[0, 2])  # the input is not written to


def test_the_five_nearest_decide_by_standardised_distances() -> None:
    # The gap's customer is 1 to 7 steps of recency away from seven customers. Two more are as near in days,
    # but far in orders: in units they would be the nearest, in standard deviations they are not.
    recency = np.concatenate([np.arange(7.0) * 100, [0.0, 0.0], [-100.0]])
    frequency = np.concatenate([np.ones(7), [9.0, 9.0], [1.0]])
    monetary = np.concatenate([[1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0], [500.0, 500.0], [np.nan]])
    filled = impute_missing(np.column_stack([recency, frequency, monetary]), FEATURES, random_seed=0)
    assert filled.values[-1, 2] == pytest.approx((1 + 2 + 4 + 8 + 16) / 5)


def test_a_constant_feature_is_filled_with_its_constant() -> None:
    values = np.column_stack([np.arange(12.0), np.full(12, 7.0)])
    values[3, 1] = np.nan
    with np.errstate(all="raise"):
        assert impute_missing(values, ["recency_days", "age"], random_seed=0).values[3, 1] == 7


def test_without_gaps_the_array_itself_comes_back() -> None:
    values = two_kinds_of_customers()
    filled = impute_missing(values, FEATURES, random_seed=1)
    assert filled.values is values
    assert not filled.is_imputed.any()


def test_donors_and_blocks_are_bounded_and_repeatable(monkeypatch: pytest.MonkeyPatch) -> None:
    values = two_kinds_of_customers()
    values[::3, 2] = np.nan
    whole = impute_missing(values, FEATURES, random_seed=1, n_donors=50)
    monkeypatch.setattr(imputation, "CHUNK_ROWS", 7)
    np.testing.assert_allclose(
        impute_missing(values, FEATURES, random_seed=1, n_donors=50).values, whole.values
    )
    assert len(imputation._donors(np.isnan(values), 50, 1)) == 50
    other = impute_missing(values, FEATURES, random_seed=2, n_donors=50)
    assert not np.array_equal(other.values, whole.values)


def test_a_feature_known_of_few_customers_is_filled_from_them() -> None:
    values = np.column_stack([np.arange(500.0), np.full(500, np.nan)])
    values[[10, 400], 1] = [1.0, 3.0]
    filled = impute_missing(values, ["recency_days", "age"], random_seed=0, n_donors=20)
    np.testing.assert_allclose(np.unique(filled.values[:, 1]), [1, 2, 3])


def test_donors_hold_every_feature_however_incomplete_those_customers_are() -> None:
    values = np.column_stack([np.arange(300.0), np.arange(300.0), np.full(300, np.nan)])
    # Who has the third feature lacks the first; as many gaps as the others have, and seldom drawn.
    values[:7, 0] = values[290:, 0] = np.nan
    values[:7, 2], values[290:, 2] = 1.0, 9.0
    filled = impute_missing(values, FEATURES, random_seed=0, n_donors=20)
    assert filled.values[7, 2] == pytest.approx(1)
    assert filled.values[289, 2] == pytest.approx(9)


def test_a_customer_without_any_value_gets_the_mean() -> None:
    values = np.vstack([np.array([[1.0, 10.0], [3.0, 30.0]]), [[np.nan, np.nan]]])
    filled = impute_missing(values, ["frequency", "monetary"], random_seed=0)
    np.testing.assert_allclose(filled.values[2], [2, 20])


def test_a_feature_without_values_is_named() -> None:
    values = two_kinds_of_customers()
    values[:, 1] = np.nan
    message = "'frequency' has no usable value for any of 400 customers"
    with pytest.raises(FeatureWithoutValuesError, match=message):
        impute_missing(values, FEATURES, random_seed=0)
