"""Every candidate number of segments with every index, the elbow, and the choice."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import nan

import numpy as np

from segmentation.k_choice import KFigures, choose_k
from segmentation.kmeans import FloatArray, IntArray, OrderedRows, fit_ordered, nearest_two
from segmentation.null_models import Gap, gap_statistics, shuffled_silhouettes
from segmentation.parallel import side_by_side
from segmentation.silhouettes import euclidean_silhouettes, squared_euclidean_silhouette
from segmentation.stability import bootstrap_stability

LOGGER = logging.getLogger(__name__)

K_CANDIDATES = tuple(range(2, 11))
# The elbow is looked for on these, whatever the candidates. Not from k = 1: one cluster is no segmentation,
# and the drop from one to two bends every curve so far that nothing after it counts.
ELBOW_RANGE = range(2, 11)
# Restarts of a fit, as for the model itself.
N_INIT = 10


@dataclass(frozen=True, kw_only=True)
class KScanRow(KFigures):
    """The figures of one candidate and what the rule made of them; `verdict` is the same in every row."""

    is_elbow: bool
    is_eligible: bool
    is_chosen: bool
    rejection_reason: str | None
    verdict: str


@dataclass(frozen=True)
class KScan:
    """One row per candidate in ascending order, and the choice.

    `is_clear` says whether the rule found an eligible k, also where the choice was set by hand. `chosen_k` is
    the k of the chosen row, or a k without a row where there are too few different customers.
    """

    rows: tuple[KScanRow, ...]
    chosen_k: int
    elbow: int | None
    is_clear: bool
    verdict: str


def scan_k(
    z: FloatArray,
    monetary: FloatArray,
    *,
    random_seed: int,
    z_fit: FloatArray | None = None,
    k_candidates: Sequence[int] = K_CANDIDATES,
    n_segments: int | None = None,
    progress: Callable[[str], None] = LOGGER.info,
) -> KScan:
    """Measure every candidate k on all customers `z` (n, d) and choose one; see `k_choice.choose_k`.

    `monetary` (n,) is used for shares of revenue alone. `z_fit` (m, d) are the customers K-Means is fitted
    on, by default all. Inertia, silhouettes, Davies-Bouldin, Calinski-Harabasz and the shares are of all
    customers; stability, gap and shuffled columns of bounded samples of `z_fit`. `n_segments` is added to
    the candidates and chosen. The rows must come in a fixed order, that of the customer ids, since samples
    are drawn by row. `progress` gets one line per step.
    """
    candidates = sorted({*k_candidates, *([] if n_segments is None else [n_segments])})
    fitted = z if z_fit is None else z_fit
    in_order = OrderedRows.of(fitted)
    n_distinct = len(in_order.points)
    # K-Means needs as many different customers as clusters, a silhouette one cluster of two customers.
    largest = min(n_distinct, len(fitted) - 1)

    def clustered(k: int) -> _Clustering:
        clustering = _cluster(z, in_order, k, random_seed)
        progress(f"k = {k}: fitted, inertia {clustering.inertia:,.0f}")
        return clustering

    fittable = [k for k in sorted({*ELBOW_RANGE, *candidates}) if k <= largest]
    # The largest first: it takes longest.
    clusterings = {each.k: each for each in reversed(side_by_side(clustered, reversed(fittable)))}
    elbow = _elbow({k: clusterings[k].inertia for k in ELBOW_RANGE if k in clusterings})
    measured = [k for k in candidates if k in clusterings]
    gaps = gap_statistics(fitted, [1, *measured], random_seed=random_seed) if measured else {}
    figures = {k: KFigures(k) for k in candidates}
    if measured:
        progress("gap statistic measured; silhouettes and stability follow")
        compared = [clusterings[k] for k in measured]
        figures |= _figures(z, monetary, fitted, compared, gaps, random_seed, progress)
    choice = choose_k(
        list(figures.values()),
        elbow=elbow,
        gap_k=_gap_rule(gaps),
        n_distinct=n_distinct,
        n_segments=n_segments,
    )
    progress(choice.verdict)
    rows = tuple(
        KScanRow(
            **asdict(figures[k]),
            is_elbow=k == elbow,
            is_eligible=choice.rejection_reasons[k] is None,
            is_chosen=k == choice.chosen_k,
            rejection_reason=choice.rejection_reasons[k],
            verdict=choice.verdict,
        )
        for k in candidates
    )
    return KScan(rows, choice.chosen_k, elbow, choice.is_clear, choice.verdict)


@dataclass(frozen=True)
class _Clustering:
    """One fit, with labels (n,) and inertia of all customers and labels (m,) of the fitted ones."""

    k: int
    labels: IntArray
    fitted_labels: IntArray
    inertia: float


def _cluster(z: FloatArray, fitted: OrderedRows, k: int, random_seed: int) -> _Clustering:
    fit = fit_ordered(fitted, k, random_seed=random_seed, n_init=N_INIT)
    nearest = nearest_two(z, fit.centroids)
    return _Clustering(k, nearest.first, fit.labels, float(np.sum(nearest.first_distance**2)))


def _elbow(inertia: dict[int, float]) -> int | None:
    """The knee that Kneedle finds in the convex, falling inertia by k; None where it finds none."""
    from kneed import KneeLocator

    if len(inertia) < 3:  # two points are a straight line
        return None
    with warnings.catch_warnings():
        # That there is no knee is a result here, and the verdict says it.
        warnings.filterwarnings("ignore", message="No knee/elbow found")
        knee = KneeLocator(list(inertia), list(inertia.values()), curve="convex", direction="decreasing").knee
    return None if knee is None else int(knee)


def _gap_rule(gaps: dict[int, Gap]) -> int | None:
    """The smallest k whose gap is at least the next one's less its standard error; None without one."""
    for k, following in pairwise(sorted(gaps)):
        if gaps[k].gap >= gaps[following].gap - gaps[following].standard_error:
            return k
    return None


