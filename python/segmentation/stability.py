"""Whether K-Means finds the same clusters again in resampled customers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from segmentation.kmeans import FloatArray, IntArray, fit_kmeans_of_sample
from segmentation.parallel import side_by_side

# With 20 resamples a mean Jaccard is good to about 0.02, for a tiny unstable cluster to about 0.08.
RESAMPLES = 20
# A resample holds as many rows as there are, this many at most.
RESAMPLE_ROWS = 5_000
# Restarts of each refit. With one the luck of the start would pass for instability.
RESAMPLE_N_INIT = 5


@dataclass(frozen=True)
class Stability:
    """How well resampled fits find each cluster again.

    `jaccard` (k,): per cluster, the mean over the resamples of its Jaccard similarity to the most similar
    cluster of the refit. `mean_adjusted_rand_index`: of the two labellings, over the resamples. Hennig's
    reading of a Jaccard: below 0.60 unstable, to 0.75 doubtful, to 0.85 stable, above highly stable.
    """

    jaccard: FloatArray
    mean_adjusted_rand_index: float

    @property
    def worst_jaccard(self) -> float:
        """The mean Jaccard of the least stable cluster."""
        return float(self.jaccard.min())

    @property
    def mean_jaccard(self) -> float:
        """The mean Jaccard over the clusters, each counting the same."""
        return float(self.jaccard.mean())


def bootstrap_stability(
    z: FloatArray, labellings: Sequence[IntArray], *, random_seed: int, resamples: int = RESAMPLES
) -> list[Stability]:
    """Bootstrap stability of K-Means `labellings`, each (n,) and numbered from 0 without gaps, of `z` (n, d).

    Hennig 2007, doi:10.1016/j.csda.2006.11.025: draw rows with replacement, fit anew, compare on the distinct
    rows drawn. A cluster with no row in a resample counts 0 there, since it is lost. Beyond `RESAMPLE_ROWS`
    rows each resample draws that many from all rows, so the cost is bounded; fewer rows make the figure, if
    anything, lower. All labellings are compared on the same resamples.
    """
    k_values = [int(labels.max()) + 1 for labels in labellings]

    def common_customers(resample: int) -> list[IntArray]:
        generator = np.random.default_rng([random_seed, resample])
        drawn = generator.integers(len(z), size=min(len(z), RESAMPLE_ROWS))
        refits = fit_kmeans_of_sample(
            z[drawn], k_values, random_seed=random_seed + resample, n_init=RESAMPLE_N_INIT
        )
        distinct, first_draw = np.unique(drawn, return_index=True)
        return [
            _common_customers(labels[distinct], refit.labels[first_draw], k)
            for labels, refit, k in zip(labellings, refits, k_values, strict=True)
        ]

    by_labelling = zip(*side_by_side(common_customers, range(resamples)), strict=True)
    return [
        Stability(
            np.mean([_best_jaccard(common) for common in commons], axis=0),
            float(np.mean([_adjusted_rand_index(common) for common in commons])),
        )
        for commons in by_labelling
    ]


def _common_customers(before: IntArray, after: IntArray, n_clusters: int) -> IntArray:
    """Customers (k, k) by their cluster before and after."""
    pairs = np.bincount(before * n_clusters + after, minlength=n_clusters**2)
    return pairs.reshape(n_clusters, n_clusters)


def _best_jaccard(common: IntArray) -> FloatArray:
    """Per cluster before (k,): its largest Jaccard similarity to a cluster after."""
    union = common.sum(axis=1, keepdims=True) + common.sum(axis=0) - common
    similarity: FloatArray = common / np.maximum(union, 1)
    best: FloatArray = similarity.max(axis=1)
    return best


def _adjusted_rand_index(common: IntArray) -> float:
    """Hubert and Arabie 1985, doi:10.1007/BF01908075; scikit-learn's would first count the same again."""

    def pairs(counts: IntArray) -> float:
        return float(np.sum(counts * (counts - 1)) / 2)

    before, after, both = pairs(common.sum(axis=1)), pairs(common.sum(axis=0)), pairs(common)
    n_pairs = pairs(common.sum())
    # A single customer is no pair, and both clusterings of it are the same.
    expected = before * after / n_pairs if n_pairs else 0.0
    largest = (before + after) / 2
    return 1.0 if largest == expected else (both - expected) / (largest - expected)
