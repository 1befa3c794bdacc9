"""Bootstrap stability: what is there comes back, what is not does not."""

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from segmentation import stability
from segmentation.features import FeatureTransformer
from segmentation.kmeans import FloatArray, IntArray, fit_kmeans, fit_kmeans_of_sample
from segmentation.stability import Stability, bootstrap_stability


def stability_of(z: FloatArray, n_clusters: int, random_seed: int = 42, resamples: int = 20) -> Stability:
    labels = fit_kmeans(z, n_clusters, random_seed=random_seed).labels
    (measured,) = bootstrap_stability(z, [labels], random_seed=random_seed, resamples=resamples)
    return measured


def test_separable_groups_come_back_and_an_arbitrary_merger_does_not(
    separable_blobs: tuple[FloatArray, IntArray],
) -> None:
    z, _ = separable_blobs
    right, too_few = stability_of(z, 4), stability_of(z, 3)
    assert right.worst_jaccard > 0.99
    assert right.mean_adjusted_rand_index > 0.99
    assert too_few.worst_jaccard < 0.75
    assert too_few.worst_jaccard <= too_few.mean_jaccard < right.mean_jaccard


def test_jaccard_of_each_cluster_by_hand() -> None:
    before = np.array([0, 0, 0, 1, 1, 1])
    after = np.array([0, 0, 1, 1, 1, 1])
    # The third cluster has no row in this resample: it is lost.
    np.testing.assert_allclose(best_jaccard(before, after), [2 / 3, 3 / 4, 0])
    # A cluster that fell apart counts once, and one of a single customer counts in full.
    before, after = np.array([0, 0, 0, 0, 2]), np.array([0, 0, 0, 1, 2])
    np.testing.assert_allclose(best_jaccard(before, after), [3 / 4, 0, 1])


def best_jaccard(before: IntArray, after: IntArray) -> FloatArray:
    return stability._best_jaccard(stability._common_customers(before, after, 3))


def test_the_adjusted_rand_index_is_scikit_learns() -> None:
    generator = np.random.default_rng(0)
    for n_clusters in (2, 3, 7):
        before, after = generator.integers(n_clusters, size=(2, 50))
        common = stability._common_customers(before, after, n_clusters)
        assert stability._adjusted_rand_index(common) == pytest.approx(adjusted_rand_score(before, after))
    one = np.zeros(9, dtype=np.int64)
    assert stability._adjusted_rand_index(stability._common_customers(one, one, 1)) == 1


def test_each_cluster_has_its_mean_over_the_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    found = iter([np.array([1.0, 0.2]), np.array([0.5, 0.4]), np.array([0.9, 0.6])])
    monkeypatch.setattr(stability, "_best_jaccard", lambda common: next(found))
    z = np.array([[0.0], [1.0], [9.0], [10.0]])
    (measured,) = bootstrap_stability(z, [np.array([0, 0, 1, 1])], random_seed=0, resamples=3)
    np.testing.assert_allclose(measured.jaccard, [0.8, 0.4])
    assert measured.worst_jaccard == pytest.approx(0.4)
    assert measured.mean_jaccard == pytest.approx(0.6)


def test_same_seed_same_figures(separable_blobs: tuple[FloatArray, IntArray]) -> None:
    z, _ = separable_blobs
    first, again, other = stability_of(z, 3), stability_of(z, 3), stability_of(z, 3, random_seed=1)
    np.testing.assert_array_equal(first.jaccard, again.jaccard)
    assert first.mean_adjusted_rand_index == again.mean_adjusted_rand_index
    assert not np.array_equal(first.jaccard, other.jaccard)


def test_resamples_are_bounded(
    separable_blobs: tuple[FloatArray, IntArray], monkeypatch: pytest.MonkeyPatch
) -> None:
    z, truth = separable_blobs
    sizes = []

    def counted(z: FloatArray, k_values: list[int], **settings: int) -> object:
        sizes.append(len(z))
        return fit_kmeans_of_sample(z, k_values, **settings)

    monkeypatch.setattr(stability, "RESAMPLE_ROWS", 300)
    monkeypatch.setattr(stability, "fit_kmeans_of_sample", counted)
    assert bootstrap_stability(z, [truth], random_seed=0, resamples=5)[0].worst_jaccard > 0.99
    assert sizes == [300] * 5


def test_stability_of_the_real_customers(online_retail_rfm: FloatArray, online_retail_z: FloatArray) -> None:
    """The real Online Retail file, gross, duplicates kept.

    On raw values two clusters are 26 customers against the rest, and those 26 do not come back.
    """
    raw = FeatureTransformer("none").fit(online_retail_rfm).transform(online_retail_rfm)
    yeo_johnson = FeatureTransformer("yeo_johnson").fit(online_retail_rfm).transform(online_retail_rfm)
    assert stability_of(raw, 2, resamples=100).worst_jaccard == pytest.approx(0.48, abs=0.06)
    assert stability_of(online_retail_z, 4, resamples=100).worst_jaccard >= 0.85
    assert stability_of(yeo_johnson, 5).worst_jaccard >= 0.9
