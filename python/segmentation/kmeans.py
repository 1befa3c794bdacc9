"""K-Means and the nearest centroids, the same at every thread count and in every row order."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache, cached_property
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
# Beyond MANY_ROWS the restarts run on SKETCH_ROWS weighted rows, and only the best goes on with all of them:
# on 200,000 customers the inertia of ten full restarts to five digits, in a tenth of their time.
MANY_ROWS = 20_000
SKETCH_ROWS = 5_000
# Above so many rows `fit_kmeans_of_sample` stops all starts at a coarse tolerance, and only the best goes on.
TRIAL_ROWS = 2_500
TRIAL_TOLERANCE = 1e-3
# Points closer than this in every z-score count as one point: below it rounding decides a distance.
SAME_POINT_DECIMALS = 6


@dataclass(frozen=True, eq=False)
class OrderedRows:
    """Rows (n, d) in lexicographic order, so that no sum over them depends on the order they came in.

    `order` (n,) are their row numbers before. Sorting takes as long as a small fit: fits of the same
    customers share it.
    """

    rows: FloatArray
    order: IntArray

    @classmethod
    def of(cls, z: FloatArray) -> OrderedRows:
        """The rows of `z` (n, d) in order."""
        z = np.asarray(z, dtype=np.float64)
        order = np.lexsort(z.T[::-1])
        return cls(z[order], order)

    @cached_property
    def points(self) -> FloatArray:
        """The distinct points among the rows, rounded to `SAME_POINT_DECIMALS`: the first row of each."""
        rounded = np.round(self.rows, SAME_POINT_DECIMALS)
        by_point = np.lexsort(rounded.T[::-1])
        is_first = np.ones(len(rounded), dtype=bool)
        is_first[1:] = np.any(np.diff(rounded[by_point], axis=0) != 0, axis=1)
        return self.rows[by_point[is_first]]

    def have_more_points_than(self, n_clusters: int) -> bool:
        """Whether there are more than `n_clusters` distinct points."""
        steps = np.count_nonzero(np.diff(np.round(self.rows[:, 0], SAME_POINT_DECIMALS)))
        # Mostly the first feature alone has enough values, and counting whole rows is slow.
        return bool(steps >= n_clusters) or len(self.points) > n_clusters


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
    return fit_ordered(OrderedRows.of(z), n_clusters, random_seed=random_seed, n_init=n_init)


def fit_ordered(customers: OrderedRows, n_clusters: int, *, random_seed: int, n_init: int = 10) -> KMeansFit:
    """As `fit_kmeans`, of rows that are in order already; labels (n,) are in the order from before."""
    if n_clusters < 1:
        raise ValueError(f"The number of clusters is {n_clusters}: it must be 1 or more.")
    if not customers.have_more_points_than(n_clusters):
        return _fit_of(customers, customers.points)
    with single_thread():
        start: dict[str, Any] = {"random_state": random_seed, "n_init": n_init}
        if len(customers.rows) > MANY_ROWS:
            sketch, weights = _sketch(customers, random_seed)
            if sketch.have_more_points_than(n_clusters):
                start = {"init": _centroids(sketch.rows, n_clusters, weights, **start)}
        return _fit_of(customers, _centroids(customers.rows, n_clusters, **start))


def fit_kmeans_of_sample(
    z: FloatArray, k_values: Sequence[int], *, random_seed: int, n_init: int
) -> list[KMeansFit]:
    """As `fit_kmeans` with each number of clusters, for figures that are a mean over many samples `z` (n, d).

    Faster: the rows are ordered once, every number of clusters begins with the same starts, and above
    `TRIAL_ROWS` rows only the start that is best at `TRIAL_TOLERANCE` goes on to the end.
    """
    from sklearn import config_context
    from sklearn.cluster import kmeans_plusplus

    sample = OrderedRows.of(z)
    fittable = [k for k in k_values if sample.have_more_points_than(k)]
    generator = np.random.RandomState(random_seed)

    has_trial = len(z) > TRIAL_ROWS

    def centroids(k: int) -> FloatArray:
        # k-means++ draws one row after the other, so the first k that it draws are a start for k clusters.
        starts = iter(drawn)
        best = _centroids(
            sample.rows,
            k,
            init=lambda rows, k, random_state: rows[next(starts)[:k]],
            n_init=n_init,
            tol=TRIAL_TOLERANCE if has_trial else TOLERANCE,
        )
        return _centroids(sample.rows, k, init=best) if has_trial else best

    # On small samples the checks of arguments take a fifth of the time.
    with single_thread(), config_context(assume_finite=True, skip_parameter_validation=True):
        drawn = [
            kmeans_plusplus(sample.rows, max(fittable), random_state=generator)[1]
            for _ in range(n_init if fittable else 0)
        ]
        return [_fit_of(sample, centroids(k) if k in fittable else sample.points) for k in k_values]


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


def _sketch(customers: OrderedRows, random_seed: int) -> tuple[OrderedRows, FloatArray]:
    """`SKETCH_ROWS` of many rows and the weight of each.

    A lightweight coreset (Bachem, Lucic, Krause 2018, doi:10.1145/3219819.3219973): half of the chance to be
    drawn is the same for all rows, half grows with the squared distance from the mean, so that the few far
    customers who make a cluster of raw values are in it.
    """
    rows = customers.rows
    squared = squared_distances(rows, rows.mean(axis=0, keepdims=True))[:, 0]
    chance = 0.5 / len(rows) + 0.5 * squared / squared.sum()
    generator = np.random.default_rng(random_seed)
    drawn = np.sort(generator.choice(len(rows), SKETCH_ROWS, p=chance))
    return OrderedRows(rows[drawn], customers.order[drawn]), 1 / (SKETCH_ROWS * chance[drawn])


def _centroids(
    rows: FloatArray, n_clusters: int, weights: FloatArray | None = None, **settings: Any
) -> FloatArray:
    from sklearn.cluster import KMeans

    settings = {"n_init": 1, "max_iter": MAX_ITERATIONS, "tol": TOLERANCE, "algorithm": "lloyd"} | settings
    model = KMeans(n_clusters, **settings).fit(rows, sample_weight=weights)
    return np.asarray(model.cluster_centers_, dtype=np.float64)


def _fit_of(customers: OrderedRows, centroids: FloatArray) -> KMeansFit:
    centroids = centroids[np.lexsort(centroids.T[::-1])] + 0.0  # adding 0 turns -0.0 into 0.0
    nearest = nearest_two(customers.rows, centroids)
    labels = np.empty(len(customers.rows), dtype=np.int64)
    labels[customers.order] = nearest.first
    # The inertia is summed in the fixed order, so that its last digit is fixed as well.
    return KMeansFit(centroids, labels, float(np.sum(nearest.first_distance**2)))
