"""Null data: shuffled columns keep the margins, a uniform box keeps the extent."""

from types import SimpleNamespace

import numpy as np
import pytest

from segmentation import null_models
from segmentation.kmeans import FloatArray, IntArray
from segmentation.null_models import gap_statistics, shuffled_silhouettes


def test_shuffled_columns_of_the_real_customers(online_retail_z: FloatArray) -> None:
    """The real Online Retail file, gross, duplicates kept, log1p."""
    null = shuffled_silhouettes(online_retail_z, [2, 3, 4, 5], random_seed=42)
    assert null.shape == (20, 4)
    assert null.mean(axis=0) == pytest.approx([0.238, 0.256, 0.260, 0.241], abs=0.015)


def test_shuffles_are_repeated_by_seed_and_bounded(
    uniform_noise: FloatArray, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(null_models, "NULL_ROWS", 200)
    first, again, other = (
        shuffled_silhouettes(uniform_noise, [2, 3], random_seed=seed) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)
    assert len(np.unique(first)) == 40
    assert first.min() > 0.1
    assert shuffled_silhouettes(np.ones((9, 2)), [2, 3], random_seed=1).tolist() == [[0, 0]] * 20


def test_gap_is_largest_step_at_the_true_number(separable_blobs: tuple[FloatArray, IntArray]) -> None:
    z, _ = separable_blobs
    gaps = gap_statistics(z, [1, 2, 3, 4, 5], random_seed=0)
    steps = np.diff([gaps[k].gap for k in (1, 2, 3, 4, 5)])
    assert steps.argmax() == 2  # from three to four
    assert all(0 < gap.standard_error < 0.05 for gap in gaps.values())


def test_a_uniform_box_has_no_gap(uniform_noise: FloatArray) -> None:
    box = uniform_noise * [1.0, 3.0, 9.0]  # unequal sides, so that the components lie nearly along them
    turn = np.array([[0.6, 0.8, 0.0], [-0.8, 0.6, 0.0], [0.0, 0.0, 1.0]])
    turn = turn @ turn[[2, 0, 1]][:, [2, 0, 1]]
    gaps = gap_statistics(box @ turn + 50.0, [1, 2, 3], random_seed=0)
    assert [gap.gap for gap in gaps.values()] == pytest.approx([0, 0, 0], abs=0.1)


def test_gap_and_standard_error_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    logs = [0.2, *np.arange(1, 11) / 10]
    fitted = []

    def known(rows: FloatArray, k_values: list[int], **settings: int) -> list[SimpleNamespace]:
        fitted.append(rows)
        return [SimpleNamespace(inertia=float(np.exp(logs[len(fitted) - 1])))]

    monkeypatch.setattr(null_models, "fit_kmeans_of_sample", known)
    monkeypatch.setattr(
        null_models, "side_by_side", lambda function, items: [function(each) for each in items]
    )
    z = np.random.default_rng(0).normal(size=(30, 2))
    gap = gap_statistics(z, [3], random_seed=0)[3]
    # The mean of 0.1 … 1.0 less 0.2, and their standard deviation times the square root of 1 + 1/10.
    assert gap.gap == pytest.approx(0.55 - 0.2)
    assert gap.standard_error == pytest.approx(np.sqrt(0.0825 * 1.1))
    assert len(fitted) == 11
    assert sorted(fitted[0].tolist()) == sorted(z.tolist())


def test_a_k_without_inertia_is_left_out() -> None:
    z = np.repeat([[0.0, 0.0], [1.0, 1.0]], 20, axis=0)
    assert set(gap_statistics(z, [1, 2], random_seed=0)) == {1}
    near = np.array([[0.0], [0.01], [0.1], [0.11]])
    assert set(gap_statistics(near, [1, 2], random_seed=0)) == {1, 2}
