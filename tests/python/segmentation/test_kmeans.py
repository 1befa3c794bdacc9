"""K-Means and the nearest two centroids."""

import numpy as np
import numpy.typing as npt
import pytest
from scipy.spatial.distance import cdist
from threadpoolctl import threadpool_limits

from segmentation import kmeans
from segmentation.kmeans import fit_kmeans, nearest_two

pytestmark = pytest.mark.filterwarnings("error")


def test_sizes_on_online_retail(online_retail_z: npt.NDArray[np.float64]) -> None:
    """Real data (`../shared/data`): the known sizes with 3 and 4 clusters, within 3 %."""
    for n_clusters, known in ((3, [767, 1704, 1867]), (4, [715, 876, 1162, 1585])):
        sizes = np.sort(np.bincount(fit_kmeans(online_retail_z, n_clusters, random_seed=42).labels))
        np.testing.assert_allclose(sizes, known, rtol=0.03)


def test_known_groups_are_found(
    separable_blobs: tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]],
) -> None:
    z, truth = separable_blobs
    labels = fit_kmeans(z, 4, random_seed=1).labels
    assert len(set(zip(labels.tolist(), truth.tolist(), strict=True))) == 4


def test_row_order_and_threads_move_no_label(uniform_noise: npt.NDArray[np.float64]) -> None:
    order = np.random.default_rng(0).permutation(len(uniform_noise))
    fit = fit_kmeans(uniform_noise, 6, random_seed=1)
    with threadpool_limits(limits=4):
        shuffled = fit_kmeans(uniform_noise[order], 6, random_seed=1)
    assert shuffled.centroids.tolist() == fit.centroids.tolist()
    assert shuffled.labels.tolist() == fit.labels[order].tolist()
    assert shuffled.inertia == fit.inertia


def test_centroids_are_in_lexicographic_order_and_labels_point_to_them(
    uniform_noise: npt.NDArray[np.float64],
) -> None:
    fit = fit_kmeans(uniform_noise, 5, random_seed=1)
    assert fit.centroids.tolist() == sorted(fit.centroids.tolist())
    distances = cdist(uniform_noise, fit.centroids)
    assert fit.labels.tolist() == distances.argmin(axis=1).tolist()
    assert fit.inertia == pytest.approx((distances.min(axis=1) ** 2).sum())


@pytest.mark.parametrize(
    ("points", "n_clusters"),
    [
        ([[1.0, 2.0]], 1),
        ([[1.0, 2.0]] * 5, 1),
        ([[1.0, 2.0], [3.0, 4.0]], 2),
        ([[1.0, 2.0], [3.0, 4.0], [3.0, 4.0], [5.0, 6.0]], 3),
        # Closer together than rounding can tell.
        ([[1.0, 2.0], [1.0 + 1e-12, 2.0], [3.0, 4.0]], 2),
        # The first feature decides the order.
        ([[1.0, 0.0], [0.0, 1.0], [0.0, 2.0]], 3),
    ],
)
def test_fewer_distinct_points_than_clusters(points: list[list[float]], n_clusters: int) -> None:
    fit = fit_kmeans(np.array(points), 4, random_seed=1)
    assert fit.centroids.shape == (n_clusters, 2)
    assert sorted(set(fit.labels.tolist())) == list(range(n_clusters))
    assert fit.centroids.tolist() == sorted(fit.centroids.tolist())
    assert fit.inertia == pytest.approx(0.0)


def test_one_cluster_is_the_mean_and_none_is_refused(uniform_noise: npt.NDArray[np.float64]) -> None:
    fit = fit_kmeans(uniform_noise + 1.0, 1, random_seed=1)
    np.testing.assert_allclose(fit.centroids, [uniform_noise.mean(axis=0) + 1.0])
    with pytest.raises(ValueError, match="number of clusters is 0"):
        fit_kmeans(uniform_noise, 0, random_seed=1)


def test_points_within_a_millionth_are_one() -> None:
    points = np.array([[0.0, 0.0], [4e-7, 0.0], [2e-6, 0.0], [1.0, 0.0], [1.0, 4e-7], [1.0, 2e-6]])
    assert len(fit_kmeans(points, 6, random_seed=1).centroids) == 4


def test_few_values_of_the_first_feature_are_no_few_points() -> None:
    points = np.column_stack([np.tile([0.0, 1.0], 10), np.repeat(np.arange(10.0), 2)])
    assert len(fit_kmeans(points, 4, random_seed=1).centroids) == 4


def test_a_fit_goes_on_until_the_centroids_rest(uniform_noise: npt.NDArray[np.float64]) -> None:
    fit = fit_kmeans(uniform_noise, 6, random_seed=1, n_init=1)
    means = [uniform_noise[fit.labels == label].mean(axis=0) for label in range(6)]
    np.testing.assert_allclose(fit.centroids, means, atol=2e-3)


def test_no_points_give_no_cluster() -> None:
    fit = fit_kmeans(np.empty((0, 3)), 4, random_seed=1)
    assert fit.centroids.shape == (0, 3)
    assert fit.labels.shape == (0,)
    assert fit.inertia == 0.0


def test_nearest_two_agrees_with_all_distances(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kmeans, "CHUNK_ROWS", 7)
    generator = np.random.default_rng(2)
    z, centroids = generator.normal(size=(50, 3)), generator.normal(size=(6, 3))
    nearest = nearest_two(z, centroids)
    distances = cdist(z, centroids)
    order = distances.argsort(axis=1)
    assert nearest.first.tolist() == order[:, 0].tolist()
    assert nearest.second.tolist() == order[:, 1].tolist()
    np.testing.assert_allclose(nearest.first_distance, np.sort(distances, axis=1)[:, 0])
    np.testing.assert_allclose(nearest.second_distance, np.sort(distances, axis=1)[:, 1])


def test_a_tie_goes_to_the_lower_index() -> None:
    nearest = nearest_two(np.array([[0.0]]), np.array([[1.0], [-1.0], [1.0]]))
    assert (nearest.first.tolist(), nearest.second.tolist()) == ([0], [1])


def test_one_centroid_has_no_second() -> None:
    nearest = nearest_two(np.array([[3.0, 4.0]]), np.array([[0.0, 0.0]]))
    assert nearest.first_distance.tolist() == [5.0]
    assert nearest.second.tolist() == [-1]
    assert np.isnan(nearest.second_distance).all()


def test_customers_without_a_centroid_are_refused() -> None:
    with pytest.raises(ValueError, match="no centroid"):
        nearest_two(np.zeros((1, 2)), np.empty((0, 2)))
    assert nearest_two(np.empty((0, 2)), np.empty((0, 2))).first.shape == (0,)


def test_the_seed_does_not_decide_the_segments(online_retail_z: npt.NDArray[np.float64]) -> None:
    """Real data (`../shared/data`): three clusters are the same customers under every seed."""
    sizes = {
        tuple(np.sort(np.bincount(fit_kmeans(online_retail_z, 3, random_seed=seed).labels)).tolist())
        for seed in (0, 1, 7, 42)
    }
    assert len(sizes) == 1
