"""Silhouettes against scikit-learn's, which measures every pair."""

import numpy as np
import pytest
from sklearn.metrics import silhouette_samples, silhouette_score

from segmentation import silhouettes
from segmentation.kmeans import FloatArray, fit_kmeans
from segmentation.silhouettes import (
    euclidean_silhouette_samples,
    euclidean_silhouettes,
    silhouette_plot_sample,
    squared_euclidean_silhouette,
    squared_euclidean_silhouette_samples,
    stratified_rows,
)


@pytest.fixture(params=[2, 3, 7])
def labelled(request: pytest.FixtureRequest) -> tuple[FloatArray, np.ndarray]:
    """600 overlapping points in clusters of very unequal size, one of a single point, one of two."""
    generator = np.random.default_rng(request.param)
    labels = np.sort(generator.integers(0, request.param, size=600) ** 2 // request.param)
    labels[0] = 99
    labels[1:3] = 98
    return generator.normal(size=(600, 4)) + labels[:, None] / 5, labels


def test_squared_euclidean_form_equals_brute_force(labelled: tuple[FloatArray, np.ndarray]) -> None:
    z, labels = labelled
    expected = silhouette_samples(z, labels, metric="sqeuclidean")
    np.testing.assert_allclose(squared_euclidean_silhouette_samples(z, labels), expected, atol=1e-10)
    assert squared_euclidean_silhouette(z, labels) == pytest.approx(
        silhouette_score(z, labels, metric="sqeuclidean"), abs=1e-10
    )


def test_squared_euclidean_form_is_the_same_in_blocks(
    labelled: tuple[FloatArray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    z, labels = labelled
    whole = squared_euclidean_silhouette_samples(z, labels)
    monkeypatch.setattr(silhouettes, "CHUNK_ROWS", 7)
    np.testing.assert_allclose(squared_euclidean_silhouette_samples(z, labels), whole, atol=1e-12)


def test_euclidean_silhouettes_of_several_labellings_equal_scikit_learn(
    labelled: tuple[FloatArray, np.ndarray],
) -> None:
    z, labels = labelled
    other = np.arange(len(z)) % 5
    ours = euclidean_silhouette_samples(z, [labels, other])
    np.testing.assert_allclose(ours[0], silhouette_samples(z, labels), atol=1e-10)
    np.testing.assert_allclose(ours[1], silhouette_samples(z, other), atol=1e-10)


def test_points_that_coincide_have_silhouette_zero() -> None:
    z = np.zeros((6, 2))
    labels = np.array([0, 0, 0, 1, 1, 1])
    assert squared_euclidean_silhouette(z, labels) == 0
    assert euclidean_silhouettes(z, [labels], random_seed=0)[0].mean == 0


def test_one_cluster_is_refused() -> None:
    with pytest.raises(ValueError, match="at least 2"):
        squared_euclidean_silhouette(np.ones((3, 1)), np.zeros(3, dtype=np.int64))


def test_beyond_the_exact_limit_the_interval_holds_the_exact_figure(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(1)
    centres = generator.choice([0.0, 3.0, 9.0], p=[0.7, 0.27, 0.03], size=(6_000, 1))
    z = generator.normal(size=(6_000, 3)) + centres
    labels = fit_kmeans(z, 3, random_seed=0).labels
    exact = euclidean_silhouettes(z, [labels], random_seed=0)[0]
    monkeypatch.setattr(silhouettes, "EXACT_ROWS", 1_000)
    monkeypatch.setattr(silhouettes, "SAMPLE_ROWS", 700)
    first, again = (euclidean_silhouettes(z, [labels], random_seed=5)[0] for _ in range(2))
    assert first == again
    assert exact.low == exact.mean == exact.high == pytest.approx(silhouette_score(z, labels))
    assert first.low < first.mean < first.high
    assert first.mean == pytest.approx(exact.mean, abs=0.01)
    assert first.low - 0.005 <= exact.mean <= first.high + 0.005


def test_up_to_the_exact_limit_every_pair_is_measured(
    labelled: tuple[FloatArray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    z, labels = labelled
    monkeypatch.setattr(silhouettes, "EXACT_ROWS", len(z))
    estimate = euclidean_silhouettes(z, [labels], random_seed=0)[0]
    assert estimate.low == estimate.mean == estimate.high == pytest.approx(silhouette_score(z, labels))


def test_the_interval_is_students_over_ten_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    found = iter(np.arange(1, 11) / 10)
    monkeypatch.setattr(silhouettes, "EXACT_ROWS", 3)
    monkeypatch.setattr(silhouettes, "SAMPLE_ROWS", 4)
    monkeypatch.setattr(
        silhouettes, "euclidean_silhouette_samples", lambda z, labellings: [np.full(len(z), next(found))]
    )
    monkeypatch.setattr(
        silhouettes, "side_by_side", lambda function, items: [function(each) for each in items]
    )
    estimate = euclidean_silhouettes(np.zeros((4, 1)), [np.array([0, 0, 1, 1])], random_seed=0)[0]
    # The variance of 0.1 … 1.0 is 0.825 / 9; 97.5 % of t with 9 degrees of freedom lie below 2.262157.
    half_width = 2.262157 * np.sqrt(0.825 / 9 / 10)
    assert (estimate.low, estimate.mean, estimate.high) == pytest.approx(
        (0.55 - half_width, 0.55, 0.55 + half_width), abs=1e-6
    )


def test_stratified_rows_keep_proportions_and_small_clusters() -> None:
    labels = np.repeat([4, 7, 9], [900, 97, 3])
    rows = stratified_rows(labels, 100, np.random.default_rng(0))
    assert np.all(np.diff(rows) > 0)
    assert dict(zip(*np.unique(labels[rows], return_counts=True), strict=True)) == {4: 90, 7: 10, 9: 2}
    np.testing.assert_array_equal(stratified_rows(labels, 1_000, np.random.default_rng(0)), np.arange(1_000))


def test_plot_sample_is_sorted_bounded_and_exact(labelled: tuple[FloatArray, np.ndarray]) -> None:
    z, labels = labelled
    sample = silhouette_plot_sample(z, labels, random_seed=3, n_rows=100)
    assert 90 <= len(sample.rows) <= 110
    np.testing.assert_array_equal(sample.labels, labels[sample.rows])
    np.testing.assert_allclose(sample.silhouettes, silhouette_samples(z, labels)[sample.rows], atol=1e-10)
    assert np.all(np.diff(sample.labels) >= 0)
    for cluster in np.unique(sample.labels):
        assert np.all(np.diff(sample.silhouettes[sample.labels == cluster]) <= 0)


def test_real_customers_have_the_published_silhouettes(
    online_retail_z: FloatArray, online_retail_rfm: FloatArray
) -> None:
    """The real Online Retail file, gross, duplicates kept."""
    labellings = [fit_kmeans(online_retail_z, k, random_seed=42).labels for k in range(2, 7)]
    found = [estimate.mean for estimate in euclidean_silhouettes(online_retail_z, labellings, random_seed=42)]
    assert found == pytest.approx([0.433, 0.337, 0.335, 0.318, 0.313], abs=0.005)
    raw = (online_retail_rfm - online_retail_rfm.mean(axis=0)) / online_retail_rfm.std(axis=0)
    labels = fit_kmeans(raw, 2, random_seed=42).labels
    assert euclidean_silhouettes(raw, [labels], random_seed=42)[0].mean == pytest.approx(0.896, abs=0.005)
    assert np.bincount(labels).min() == 26