def _figures(
    z: FloatArray,
    monetary: FloatArray,
    fitted: FloatArray,
    clusterings: Sequence[_Clustering],
    gaps: dict[int, Gap],
    random_seed: int,
    progress: Callable[[str], None],
) -> dict[int, KFigures]:
    from sklearn.metrics import calinski_harabasz_score, davies_bouldin_score

    silhouettes = euclidean_silhouettes(z, [each.labels for each in clusterings], random_seed=random_seed)
    null = shuffled_silhouettes(fitted, [each.k for each in clusterings], random_seed=random_seed)
    stabilities = bootstrap_stability(
        fitted, [each.fitted_labels for each in clusterings], random_seed=random_seed
    )
    revenue = float(monetary.sum())

    def measured(index: int) -> KFigures:
        each = clusterings[index]
        k, labels, silhouette, stability = each.k, each.labels, silhouettes[index], stabilities[index]
        gap = gaps.get(k, Gap(nan, nan))
        figures = KFigures(
            k=k,
            inertia=each.inertia,
            silhouette=silhouette.mean,
            silhouette_low=silhouette.low,
            silhouette_high=silhouette.high,
            silhouette_squared_euclidean=squared_euclidean_silhouette(z, labels),
            davies_bouldin=float(davies_bouldin_score(z, labels)),
            calinski_harabasz=float(calinski_harabasz_score(z, labels)),
            gap=gap.gap,
            gap_standard_error=gap.standard_error,
            worst_jaccard=stability.worst_jaccard,
            mean_jaccard=stability.mean_jaccard,
            mean_adjusted_rand_index=stability.mean_adjusted_rand_index,
            null_silhouette_mean=float(null[:, index].mean()),
            null_silhouette_max=float(null[:, index].max()),
            smallest_share_of_customers=float(np.bincount(labels, minlength=k).min() / len(z)),
            largest_share_of_revenue=(
                float(np.bincount(labels, weights=monetary, minlength=k).max() / revenue)
                if revenue > 0
                else nan
            ),
        )
        progress(f"k = {k}: silhouette {silhouette.mean:.3f}, worst Jaccard {stability.worst_jaccard:.2f}")
        return figures

    return {figures.k: figures for figures in side_by_side(measured, range(len(clusterings)))}
