"""K-Means and the nearest centroids, the same at every thread count and in every row order."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]

# Rows per block of the distance computation: 20,000 rows by 10 centroids are 1.6 MB, which a cache holds.
CHUNK_ROWS = 20_000
# Iterations go on until the centroids move less than this part of the variance. With scikit-learn's 1e-4
# they stop early, and the seed decides where: on Online Retail one cluster then has 876 or 904 customers.
TOLERANCE = 1e-6
MAX_ITERATIONS = 1000
# Points closer than this in every z-score count as one point: below it rounding decides a distance.
SAME_POINT_DECIMALS = 6


@dataclass(frozen=True)
class KMeansFit:
    """Centroids (k, d) in lexicographic order, labels (n,), and the sum of squared distances."""

    centroids: FloatArray
    labels: IntArray
    inertia: float


@dataclass(frozen=True)
class NearestTwo:
    """Index of and Euclidean distance to the nearest and the second centroid, each of shape (n,)."""

    first: IntArray
    first_distance: FloatArray
    second: IntArray
    second_distance: FloatArray


def fit_kmeans(z: FloatArray, n_clusters: int, *, random_seed: int, n_init: int = 10) -> KMeansFit:
    """Fit scikit-learn's K-Means (Lloyd, k-means++) on `z` (n, d).

    The rows are put in a fixed order and the fit runs on one thread, so neither the row order nor the
    thread count moves a label. Clusters are numbered in lexicographic order of their centroids. Where there
    are fewer distinct points than `n_clusters`, each distinct point is a cluster; no rows give no cluster.
    """
    if n_clusters < 1:
        raise ValueError(f"The number of clusters is {n_clusters}: it must be 1 or more.")
    z = np.asarray(z, dtype=np.float64)
    order = np.lexsort(z.T[::-1])
    ordered = z[order]
    if _has_more_points_than(n_clusters, ordered):
        centroids = _fitted_centroids(ordered, n_clusters, random_seed, n_init)
    else:
        centroids = ordered[_first_rows_of_points(ordered)]
    centroids = centroids[np.lexsort(centroids.T[::-1])] + 0.0  # adding 0 turns -0.0 into 0.0
    nearest = nearest_two(ordered, centroids)
    labels = np.empty(len(z), dtype=np.int64)
    labels[order] = nearest.first
    # The inertia is summed in the fixed order, so that its last digit is fixed as well.
    return KMeansFit(centroids, labels, float(np.sum(nearest.first_distance**2)))


def nearest_two(z: FloatArray, centroids: FloatArray) -> NearestTwo:
    """The two centroids (k, d) nearest to each row of `z` (n, d); a tie goes to the lower index.

    With a single centroid `second` is -1 and `second_distance` nan. Works in blocks of rows: beyond the
    result itself the memory does not grow with n.
    """
    n_rows, n_clusters = len(z), len(centroids)
    if n_clusters == 0 and n_rows > 0:
        raise ValueError("There is no centroid to measure a distance to: fit on at least one customer.")
    first = np.empty(n_rows, dtype=np.int64)
    first_distance = np.empty(n_rows)
    second = np.full(n_rows, -1, dtype=np.int64)
    second_distance = np.full(n_rows, np.nan)
    for start in range(0, n_rows, CHUNK_ROWS):
        block = slice(start, start + CHUNK_ROWS)
        squared = squared_distances(z[block], centroids)
        rows = np.arange(len(squared))
        first[block] = squared.argmin(axis=1)
        first_distance[block] = np.sqrt(squared[rows, first[block]])
        if n_clusters > 1:
            squared[rows, first[block]] = np.inf
            second[block] = squared.argmin(axis=1)
            second_distance[block] = np.sqrt(squared[rows, second[block]])
    return NearestTwo(first, first_distance, second, second_distance)


def squared_distances(z: FloatArray, centroids: FloatArray) -> FloatArray:
    """Squared Euclidean distances (n, k), as sums of squared differences in feature order.

    Not by the expansion of the square: that loses digits near a centroid, and SQL could not repeat it.
    """
    squared = np.zeros((len(centroids), len(z)))  # this way round the long rows lie in one piece
    for feature in range(centroids.shape[1]):
        difference = z[:, feature] - centroids[:, feature, None]
        squared += difference * difference
    return squared.T


def single_thread() -> AbstractContextManager[object]:
    """A context in which the numeric libraries compute on one thread, so that sums are in one order."""
    limit: AbstractContextManager[object] = _thread_pools().limit(limits=1)
    return limit


@cache
def _thread_pools() -> Any:
    """The thread pools of the numeric libraries; looking for them takes as long as a small fit."""
    import sklearn.cluster  # noqa: F401  # brings along every library that has a pool
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


def _has_more_points_than(n_clusters: int, ordered: FloatArray) -> bool:
    """Whether there are more than `n_clusters` distinct points in rows (n, d) in lexicographic order."""
    steps = np.count_nonzero(np.diff(np.round(ordered[:, 0], SAME_POINT_DECIMALS)))
    # Mostly the first feature alone has enough values, and counting whole rows is slow.
    return bool(steps >= n_clusters) or len(_first_rows_of_points(ordered)) > n_clusters


def _first_rows_of_points(ordered: FloatArray) -> IntArray:
    rounded = np.round(ordered, SAME_POINT_DECIMALS)
    return np.asarray(np.unique(rounded, axis=0, return_index=True)[1], dtype=np.int64)


def _fitted_centroids(ordered: FloatArray, n_clusters: int, random_seed: int, n_init: int) -> FloatArray:
    from sklearn.cluster import KMeans

    with single_thread():
        model = KMeans(
            n_clusters,
            n_init=n_init,
            max_iter=MAX_ITERATIONS,
            tol=TOLERANCE,
            random_state=random_seed,
            algorithm="lloyd",
        ).fit(ordered)
    return np.asarray(model.cluster_centers_, dtype=np.float64)
